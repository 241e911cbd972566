"""Read the learner's program as text: the givens that it repeats or rebinds, the names it uses.

Nothing is run or imported here: everything is found in the program's syntax tree.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from msgspec import Struct

from tutor.course.code import (
    NotPython,
    bindings,
    names_loaded,
    names_mentioned,
    names_stored,
    parse_program,
)
from tutor.course.model import CodeStep
from tutor.grading.call_forms import WithConstants
from tutor.grading.equivalence import (
    Aliases,
    aliases_of,
    given_form,
    is_aside,
    is_import,
    loop_form,
    loop_names,
    normal_form,
    outline_of,
)
from tutor.grading.once import once_for_each

_HALF_PAIR = re.compile("[\ud800-\udfff]")
"""Half of a surrogate pair: a str may hold it, but cannot be encoded as UTF-8 and run then."""

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_DEFINITIONS = (*_FUNCTIONS, ast.ClassDef)


class Submission(Struct, frozen=True):
    """The learner's program, and the statements of it that are run."""

    source: str
    """The text that runs: repeated givens are blanked out, and other lines keep their numbers."""
    statements: tuple[ast.stmt, ...] = ()
    """Statements that run, at the top level; empty if the text is not Python."""
    parsed: bool = True
    written: str = ""
    """The text as submitted."""
    other_loops: tuple[ast.stmt, ...] = ()
    """Loops that were mistaken for the given ones and left out, though they differ slightly."""


def read_submission(step: CodeStep, source: str) -> Submission:
    """Read a program, and blank out repetitions of the prelude and the givens.

    Lines keep their numbers. Imports that the step has already made are left out anywhere. Of the
    rest only a leading run of given statements is left out, and only if it contains two of them or
    all there are: a given statement that comes later is part of the answer. Answers to earlier
    steps above it are left out with it.
    """
    source = _HALF_PAIR.sub("\ufffd", source.replace("\r\n", "\n").replace("\r", "\n"))
    try:
        tree = parse_program(source)
    except NotPython:
        return Submission(source, parsed=False, written=source)
    repeated = _repeated(step, tree.body)
    kept = tuple(node for node in tree.body if node not in repeated)
    loops = other_loops(step, repeated)
    return Submission(blanked(source, repeated), kept, written=source, other_loops=loops)


def other_loops(step: CodeStep, repeated: Sequence[ast.stmt]) -> tuple[ast.stmt, ...]:
    """Return the loops that differ from the given ones in more than their prints."""
    loops = [node for node in repeated if isinstance(node, ast.For)]
    if not loops:
        return ()
    aliases = program_names(step, repeated)
    forms = {loop_form(node, aliases) for node in parsed_statements(step.given)}
    return tuple(node for node in loops if loop_form(node, aliases) not in forms)


@lru_cache(maxsize=256)
def parsed_statements(code: str) -> tuple[ast.stmt, ...]:
    """Return the statements of lesson code; none if it is not Python.

    They are cached, since the code of a step is parsed for each answer.
    """
    try:
        return tuple(parse_program(code).body)
    except NotPython:
        return ()


def _repeated(step: CodeStep, body: Sequence[ast.stmt]) -> list[ast.stmt]:
    prelude, given = parsed_statements(step.before), parsed_statements(step.given)
    made = {normal_form(node, {}) for node in (*prelude, *given) if is_import(node)}
    imports = [node for node in body if is_import(node) and normal_form(node, {}) in made]
    before = aliases_of([*prelude, *given])
    locked = [node for node in given if not is_import(node)]
    forms = [given_form(node, before) for node in locked]
    taken = {
        name for node in (*given, *parsed_statements(step.solution)) for name in names_stored(node)
    }
    names = before | aliases_of(body)
    settings = [node for node in body if _is_setting(node, taken)]
    in_capitals = [node for node in settings if all(map(str.isupper, names_stored(node)))]
    earlier = _repeating(prelude, body)
    rest = [
        node
        for node in body
        if not is_import(node) and node not in in_capitals and node not in earlier
    ]
    known = _Known(locked, forms, names)
    own = (known.as_given(node, body) for node in rest)
    leading = _leading_run(rest, own, forms, settings)
    if len(leading) < 2 and not (leading and len(leading) == len(locked)):
        return imports
    # Below the givens it runs again: there it changes values that they have made.
    above = body[: body.index(leading[-1])]
    earlier = [node for node in above if node in earlier and not is_aside(node)]
    return [*imports, *earlier, *leading]


def _repeating(prelude: Sequence[ast.stmt], body: Sequence[ast.stmt]) -> list[ast.stmt]:
    """Return the statements that repeat answers to earlier steps, which run before the givens."""
    earlier = {normal_form(node, {}) for node in prelude if not is_import(node)}
    return [
        node
        for node in body
        if earlier and not is_import(node) and normal_form(node, {}) in earlier
    ]


