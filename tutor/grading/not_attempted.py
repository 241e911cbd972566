"""Decide if an exercise was attempted at all, and if not, name what to fill in."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Sequence

from msgspec import Struct

from tutor.course.code import NotPython, names_stored, parse_program
from tutor.course.model import CodeStep
from tutor.grading.once import once_for_each
from tutor.grading.sections import asked_names
from tutor.grading.submission import Submission, parsed_statements
from tutor.grading.verdict import Verdict
from tutor.grading.wording import listed

_NOTHING_CHANGED = (
    "You have not changed anything yet. Run the program and look at what comes out, then "
    "fix it and check again."
)
"""Message about an unchanged scaffold that is a whole program, which runs and is wrong."""

_UNDERSCORES = re.compile(r"_{2,}")
_LAYOUT = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
}


class _Blank(Struct, frozen=True):
    """A place to be filled in."""

    line: int
    """Its line, from 1; 0 if it is not in the text yet."""
    name: str = ""
    """The name to be bound there; "" if there is none."""


def not_attempted(step: CodeStep, submission: Submission) -> Verdict | None:
    """Return a neutral verdict if the text is the scaffold, empty, or has blanks; else None."""
    blanks = _blanks(step, submission)
    if blanks:
        line = min(blank.line for blank in blanks)
        return Verdict("not-attempted", "blank-left-in", _ask_to_fill_in(blanks), line=line)
    is_empty = _is_empty(submission)
    if not is_empty and not _is_scaffold(step, submission.source):
        return None
    wanted = [_Blank(0, name) for name in _missing_names(step)]
    if is_empty or wanted:
        return Verdict("not-attempted", "empty-answer", _ask_to_fill_in(wanted))
    return Verdict("not-attempted", "nothing-changed", step.unchanged or _NOTHING_CHANGED)


def _ask_to_fill_in(blanks: Sequence[_Blank]) -> str:
    if not blanks:
        return "There is nothing to check yet. Write your answer, then check again."
    wanted = [f"`{name}`" for name in dict.fromkeys(blank.name for blank in blanks) if name]
    lines = sorted({blank.line for blank in blanks if not blank.name})
    if lines:
        places = f"line {lines[0]}" if len(lines) == 1 else f"lines {listed(map(str, lines))}"
        wanted.append(f"the blank in {places}" if len(lines) == 1 else f"the blanks in {places}")
    return f"Fill in {listed(wanted)}, then check again."


def _missing_names(step: CodeStep) -> list[str]:
    """Return the names to bind that the scaffold does not bind yet.

    These are the names that the task asks for; if it names none, all that the solution binds.
    """
    try:
        solution, scaffold = parse_program(step.solution), parse_program(step.scaffold)
    except NotPython:
        return []
    bound = {name for node in scaffold.body for name in names_stored(node)}
    names = dict.fromkeys(name for node in solution.body for name in sorted(names_stored(node)))
    asked = asked_names(step) or names.keys()
    return [name for name in names if name in asked and name not in bound]


def _is_empty(submission: Submission) -> bool:
    return not _words(submission.source) if not submission.parsed else not submission.statements


def _is_scaffold(step: CodeStep, source: str) -> bool:
    return _words(source) == _scaffold_words(step)


@once_for_each
def _scaffold_words(step: CodeStep) -> list[str]:
    return _words(step.scaffold)


def _words(source: str) -> list[str]:
    """Return the text's tokens without layout and comments; its words if it has no tokens."""
    tokens = _tokens(source)
    if not tokens:
        return source.split()
    return [token.string for token in tokens if token.type not in _LAYOUT]


def _tokens(source: str) -> list[tokenize.TokenInfo]:
    """Return the tokens of the text; none if it cannot be split."""
    try:
        return list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError):
        return []


def _blanks(step: CodeStep, submission: Submission) -> list[_Blank]:
    """Return the remaining blanks."""
    if not submission.parsed:
        return _blank_words(submission.source)
    named = _names_left(step, submission)
    return [*named, *_underscores(submission), *_other_dots_left(step, submission)]


def _blank_words(source: str) -> list[_Blank]:
    """Return the blanks in a text that is not Python, if it can at least be tokenized."""
    return [
        _Blank(token.start[0])
        for token in _tokens(source)
        if token.type == tokenize.NAME and re.fullmatch("_{4,}", token.string)
    ]


