"""Whether an exercise was attempted at all, and if not, what is to be filled in. Pure."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Sequence

from tutor.course.code import NotPython, parse_program
from tutor.course.model import CodeStep
from tutor.grading.submission import Submission, names_stored
from tutor.grading.verdict import Verdict

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


def not_attempted(step: CodeStep, submission: Submission) -> Verdict | None:
    """A neutral verdict if the buffer is the scaffold, is empty, or still has its blanks."""
    blanks = _blanks(step, submission)
    if _is_empty(submission) or _is_scaffold(step.scaffold, submission.source):
        wanted = blanks or _missing_lines(step)
        slug = "blank-left-in" if blanks else "empty-answer"
        return Verdict("not-attempted", slug, _fill_in(wanted))
    if blanks:
        return Verdict("not-attempted", "blank-left-in", _fill_in(blanks), line=_line(submission))
    return None


def _fill_in(blanks: Sequence[str]) -> str:
    if not blanks:
        return "Nothing is there to be checked yet. Write your answer and check again."
    return f"Fill in {', '.join(f'`{blank}`' for blank in blanks)}, then check again."


def _missing_lines(step: CodeStep) -> list[str]:
    """Names that the solution binds and the scaffold does not yet."""
    try:
        solution, scaffold = parse_program(step.solution), parse_program(step.scaffold)
    except NotPython:
        return []
    there = {name for node in scaffold.body for name in names_stored(node)}
    names = (name for node in solution.body for name in sorted(names_stored(node)))
    return [name for name in dict.fromkeys(names) if name not in there]


def _is_empty(submission: Submission) -> bool:
    return not _words(submission.source) if not submission.parsed else not submission.statements


def _is_scaffold(scaffold: str, source: str) -> bool:
    return _words(source) == _words(scaffold)


def _words(source: str) -> list[str]:
    """The text's tokens without layout and comments; its plain words if it has no tokens."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError):
        return source.split()
    return [token.string for token in tokens if token.type not in _LAYOUT]


def _blanks(step: CodeStep, submission: Submission) -> list[str]:
    """What is still to be filled in, in the order of the text."""
    if not submission.parsed:
        words = _words(submission.source)
        return ["____"] if any(re.fullmatch("_{4,}", word) for word in words) else []
    named = _names_left(step, submission)
    return list(dict.fromkeys([*named, *_underscores(submission), *_bare(step, submission)]))


def _is_dots(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


def _dotted_targets(body: Sequence[ast.stmt]) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.Assign) and _is_dots(node.value):
            yield from (ast.unparse(target) for target in node.targets)
        if isinstance(node, ast.AnnAssign) and _is_dots(node.value):
            yield ast.unparse(node.target)


def _names_left(step: CodeStep, submission: Submission) -> list[str]:
    """Targets of `name = ...` that the scaffold has too, and that nothing binds in earnest."""
    offered = set(_dotted_targets(_body(step.scaffold)))
    left = [name for name in _dotted_targets(submission.statements) if name in offered]
    filled = {
        name
        for node in submission.statements
        if not list(_dotted_targets([node]))
        for name in names_stored(node)
    }
    return [name for name in left if name not in filled]


def _body(code: str) -> list[ast.stmt]:
    try:
        return parse_program(code).body
    except NotPython:
        return []


def _underscores(submission: Submission) -> Iterator[str]:
    """`____` that is read and never bound. The line it stands in says best what is wanted."""
    bound = {name for node in submission.statements for name in names_stored(node)}
    for statement in submission.statements:
        for node in ast.walk(statement):
            if _is_underscored(node, bound):
                yield ast.unparse(node)


def _is_underscored(node: ast.AST, bound: set[str]) -> bool:
    if isinstance(node, ast.Attribute):
        return bool(re.fullmatch("_{3,}", node.attr))
    return (
        isinstance(node, ast.Name)
        and bool(_UNDERSCORES.fullmatch(node.id))
        and ((isinstance(node.ctx, ast.Load) and node.id not in bound) or len(node.id) >= 4)
    )


def _bare(step: CodeStep, submission: Submission) -> Iterator[str]:
    """Dots elsewhere – as an argument, or all there is in a block – if the scaffold has such."""
    offered = set(_other_dots(_body(step.scaffold)))
    for place in _other_dots(submission.statements):
        if place in offered:
            yield "..."


def _other_dots(body: Sequence[ast.stmt]) -> Iterator[str]:
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Call) and any(map(_is_dots, node.args)):
                yield f"call {ast.unparse(node.func)}"
            if isinstance(node, ast.Return) and _is_dots(node.value):
                yield "return"
            if _is_only_dots(getattr(node, "body", None)):
                yield f"block {type(node).__name__} {getattr(node, 'name', '')}"


def _is_only_dots(body: object) -> bool:
    if not isinstance(body, list):
        return False
    rest = [node for node in body if not _is_text(node)]
    return bool(rest) and all(isinstance(n, ast.Expr) and _is_dots(n.value) for n in rest)


def _is_text(node: object) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _line(submission: Submission) -> int | None:
    """Where the first blank stands."""
    lines = [
        node.lineno
        for statement in submission.statements
        for node in ast.walk(statement)
        if isinstance(node, ast.expr) and (_is_dots(node) or _is_underscored(node, set()))
    ]
    return min(lines, default=None)