@dataclass
class _Known:
    """The statements of the given code, to find those of an answer that repeat them."""

    locked: Sequence[ast.stmt]
    forms: Sequence[str]
    names: Aliases

    def as_given(self, node: ast.stmt, body: Sequence[ast.stmt]) -> str:
        """Return the form of a statement, or of the given one to which it is equivalent."""
        form = given_form(node, self.names)
        if form in self.forms:
            return form
        return self._like_loop(node, body) or self._with_constants(node, body) or form

    def _like_loop(self, node: ast.stmt, body: Sequence[ast.stmt]) -> str:
        """Return the form of the given loop that a loop resembles; "" if there is none.

        Its own variable must not be read further on: it does not exist if the loop is left out.
        """
        outline = outline_of(node)
        for given, meaning in zip(self.locked, self.forms, strict=True):
            if outline is not None and outline_of(given) == outline:
                lost = loop_names(node) - loop_names(given)
                if not any(lost & names_loaded(other) for other in body if other is not node):
                    return meaning
        return ""

    def _with_constants(self, node: ast.stmt, body: Sequence[ast.stmt]) -> str:
        """Return the form of the given assignment with a name in place of this one's number.

        Or the other way round: `lr=lr` for `lr=0.1`. Empty if there is none.
        """
        if not isinstance(node, ast.Assign):
            return ""
        form = given_form(WithConstants(body, self._bound).of(node), self.names)
        return next((meaning for meaning, other in self._plain if other == form), "")

    @cached_property
    def _bound(self) -> frozenset[str]:
        return frozenset(name for node in self.locked for name in names_stored(node))

    @cached_property
    def _plain(self) -> list[tuple[str, str]]:
        """Forms of given assignments, each with the form that has constants for their names."""
        constants = WithConstants(self.locked, self._bound)
        return [
            (meaning, given_form(constants.of(node), self.names))
            for node, meaning in zip(self.locked, self.forms, strict=True)
            if isinstance(node, ast.Assign)
        ]


def _leading_run(
    body: Sequence[ast.stmt],
    own: Iterable[str],
    locked: Sequence[str],
    settings: Sequence[ast.stmt],
) -> list[ast.stmt]:
    """Return the leading statements that repeat locked ones, in any order, each once.

    Settings may come between them. Below all of them, all may be repeated once. `own` are the forms
    of the statements.
    """
    first: list[ast.stmt] = []
    again: list[ast.stmt] = []
    remaining = list(locked)
    for node, meaning in zip(body, own, strict=True):
        if meaning in remaining:
            remaining.remove(meaning)
            (again if len(first) == len(locked) else first).append(node)
            if not remaining and not again:
                remaining = list(locked)
        elif not (is_aside(node) or (first and _goes_with(node, meaning, locked, settings))):
            break
    # A second copy may lack statements that bind nothing, such as `model.train()`.
    is_copy = all(meaning.startswith("Expr(") for meaning in remaining)
    return [*first, *again] if is_copy else first


def _goes_with(
    node: ast.stmt, meaning: str, locked: Sequence[str], settings: Sequence[ast.stmt]
) -> bool:
    """Return True for a repeated call of the givens, and for a setting."""
    return (isinstance(node, ast.Expr) and meaning in locked) or node in settings


def _is_setting(node: ast.stmt, taken: set[str]) -> bool:
    """Return True if the statement binds a number or text to a name of its own.

    People write such constants among the givens, and above them in capitals.
    """
    plain = isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant)
    return plain and not names_stored(node) & taken


def blanked(source: str, nodes: Iterable[ast.stmt], alone_becomes: str = "") -> str:
    """Return the source with `pass` in place of each node.

    Lines that a node fills alone become `alone_becomes`. Lines keep their numbers.
    """
    lines = source.encode().split(b"\n")
    for node in sorted(nodes, key=lambda node: (node.lineno, node.col_offset), reverse=True):
        first, last = first_line(node) - 1, (node.end_lineno or node.lineno) - 1
        before, after = lines[first][: node.col_offset], lines[last][node.end_col_offset :]
        alone = not before.strip() and after.lstrip()[:1] in (b"", b"#")
        lines[first] = before + (alone_becomes.encode() if alone else b"pass") + after
        lines[first + 1 : last + 1] = [b""] * (last - first)
    return b"\n".join(lines).decode()


def first_line(node: ast.stmt) -> int:
    """Return the line on which a statement begins, with its decorators."""
    decorators = getattr(node, "decorator_list", [])
    return min([node.lineno, *[int(decorator.lineno) for decorator in decorators]])


class Rebinding(Struct, frozen=True):
    """A submission that binds varied givens itself, and its source without those lines."""

    names: tuple[str, ...] = ()
    """Varied givens that it binds at the top level."""
    source: str = ""
    """The program with `pass` for those statements, and for given ones repeated in functions."""
    statements: tuple[ast.stmt, ...] = ()
    """Statements that are left out."""


