"""Describe the progress of a program that exceeded its time, and give advice."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct

from tutor.course.code import NotPython, parse_program
from tutor.wire.commands import Limits
from tutor.wire.events import Observation

_MAX_ROUNDS = 10**9
"""Maximum rounds of a loop that are counted."""


class Loop(Struct, frozen=True):
    """The innermost loop around the line at which a program was ended."""

    line: int
    endless: bool
    """True if it may never end: a `while`, or a `for` over an endless iterable."""
    word: str = "for"


def overtime(
    observation: Observation, limits: Limits, source: str, *, judging: bool
) -> tuple[str, str]:
    """Return slug and message for a run that exceeded its time."""
    where = f" in line {observation.line}" if observation.line else ""
    seconds = f"{limits.seconds:g}"
    start = f"The program did not finish within {seconds} s, so it was stopped{where}."
    loop = loop_around(source, observation.line)
    healthy = observation.steps > 0 or (loop is not None and not loop.endless)
    parts = [start, _progress(observation, limits, source)]
    if loop is not None and loop.endless:
        parts.append(_advise_on_endless(loop, trains=bool(observation.steps)))
    elif observation.steps:
        parts.append("Use fewer steps, or less data in each.")
    elif loop is not None:
        parts.append(
            f"The `for` in line {loop.line} had not finished: let it run fewer rounds, or do "
            "less in each."
        )
    else:
        parts.append("Does a loop there ever stop? Or is one calculation far too large?")
    if healthy and not judging and limits.max_seconds > limits.seconds:
        parts.append("The action More time doubles the time limit of a run.")
    slug = "out-of-time" if healthy and not (loop and loop.endless) else "infinite-loop"
    return slug, " ".join(part for part in parts if part)


def _advise_on_endless(loop: Loop, *, trains: bool) -> str:
    if loop.word == "for":
        return f"The `for` in line {loop.line} may never end: only a `break` leaves it."
    if trains:
        return "To make it end by itself, let the condition of the `while` become false."
    return "A `while` ends once its condition becomes false: does anything in the loop make it so?"


def _progress(observation: Observation, limits: Limits, source: str) -> str:
    """Return the number of training steps made, and the time for all; else ""."""
    steps, seconds = observation.steps, observation.milliseconds / 1_000 or limits.seconds
    if not steps:
        return ""
    rate = steps / seconds
    text = f"It had made {steps:,} {'step' if steps == 1 else 'steps'} of its training by then"
    if steps > 1:
        text += f", about {_rounded(rate)} a second"
    planned = planned_steps(source)
    if planned <= steps:
        return f"{text}."
    return f"{text}; {planned:,} would need about {_duration(planned / rate)}."


def _rounded(rate: float) -> str:
    """Return the rate to about three digits."""
    if rate < 1:
        return f"{rate:.2g}"
    digits = max(0, math.floor(math.log10(rate)) - 2)
    return f"{round(rate, -digits):,.0f}"


def _duration(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6_000 else f"{seconds / 3_600:,.0f} hours"


def loop_around(source: str, line: int | None) -> Loop | None:
    """Return the innermost loop around a line that may never end, or else the innermost.

    Loops that call functions of the program count as around these functions' lines. None without a
    loop, or if the line is unknown.
    """
    tree = _parse(source)
    if tree is None or line is None:
        return None
    nodes = list(ast.walk(tree))  # breadth first: an inner loop comes after the one around it
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef)]
    inside = any(_contains(node, line) for node in functions)
    names = {node.name for node in functions if inside}
    loops = [node for node in nodes if isinstance(node, ast.For | ast.AsyncFor | ast.While)]
    around = [_loop(node) for node in loops if _contains(node, line)]
    calling = [_loop(node) for node in loops if names & set(_functions_called(node))]
    endless = [loop for loop in (*calling, *around) if loop.endless]
    return next(reversed(endless or around), None)


def _functions_called(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        match each:
            case ast.Call(func=ast.Name(id=name)):
                yield name


def _loop(node: ast.For | ast.AsyncFor | ast.While) -> Loop:
    if isinstance(node, ast.While):
        return Loop(node.lineno, endless=True, word="while")
    return Loop(node.lineno, _is_endless(node))


def _is_endless(node: ast.For | ast.AsyncFor) -> bool:
    """Return True for `for i in count()`, and for a list that grows in its own loop."""
    match node.iter:
        case ast.Call(func=ast.Attribute(attr=word) | ast.Name(id=word), args=args):
            return word in ("count", "cycle") or (word, len(args)) in (("iter", 2), ("repeat", 1))
        case ast.Name(id=name):
            grown = (f"{name}.append", f"{name}.extend", f"{name}.insert")
            calls = (each for each in ast.walk(node) if isinstance(each, ast.Call))
            return any(ast.unparse(each.func) in grown for each in calls)
    return False


def _contains(node: ast.stmt, line: int) -> bool:
    return node.lineno <= line <= (node.end_lineno or node.lineno)


def _parse(source: str) -> ast.Module | None:
    try:
        return parse_program(source)
    except NotPython:
        return None


def planned_steps(source: str) -> int:
    """Return the planned number of training steps; 0 if the text does not determine it.

    It does if a single `….step()`, or else a single `….backward()`, is only in loops over a `range`
    of a number, none of which is left early, and if the function that contains these is called
    once.
    """
    tree = _parse(source)
    if tree is None:
        return 0
    numbers = _constants(tree)
    for method in ("step", "backward"):
        calls = list(_calls_of(method, tree))
        if calls:
            return _planned_rounds(calls[0], tree, numbers) if len(calls) == 1 else 0
    return 0


_Ancestors: TypeAlias = tuple[ast.AST, ...]
"""The nodes around a node, the outermost first."""


def _calls_of(method: str, tree: ast.Module) -> Iterator[_Ancestors]:
    for ancestors, node in _walk_with_ancestors(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=name)) if name == method:
                yield ancestors


def _walk_with_ancestors(root: ast.AST) -> Iterator[tuple[_Ancestors, ast.AST]]:
    pending: list[tuple[_Ancestors, ast.AST]] = [((), root)]
    while pending:
        ancestors, node = pending.pop()
        yield ancestors, node
        pending += [((*ancestors, node), child) for child in ast.iter_child_nodes(node)]


def _planned_rounds(call: _Ancestors, tree: ast.Module, numbers: dict[str, int]) -> int:
    """Return the number of calls; 0 if the nodes around it do not determine it."""
    rounds, loops = 1, 0
    for node in call:
        if isinstance(node, ast.For):
            rounds *= _rounds_of(node, numbers)
            loops += 1
        elif isinstance(node, ast.FunctionDef):
            calls = [
                ancestors
                for ancestors, n in _walk_with_ancestors(tree)
                if _is_call_of(n, node.name)
            ]
            if len(calls) != 1 or any(isinstance(n, _REPEATING) for n in calls[0]):
                return 0
        elif isinstance(node, (*_REPEATING, ast.If, ast.IfExp, ast.Try, ast.Lambda)):
            return 0
    return rounds if loops and rounds <= _MAX_ROUNDS else 0


_REPEATING = (
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.AsyncFunctionDef,
    ast.FunctionDef,
    ast.ClassDef,
    ast.ListComp,
    ast.GeneratorExp,
)


def _is_call_of(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name


def _rounds_of(loop: ast.For, numbers: dict[str, int]) -> int:
    if any(isinstance(node, ast.Break | ast.Continue | ast.Return) for node in ast.walk(loop)):
        return 0
    match loop.iter:
        case ast.Call(func=ast.Name(id="range"), args=[*args], keywords=[]):
            values = [_evaluate(arg, numbers) for arg in args]
        case _:
            return 0
    known = [value for value in values if value is not None]
    if len(known) != len(values) or not 1 <= len(known) <= 3 or (len(known) == 3 and not known[2]):
        return 0
    return len(range(*known)) if max(map(abs, known)) <= _MAX_ROUNDS else 0


def _evaluate(node: ast.expr, numbers: dict[str, int]) -> int | None:
    match node:
        case ast.Constant(value=int() as value):
            return value
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            one, two = _evaluate(left, numbers), _evaluate(right, numbers)
            return None if one is None or two is None else one + two
        case ast.Name(id=name):
            return numbers.get(name)
        case _:
            return None


def _constants(tree: ast.Module) -> dict[str, int]:
    """Return the names that the program binds once, to a literal whole number."""
    bound: dict[str, int] = {}
    times: dict[str, int] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            times[node.id] = times.get(node.id, 0) + 1
        if isinstance(node, ast.arg):
            times[node.arg] = times.get(node.arg, 0) + 1
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=int() as value)):
                bound[name] = value
    return {name: value for name, value in bound.items() if times.get(name) == 1}