def _is_dots(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


def _dotted_targets(body: Sequence[ast.stmt]) -> Iterator[_Blank]:
    for node in body:
        if isinstance(node, ast.Assign) and _is_dots(node.value):
            yield from (_Blank(node.lineno, ast.unparse(target)) for target in node.targets)
        if isinstance(node, ast.AnnAssign) and _is_dots(node.value):
            yield _Blank(node.lineno, ast.unparse(node.target))


@once_for_each
def _offered_names(step: CodeStep) -> frozenset[str]:
    return frozenset(blank.name for blank in _dotted_targets(parsed_statements(step.scaffold)))


def _names_left(step: CodeStep, submission: Submission) -> list[_Blank]:
    """Return targets of `name = ...` that the scaffold has too, and that nothing else binds."""
    offered = _offered_names(step)
    filled = {
        name
        for node in submission.statements
        if not list(_dotted_targets([node]))
        for name in names_stored(node)
    }
    wanted = offered - filled
    return [blank for blank in _dotted_targets(submission.statements) if blank.name in wanted]


def _underscores(submission: Submission) -> Iterator[_Blank]:
    """Yield each `____` that is read and never bound.

    It has the name that is to be bound there, if there is one.
    """
    if submission.source.isascii() and "__" not in submission.source:
        return  # as in most answers; another sign may be an underscore in a name, too
    bound = {name for node in submission.statements for name in names_stored(node)}
    for statement in submission.statements:
        for node in ast.walk(statement):
            if isinstance(node, ast.stmt) and not hasattr(node, "body"):
                yield from _in_statement(node, bound)
        yield from _in_headers(statement, bound)


def _in_statement(node: ast.stmt, bound: set[str]) -> Iterator[_Blank]:
    underscored = [part for part in ast.walk(node) if _is_underscored(part, bound)]
    target = node.targets[0] if isinstance(node, ast.Assign) else None
    if underscored and isinstance(target, ast.Name) and target not in underscored:
        yield _Blank(node.lineno, target.id)
    elif underscored:
        yield _Blank(node.lineno)


def _in_headers(statement: ast.stmt, bound: set[str]) -> Iterator[_Blank]:
    """Yield the blanks in the first line of a loop, a condition or a function."""
    for node in ast.walk(statement):
        if isinstance(node, ast.stmt) and hasattr(node, "body"):
            heads = [part for part in ast.iter_child_nodes(node) if not isinstance(part, ast.stmt)]
            parts = (part for head in heads for part in ast.walk(head))
            if any(_is_underscored(part, bound) for part in parts):
                yield _Blank(node.lineno)


def _is_underscored(node: ast.AST, bound: set[str]) -> bool:
    if isinstance(node, ast.Attribute):
        return bool(re.fullmatch("_{3,}", node.attr))
    return (
        isinstance(node, ast.Name)
        and bool(_UNDERSCORES.fullmatch(node.id))
        and ((isinstance(node.ctx, ast.Load) and node.id not in bound) or len(node.id) >= 4)
    )


@once_for_each
def _offered_places(step: CodeStep) -> frozenset[str]:
    return frozenset(place for place, _ in _other_dots(parsed_statements(step.scaffold)))


def _other_dots_left(step: CodeStep, submission: Submission) -> Iterator[_Blank]:
    """Yield a blank for dots elsewhere, if the scaffold has some there too.

    They may be an argument, a result, or the only statement of a block.
    """
    offered = _offered_places(step)
    for place, line in _other_dots(submission.statements):
        if place in offered:
            yield _Blank(line)


def _other_dots(body: Sequence[ast.stmt]) -> Iterator[tuple[str, int]]:
    """Yield the places of dots, in words that are equal for scaffold and answer, and the lines."""
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Call) and any(map(_is_dots, node.args)):
                yield f"call {ast.unparse(node.func)}", node.lineno
            if isinstance(node, ast.Return) and _is_dots(node.value):
                yield "return", node.lineno
            block = getattr(node, "body", None)
            if isinstance(block, list) and _is_only_dots(block):
                yield f"block {type(node).__name__} {getattr(node, 'name', '')}", block[-1].lineno


def _is_only_dots(body: Sequence[ast.stmt]) -> bool:
    rest = [node for node in body if not _is_text(node)]
    return bool(rest) and all(isinstance(n, ast.Expr) and _is_dots(n.value) for n in rest)


def _is_text(node: object) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