def rebinding(step: CodeStep, submission: Submission, varied: Iterable[str]) -> Rebinding:
    """Find the statements that hide a varied given from the answer.

    They rebind its name, and read nothing that depends on a varied given.
    """
    names = tuple(varied)
    if not names:
        return Rebinding((), submission.source)
    given = dependent_names(parsed_statements(step.given), names)
    varied_names = dependent_names(submission.statements, given)
    locked = given_forms(step)
    aliases = program_names(step, submission.statements)
    outer, inner = _bindings(submission.statements, set(names))
    independent = [node for node in outer if not names_loaded(node) & varied_names]
    repeated = [node for node in inner if normal_form(node, aliases) in locked]
    bound = {name for node in independent for name in names_stored(node)}
    return Rebinding(
        tuple(name for name in names if name in bound),
        blanked(submission.source, [*independent, *repeated], "pass"),
        (*independent, *repeated),
    )


def statements_binding(submission: Submission, names: Iterable[str]) -> list[ast.stmt]:
    """Return the assignments to one of the names, except those in functions."""
    outer, _ = _bindings(submission.statements, set(names))
    return outer


def _bindings(
    statements: Iterable[ast.stmt], names: set[str]
) -> tuple[list[ast.stmt], list[ast.stmt]]:
    """Return the simple statements that bind one of the names: at top level, and in functions."""
    outer: list[ast.stmt] = []
    inner: list[ast.stmt] = []
    pending: list[tuple[ast.AST, list[ast.stmt]]] = [(node, outer) for node in statements]
    while pending:
        node, statements_of_level = pending.pop()
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            if names_stored(node) & names:
                statements_of_level.append(node)
            continue
        within = inner if isinstance(node, _DEFINITIONS) else statements_of_level
        pending.extend((child, within) for child in ast.iter_child_nodes(node))
    return outer, inner


@lru_cache(maxsize=256)
def names_bound_plainly(code: str) -> frozenset[str]:
    """Return the names that lesson code binds by top-level assignments and definitions.

    Names left by a loop, such as the last loss, are not among them.
    """
    binding = (ast.Assign, ast.AnnAssign, *_DEFINITIONS)
    plain = (node for node in parsed_statements(code) if isinstance(node, binding))
    return frozenset(name for node in plain for name in names_stored(node))


def repeats_given(step: CodeStep, submission: Submission, name: str) -> bool:
    """Return True if only copies of the step's own lines rebind a given, in a loop or not."""
    aliases = program_names(step, submission.statements)
    outer, inner = _bindings(parsed_statements(step.given), {name})
    locked = {normal_form(node, aliases) for node in (*outer, *inner)} | given_forms(step)
    direct = [node for node in submission.statements if name in names_stored(node)]
    binding, _ = _bindings(direct, {name})
    return bool(direct) and all(normal_form(node, aliases) in locked for node in binding or direct)


@once_for_each
def given_forms(step: CodeStep) -> frozenset[str]:
    """Return the normal forms of the step's given statements."""
    aliases = program_names(step, ())
    return frozenset(normal_form(node, aliases) for node in parsed_statements(step.given))


def program_names(step: CodeStep, statements: Sequence[ast.stmt]) -> dict[str, str]:
    """Return the paths of imported names in the learner's part."""
    return aliases_of(
        [*parsed_statements(step.before), *parsed_statements(step.given), *statements]
    )


def dependent_names(statements: Sequence[ast.stmt], names: Iterable[str]) -> set[str]:
    """Return the names, and all computed from them, including functions that read them."""
    dependent = set(names)
    read_and_bound = [(names_loaded(node), names_stored(node)) for node in statements]
    size = 0
    while size < len(dependent):
        size = len(dependent)
        for read, bound in read_and_bound:
            if read & dependent:
                dependent |= bound
    return dependent


def line_storing(statements: Iterable[ast.stmt], name: str) -> int | None:
    """Return the last line that binds a name at the top level; None if none does.

    A line inside a loop or a `with` counts.
    """
    lines = [line for node in statements for stored, line in bindings(node) if stored == name]
    return lines[-1] if lines else None


def names_around(source: str, line: int | None) -> frozenset[str]:
    """Return the names in the top-level statement that contains a line; none without one."""
    try:
        tree = parse_program(source)
    except NotPython:
        return frozenset()
    holding = [n for n in tree.body if line and n.lineno <= line <= (n.end_lineno or n.lineno)]
    return names_mentioned(*holding)


def names_typed_in(step: CodeStep, submission: Submission) -> frozenset[str]:
    """Return the names whose last value is hardcoded: it reads no given and no own name.

    As in `y = torch.tensor([1.0])`, which reads only the library.
    """
    library = {*program_names(step, submission.statements), *dir(builtins)}
    typed: dict[str, bool] = {}
    for node in submission.statements:
        written_out = isinstance(node, ast.Assign) and names_loaded(node) <= library
        typed.update((name, written_out) for name in names_stored(node))
    return frozenset(name for name, written_out in typed.items() if written_out)


def assigned_in_function(submission: Submission, name: str) -> str | None:
    """Return the function that assigns the name and keeps it local; None if there is none."""
    for node in submission.statements:
        for inner in ast.walk(node):
            if isinstance(inner, _FUNCTIONS) and name in _assigned_inside(inner):
                return inner.name
    return None


def _assigned_inside(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    return {name for statement in function.body for name in names_stored(statement)}
