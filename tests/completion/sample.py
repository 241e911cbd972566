"""A small library and programs with a mark for the cursor, for tests of what is offered."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from tutor.completion.call_tips import CallTip, call_tip
from tutor.completion.completions import Completions, Facts, completions
from tutor.completion.library import OVERLOADS, Library, read_library
from tutor.completion.program import Names, ProgramReader
from tutor.completion.reading import AtCursor, read_cursor
from tutor.completion.referents import RunNames
from tutor.wire.values import SequenceValue, TextValue

CURSOR = "|"

GIVENS = """import numpy as np
import torch
import torch.nn.functional as F
from torch import nn, optim
"""

LINES = """
torch.nn module
torch.nn.functional module
torch.optim module
torch.Tensor class
torch.Tensor.abs method () -> Tensor
torch.Tensor.add_ method (other) -> Tensor
torch.Tensor.argmax method (dim=None) -> Tensor
torch.Tensor.backward method (gradient=None)
torch.Tensor.grad value
torch.Tensor.item method () -> number
torch.Tensor.shape value
torch.Tensor.sum method (dim=None, keepdim=False) -> Tensor
torch.Tensor.T value
torch.Size class
torch.Size.numel method () -> number
torch.float32 value dtype
torch.median function (input) -> Tensor  or  (input, dim, keepdim=False)  or  (input, other)
torch.randn function (*size, *, generator=None, dtype=None) -> Tensor
torch.relu function (input) -> Tensor
torch.sigmoid function (input, *, out=None) -> Tensor
torch.sign function (input, *, out=None) -> Tensor
torch.nn.Module class ()
torch.nn.Module.eval method ()
torch.nn.Module.forward method (*input)
torch.nn.Module.parameters method (recurse=True) -> Iterator
torch.nn.Module.train method (mode=True)
torch.nn.Linear class (in_features, out_features, bias=True, device=None) torch.nn.Module
torch.nn.Linear.in_features value int
torch.nn.Linear.forward method (input) -> Tensor
torch.nn.Linear.weight value Tensor
torch.nn.ReLU class (inplace=False) torch.nn.Module
torch.nn.Sequential class (*args) torch.nn.Module
torch.nn.ModuleList class (modules=None) torch.nn.Module
torch.nn.functional.relu function (input, inplace=False) -> Tensor
torch.optim.Optimizer class (params, defaults)
torch.optim.Optimizer.state_dict method ()
torch.optim.Optimizer.zero_grad method (set_to_none=True)
torch.optim.SGD class (params, lr=0.001, momentum=0) torch.optim.Optimizer
torch.optim.SGD.step method (closure=None)
numpy.array function (object, dtype=None)
numpy.ndarray class
numpy.ndarray.tolist method ()
"""


class _Written(NamedTuple):
    """A program that is being written."""

    at: AtCursor
    row: int
    names: Names


def sample_library() -> Library:
    """Return the library of `LINES`, as it comes from the worker."""
    return read_library(SequenceValue("list", 0, tuple(map(TextValue, sample_lines()))))


def sample_lines() -> list[str]:
    """Return the lines by which the worker tells that library."""
    return [_line(row) for row in LINES.strip().split("\n")]


def _line(row: str) -> str:
    path, kind, *rest = row.split(" ", 2)
    told, bases = rest[0] if rest else "", ""
    if kind == "class" and told.rpartition(" ")[2].startswith("torch."):
        told, _, bases = told.rpartition(" ")
    told, _, others = told.partition(OVERLOADS)
    return "\t".join((path, kind, told, f"About {path}.", bases, "", others))


def offered(code: str, run: RunNames | None = None, taught: str = "") -> Completions:
    """Return what is offered where `|` stands in the program."""
    written = _written(code)
    facts = Facts(written.names, sample_library(), run or {}, Counter(taught.split()))
    return completions(written.at, written.row, facts)


def texts(code: str, run: RunNames | None = None, taught: str = "") -> list[str]:
    """Return the names that are offered."""
    return [row.text for row in offered(code, run, taught).rows]


def tip(code: str) -> CallTip | None:
    """Return the tip where `|` stands in the program."""
    written = _written(code)
    facts = Facts(written.names, sample_library(), {})
    return call_tip(written.at, facts.referents, facts.library)


def at_cursor(code: str) -> AtCursor:
    """Return what stands where `|` stands in the program."""
    return _written(code).at


def read_names(reader: ProgramReader, lines: list[str], row: int) -> tuple[Names, int]:
    """Return the names of a program, and after how many statements others had a turn."""
    reading, turns = reader.read(lines, row), 0
    while True:
        try:
            next(reading)
        except StopIteration as end:
            names: Names = end.value
            return names, turns
        turns += 1


def _written(code: str) -> _Written:
    before, _, after = code.partition(CURSOR)
    lines, row = (before + after).split("\n"), before.count("\n")
    names, _ = read_names(ProgramReader(GIVENS), lines, row)
    at = read_cursor(lines, row, len(before.rpartition("\n")[2]))
    return _Written(at, row, names)
