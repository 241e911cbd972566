"""Facts about the text of the learner's code, for the wording of a lesson's messages.

A verdict must not depend on them: the same result can be written in many ways.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from types import ModuleType

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_IMPORTED = (ModuleType, type)
_DEFINITIONS = (
    ast.Import,
    ast.ImportFrom,
    ast.FunctionDef,
    ast.ClassDef,
    ast.Assign,
    ast.AnnAssign,
)


class CodeFacts:
    """The names, numbers, calls and comparisons in the learner's part of a program."""

    def __init__(self, tree: ast.Module, namespace: Mapping[str, object]) -> None:
        self._tree = tree
        self._namespace = namespace

    # Each is worked out when a question first needs it: most ask nothing of the code.

    @cached_property
    def _nodes(self) -> list[ast.AST]:
        return list(ast.walk(self._tree))

    @cached_property
    def _read(self) -> frozenset[str]:
        return frozenset(
            node.id
            for statement in self._tree.body
            if not _only_shows(statement)
            for node in ast.walk(statement)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        )

    @cached_property
    def _mentioned(self) -> frozenset[str]:
        return frozenset(
            {node.attr for node in self._nodes if isinstance(node, ast.Attribute)}
            | {node.id for node in self._nodes if isinstance(node, ast.Name)}
            | {
                alias.name
                for node in self._nodes
                if isinstance(node, ast.ImportFrom)
                for alias in node.names
            }
        )

    def uses(self, name: str) -> bool:
        """Return True if the code reads the variable `name`, as in `uses('lr')`.

        A line that only shows or prints it does not count.
        """
        return name in self._read

    def mentions(self, attribute: str) -> bool:
        """Return True if the word occurs as an attribute, a variable or an imported name.

        It need not be called: `mentions('backward')` is true of `loss.backward` without
        parentheses, too.
        """
        return attribute in self._mentioned

    def typed(self, number: float) -> bool:
        """Return True if the number is written in the code; `1e-3` is also `typed(0.001)`."""
        return any(
            isinstance(node, ast.Constant)
            and isinstance(node.value, int | float)
            and node.value == number
            for node in self._nodes
        )

    def has_compare(self) -> bool:
        """Return True if a statement only compares, as `weight0 == weight0 - lr * grads0` does."""
        return any(
            isinstance(node, ast.Expr) and isinstance(node.value, ast.Compare)
            for node in self._nodes
        )

    def uncalled(self, method: str) -> bool:
        """Return True if a method is named and not called, as in `loss.backward` without `()`."""
        called = {id(node.func) for node in self._nodes if isinstance(node, ast.Call)}
        return any(
            isinstance(node, ast.Attribute) and node.attr == method and id(node) not in called
            for node in self._nodes
        )

    def in_function(self, word: str) -> bool:
        """Return True if a function contains the word as an attribute or a variable."""
        return any(
            (isinstance(inner, ast.Attribute) and inner.attr == word)
            or (isinstance(inner, ast.Name) and inner.id == word)
            for node in self._nodes
            if isinstance(node, _FUNCTIONS)
            for inner in ast.walk(node)
        )

    def rebinds_loop_variable(self) -> bool:
        """Return True if a loop binds its own variable anew, as with `p = p - 1` under `for p in`.

        `p -= 1` does not count: it may change what is there.
        """
        return any(
            _names_bound(node.target) & _names_assigned(node.body)
            for node in self._nodes
            if isinstance(node, ast.For)
        )

    def passes(self, function: str, keyword: str, place: int) -> bool:
        """Return True if a call of the function gives that argument, by its keyword or its place.

        `passes('SGD', 'lr', 1)` is true of `SGD(weights, 0.1)`. Where `*` or `**` hides what is
        given, it is true as well.
        """
        return any(
            len(node.args) > place
            or any(isinstance(each, ast.Starred) for each in node.args)
            or any(each.arg in (keyword, None) for each in node.keywords)
            for node in self._nodes
            if isinstance(node, ast.Call) and _last_word(node.func) == function
        )

    def arguments_of(self, name: str) -> tuple[object, ...]:
        """Return the present values of the arguments of the call that `name` is bound to.

        For `loss = criterion(scores, label).item()` these are `scores` and `label`. Empty if no
        such line is at the top level. An argument that can no longer be evaluated is left out.
        """
        calls = [
            call
            for node in self._tree.body
            if isinstance(node, ast.Assign) and any(name in _names_bound(t) for t in node.targets)
            for call in [_first_call_with_arguments(node.value)]
            if call is not None
        ]
        return tuple(self._values(calls[-1])) if calls else ()

    def restarted(self, name: str) -> object:
        """Return what `name` is bound to in a new program, without the givens.

        Only imports, definitions and assignments run there, and an assignment that raises is left
        out: all that reads a given or a result of other lines. Raises KeyError if none binds it.
        """
        names = {key: each for key, each in self._namespace.items() if isinstance(each, _IMPORTED)}
        for node in self._tree.body:
            if isinstance(node, _DEFINITIONS):
                with suppress(Exception):
                    exec(compile(ast.Module([node], []), "<restarted>", "exec"), names)
        return names[name]

    def _values(self, call: ast.Call) -> Iterator[object]:
        for node in [*call.args, *(each.value for each in call.keywords)]:
            try:
                code = compile(ast.Expression(node), "<argument>", "eval", dont_inherit=True)
                yield eval(code, dict(self._namespace))
            except Exception:
                continue


def _only_shows(statement: ast.stmt) -> bool:
    """Return True for a line that only shows or prints names and calls nothing else."""
    if not isinstance(statement, ast.Expr):
        return False
    calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call)]
    prints = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "print"]
    return len(calls) == len(prints)


def _first_call_with_arguments(value: ast.expr) -> ast.Call | None:
    """Return the call that makes a value: `f(x)` in `f(x)` and in `f(x).item()`."""
    while isinstance(value, ast.Call | ast.Attribute):
        if isinstance(value, ast.Call) and (value.args or value.keywords):
            return value
        value = value.func if isinstance(value, ast.Call) else value.value
    return None


def _last_word(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _names_bound(target: ast.expr) -> set[str]:
    return {node.id for node in ast.walk(target) if isinstance(node, ast.Name)}


def _names_assigned(body: Sequence[ast.stmt]) -> set[str]:
    return {
        target.id
        for statement in body
        for node in ast.walk(statement)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
