"""A model without a module: the expression of the program that computes what its loss compares.

`traced_loss` reads it from the source; this module adds the values of its names in the program.
"""

from __future__ import annotations

import ast
import linecache
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from types import CodeType, FunctionType, MethodType
from typing import Any, NamedTuple

import torch
from torch import Tensor

from tutor.worker.naming import named_parameters
from tutor.worker.reachable_code import global_names_of, is_of_program, is_program_code
from tutor.worker.stack import EXERCISE_FILE
from tutor.worker.tensor_numbers import plain_tensors
from tutor.worker.torch_private import is_module, is_tensor, without_overrides
from tutor.worker.traced_loss import Kind, TracedLoss, traced_loss

Variables = Mapping[str, object]

MAX_DEPTH = 4
"""Maximum depth of nested functions and containers that are searched."""
MAX_PARTS = 50
MAX_OBJECTS = 2_000
MAX_LENGTHS = 4
"""Maximum number of table lengths that are tried: the data may be a batch."""
MAX_SOURCE = 100_000

_eval, _compile = eval, compile


class TracedModel(NamedTuple):
    """The expression of a model, and the values of its names."""

    loss: TracedLoss
    code: CodeType
    """Computes the prediction from `INPUT`."""
    variables: Variables
    """The values of the names in all parts of the loss, as they were when it was traced."""
    given: Tensor
    """The input of the model when it was traced."""
    target: Tensor | None
    """The target of the model when it was traced."""

    def asked_with(self, scopes: Iterable[Variables]) -> Variables:
        """Return the present values of the expression's names, or the last known ones."""
        now = merged(scopes)
        return {
            name: now.get(name, value)
            for name, value in self.variables.items()
            if name in self.code.co_names
        }

    def is_gone(self, scopes: Iterable[Variables]) -> bool:
        """Return True if some of its names are no longer bound."""
        return not merged(scopes).keys() >= self.asked_with(()).keys()

    def trained(self, variables: Variables) -> list[Tensor]:
        """Return all tensors in these values, including those inside of objects."""
        return [*_leaves(variables.values())]


def merged(scopes: Iterable[Variables]) -> dict[str, object]:
    """Return the variables of all scopes; those of inner ones hide those of outer ones."""
    return {name: value for scope in scopes for name, value in scope.items()}


def traced_model(scopes: Iterable[Variables], trained: Collection[int]) -> TracedModel | None:
    """Return the model in the running program's source, None if there is none.

    `trained` has the `id` of each trained tensor.
    """
    source = "".join(linecache.getlines(EXERCISE_FILE))
    if len(source) > MAX_SOURCE or ("backward" not in source and "grad(" not in source):
        return None
    variables = merged(scopes)
    kinds = _Kinds(variables, trained)
    for length in kinds.lengths():
        loss = traced_loss(source, lambda name, rows=length: kinds.of(name, rows))  # type: ignore[misc]
        if loss is not None:
            return _with_values(loss, variables)
    return None


def _with_values(loss: TracedLoss, variables: Variables) -> TracedModel | None:
    known = {name: variables[name] for name in loss.names() if name in variables}
    given = _table(loss.given, known)
    if given is None:
        return None
    target = _table(loss.target, known) if loss.target is not None else None
    return TracedModel(loss, _code_of(loss.prediction), known, given, target)


def _code_of(expression: ast.expr) -> CodeType:
    whole = ast.fix_missing_locations(ast.Expression(expression))
    return _compile(whole, EXERCISE_FILE, "eval", dont_inherit=True)


def _table(expression: ast.expr, variables: Variables) -> Tensor | None:
    """Return the value of an expression that only selects or reshapes a table."""
    plain: dict[str, Any] = {"__builtins__": {}}
    with torch.no_grad(), without_overrides():
        for name, value in variables.items():
            if is_tensor(value):
                (plain[name],) = plain_tensors([value])
            elif type(value) in (int, slice, list, range):
                plain[name] = value
        try:
            table = _eval(_code_of(expression), plain)
        except Exception:
            return None
    return table if is_tensor(table) and table.dim() in (1, 2) else None


class _Kinds:
    """The kinds of objects that a program's names are bound to."""

    def __init__(self, variables: Variables, trained: Collection[int]) -> None:
        self._variables = variables
        self._trained = trained
        self._known: dict[str, Kind] = {}

    def lengths(self) -> list[int]:
        """Return the lengths of tables, the greatest first."""
        tables = {self._rows(each) for each in self._variables.values()} - {0}
        return sorted(tables, reverse=True)[:MAX_LENGTHS]

    def of(self, name: str, rows: int) -> Kind:
        """Return the kind of a name, if tables of the data have `rows` rows."""
        value = self._variables.get(name)
        if length := self._rows(value):
            return "data" if length == rows else "other"
        if name not in self._known:
            self._known[name] = self._kind(value)
        return self._known[name]

    def _rows(self, value: object) -> int:
        """Return the number of rows of a table; 0 for other objects."""
        if not is_tensor(value) or id(value) in self._trained:
            return 0
        with without_overrides():
            is_plain = not value.requires_grad and not value.is_complex()
            return len(value) if is_plain and value.dim() in (1, 2) and len(value) > 1 else 0

    def _kind(self, value: object) -> Kind:
        if is_tensor(value):
            with without_overrides():
                is_computed = value.requires_grad and not value.is_leaf
            if is_computed and id(value) not in self._trained:
                return "computed"
        is_trained = any(
            each.requires_grad or id(each) in self._trained for each in _leaves([value])
        )
        return "trained" if is_trained else "other"


def _leaves(values: Iterable[object]) -> Iterator[Tensor]:
    """Yield the tensors in these values: in modules, containers, functions and objects."""
    waiting = deque((value, 0) for value in values)
    seen: set[int] = set()
    while waiting and len(seen) < MAX_OBJECTS:
        value, depth = waiting.popleft()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if is_tensor(value):
            yield value
        elif is_module(value):
            yield from (each for _, each in named_parameters("", value))
        elif depth < MAX_DEPTH:
            waiting += ((part, depth + 1) for part in _parts(value, type(value)))


def _parts(value: Any, kind: type) -> list[object]:  # noqa: ANN401 # of any type
    parts: list[object] = []
    if kind is list or kind is tuple:
        parts = [*value[:MAX_PARTS]]
    elif kind is dict:
        parts = [*value.values()]
    elif kind is FunctionType and is_program_code(value.__code__):
        names = value.__globals__
        parts = [names[name] for name in global_names_of(value) if name in names]
        parts += [cell.cell_contents for cell in value.__closure__ or () if _is_filled(cell)]
    elif kind is MethodType:
        parts = [value.__self__]
    elif is_of_program(kind):
        attributes = getattr(value, "__dict__", None)
        parts = [*attributes.values()] if type(attributes) is dict else []
    return parts[:MAX_PARTS]


def _is_filled(cell: Any) -> bool:  # noqa: ANN401 # types.CellType, whose contents may be missing
    try:
        return cell.cell_contents is not None
    except ValueError:
        return False
