"""The models of a run as rows of texts, and the classes that they confuse, for the model pane.

What is drawn beside the texts, and how many columns there are room for, is left to the widget.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from math import isfinite, prod
from typing import Literal

from msgspec import structs

from tutor.grading.wording import counted
from tutor.session.words.inventory_text import shape_text
from tutor.text import printable
from tutor.wire.events import ErrorFacts, LayerShapes, LineShape
from tutor.wire.models import (
    Activations,
    AnswersCounted,
    Confusion,
    LayerDescription,
    ModelDescription,
    ModelsDescribed,
)

MAX_LINES = 200
FOLDED_FROM = 14
"""Minimum rows of a model of which equal parts are folded."""
MIN_ALIKE = 4
MAX_CHARACTERS = 120
"""Characters of a name or message."""
AT_END = "at end"
"""The label of the numbers that a layer has at the end of the run."""
_NUMBERED = re.compile(r"((?:[^.]+\.)+?)(\d+)(?=\.|$)")
"""A part of a list of parts, such as `blocks.3`."""

RowKind = Literal[
    "heading", "input", "layer", "later", "between", "uncalled", "failed", "line", "end"
]


@dataclass(frozen=True)
class LayerRow:
    """One row of the pane as texts; empty where there is nothing to say."""

    kind: RowKind
    name: str = ""
    what: str = ""
    """The type of the layer, with its sizes where they are known."""
    shape: str = ""
    numbers: str = ""
    mean: str = ""
    std: str = ""
    gradient: str = ""
    update: str = ""
    note: str = ""
    """The share of its numbers that is 0, dead or saturated."""
    width: int = 0
    """Numbers that leave the layer for each row of a batch; 0 if that is not known."""
    bins: Sequence[int] = field(default=())
    low: str = ""
    high: str = ""


# Rows


def trained_first(described: ModelsDescribed) -> list[ModelDescription]:
    return sorted(described.models, key=lambda model: not any(x.update for x in model.layers))


def model_rows(described: ModelsDescribed, end: ModelsDescribed | None = None) -> list[LayerRow]:
    """Return the rows of all models: a heading, what goes in, and a row for each layer.

    With `end`, a second row of each layer has its numbers there.
    """
    ends: dict[tuple[str, str], LayerRow] = {}
    for model in end.models if end is not None else ():
        for layer in model.layers:
            row = _layer_row("", layer, "")
            if layer.calls and (row.mean or row.gradient or row.update):
                row = replace(row, kind="later", what=AT_END, shape="", numbers="", width=0)
                ends[model.name, layer.name] = row
    return [row for model in trained_first(described) for row in _folded([*_rows_of(model, ends)])]


def _folded(rows: list[LayerRow]) -> list[LayerRow]:
    """Return the rows without the middle ones of several equal parts, such as blocks of layers.

    The first and the last part stay: between them a gradient vanishes.
    """
    if len(rows) < FOLDED_FROM:
        return rows
    parts: list[tuple[str, int, list[LayerRow]]] = []
    for row in rows:
        found = _NUMBERED.match(row.name)
        prefix, number = (found[1], int(found[2])) if found else ("", len(parts))
        if found and parts and parts[-1][:2] == (prefix, number):
            parts[-1][2].append(row)
        else:
            parts.append((prefix, number, [row]))
    folded: list[LayerRow] = []
    for (prefix, _), group in groupby(parts, lambda part: (part[0], _form(part[2]))):
        alike = [*group]
        if prefix and len(alike) >= MIN_ALIKE:
            first, last = alike[1][1], alike[-2][1]
            more = f"{len(alike) - 2} more like {prefix}{alike[0][1]}"
            row = LayerRow("end", f"{prefix}{first} to {last}", more)
            folded += [*alike[0][2], row, *alike[-1][2]]
        else:
            folded += [row for _, _, part in alike for row in part]
    return folded


def _form(part: list[LayerRow]) -> tuple[tuple[str, ...], ...]:
    """Return what equal parts have in common: the layers, without their numbers in the name."""
    return tuple(
        (_NUMBERED.sub(r"\1", row.name), row.kind, row.what, row.shape, row.numbers) for row in part
    )


def _rows_of(
    model: ModelDescription, ends: Mapping[tuple[str, str], LayerRow]
) -> Iterator[LayerRow]:
    yield LayerRow("heading", clean_name(model.name) or "layers", _heading(model))
    gave: tuple[int, ...] | None = None
    for place, layer in enumerate(model.layers):
        name = _own_name(layer.name, model.name)
        if not place and layer.took is not None:
            shape, width = shape_text(layer.took), _width(layer.took)
            yield LayerRow("input", "input", "", shape, width=width)
        elif layer.took is not None and gave is not None and layer.took != gave and layer.calls:
            shape = shape_text(layer.took)
            yield LayerRow("between", "", "by the program", shape, width=_width(layer.took))
        yield _layer_row(name, layer, "not reached" if model.failed else "not called")
        if layer.calls and (later := ends.get((model.name, layer.name))) is not None:
            yield later
        gave = layer.gave if layer.calls else gave
    if model.left_out:
        yield LayerRow("end", "", f"and {counted(model.left_out, 'more layer')}")
    if model.failed and not any(layer.failed for layer in model.layers):
        yield LayerRow("failed", "", "the call ended here")


def _heading(model: ModelDescription) -> str:
    parts = [clean_name(model.type_name)] if model.type_name else []
    parts.append("1 number" if model.numbers == 1 else f"{model.numbers:,} numbers")
    if model.frozen_numbers:
        parts.append("all frozen" if model.frozen_numbers == model.numbers else "some frozen")
    if not model.training:
        parts.append("eval mode")
    if not model.called:
        parts.append("not called")
    return ", ".join(parts)


def _layer_row(name: str, layer: LayerDescription, uncalled: str) -> LayerRow:
    what = layer_words(layer) + (f" {layer.calls} times" if layer.calls > 1 else "")
    numbers = _amount(layer.numbers) if layer.numbers else ""
    if layer.failed:
        took = shape_text(layer.took) if layer.took is not None else ""
        return LayerRow("failed", name, what, took, numbers)
    if not layer.calls:
        return LayerRow("uncalled", name, what, uncalled, numbers)
    activations = layer.activations
    row = LayerRow(
        "layer",
        name,
        what,
        shape_text(layer.gave) if layer.gave is not None else "",
        numbers,
        gradient=brief(layer.gradient),
        update=percent(layer.update),
        width=_width(layer.gave),
    )
    if activations is None:
        return row
    return replace(
        row,
        mean=brief(activations.mean, signed=True),
        std=brief(activations.std),
        note=_note(activations),
        bins=activations.bins,
        low=brief(activations.low),
        high=brief(activations.high),
    )


def _note(numbers: Activations) -> str:
    if numbers.not_finite:
        return f"{numbers.not_finite} nan or inf"
    if numbers.dead:
        return f"{share_text(numbers.dead)} dead"
    if numbers.saturated:
        return f"{share_text(numbers.saturated)} at its limits"
    return f"{share_text(numbers.zeros)} are 0" if numbers.zeros else ""


def layer_words(layer: LayerDescription | LayerShapes) -> str:
    """Return the layer as one writes it where its weight tells the sizes: `Linear(8, 16)`."""
    weight = layer.weight
    if layer.type_name in ("Linear", "Bilinear") and len(weight) == 2:
        return f"{layer.type_name}({weight[1]}, {weight[0]})"
    if layer.type_name == "Embedding" and len(weight) == 2:
        return f"Embedding({weight[0]}, {weight[1]})"
    if (
        layer.type_name.startswith("Conv")
        and len(weight) > 2
        and "Transpose" not in layer.type_name
    ):
        return f"{clean_name(layer.type_name)}({weight[1]}, {weight[0]}, {weight[2]})"
    return clean_name(layer.type_name)


def line_rows(
    shapes: Sequence[LineShape], error: ErrorFacts | None, source: str = ""
) -> list[LayerRow]:
    """Return the rows of a program without a model: the shape of what each line bound.

    `source` is the program; without it, only names stand beside the shapes.
    """
    lines = source.split("\n")
    rows = []
    for each in shapes[:MAX_LINES]:
        line = lines[each.line - 1].strip() if 0 < each.line <= len(lines) else ""
        words = clean_name(line or each.name)
        rows.append(LayerRow("line", f"line {each.line}", words, bound_shape_text(each)))
    if len(shapes) > MAX_LINES:
        rows.append(LayerRow("end", "", f"and {counted(len(shapes) - MAX_LINES, 'more line')}"))
    if rows and error is not None and error.line is not None:
        operands = [each for each in error.operands if each.shape]
        met = " and ".join(f"{clean_name(each.name)} {shape_text(each.shape)}" for each in operands)
        what = f"{clean_name(error.source_line.strip())}  {met}".strip()
        rows.append(LayerRow("failed", f"line {error.line}", what))
    return rows


def bound_shape_text(shape: LineShape) -> str:
    first = shape_text(shape.first)
    if shape.last is None:
        return f"{first} and others"
    return first if shape.last == shape.first else f"{first} to {shape_text(shape.last)}"


def with_failure(described: ModelsDescribed, error: ErrorFacts | None) -> ModelsDescribed:
    """Return the models, and those layers that the error tells of if none is known to have failed.

    So a model whose calls were not heard ends at the layer that failed, too.
    """
    told = any(model.failed for model in described.models)
    if error is None or told or not error.layers or not error.layers[-1].failed:
        return described
    layers = tuple(
        LayerDescription(
            each.name,
            each.type_name,
            each.weight,
            failed=each.failed,
            calls=1,
            took=each.took,
            gave=each.gave,
        )
        for each in error.layers
    )
    model = ModelDescription("", "", layers, called=True, failed=True)
    return structs.replace(described, models=(*described.models, model))


# Numbers


def _own_name(name: str, model: str) -> str:
    """Return the name of a layer within its model: `0` of `model[0]`, `fc.0` of `net.fc[0]`."""
    if not model or not name.startswith(model) or name == model:
        return clean_name(name) if not model or name != model else "itself"
    within = name[len(model) :].replace("['", ".").replace("']", "")
    return clean_name(within.replace("[", ".").replace("]", "").lstrip("."))


def clean_name(text: str) -> str:
    return printable(text)[:MAX_CHARACTERS]


def _width(shape: tuple[int, ...] | None) -> int:
    return prod(shape[1:]) if shape is not None and len(shape) > 1 else 0


def _amount(count: int) -> str:
    if count < 100_000:
        return f"{count:,}"
    for size, letter in ((1_000_000_000, "G"), (1_000_000, "M")):
        if count >= size:
            return f"{count / size:.1f}{letter}"
    return f"{count / 1_000:.0f}k"


def share_text(share: float) -> str:
    """Return a share as percent: never 100 or 0 where it is only nearly that.

    It may come from a process that runs a learner's program: what is no share is 0 or 100.
    """
    share = min(1.0, max(0.0, share))  # in this order nan is 0
    whole = round(100 * share)
    return f"{min(99, max(1, whole)) if 0 < share < 1 else whole} %"


def percent(share: float | None) -> str:
    if share is None:
        return ""
    return "0" if not share else f"{brief(100 * share)} %"


def brief(number: float | None, *, signed: bool = False) -> str:
    """Return the number in about six characters, "" for None."""
    if number is None:
        return ""
    if not isfinite(number) or number == 0:
        return f"{number:g}"
    size = abs(number)
    if 0.01 <= size < 1_000:
        decimals = 3 if size < 0.1 else 2 if size < 10 else 1 if size < 100 else 0
        text = f"{number:.{decimals}f}"
    else:
        mantissa, _, exponent = f"{number:.1e}".partition("e")
        text = f"{mantissa}e{int(exponent)}"
    return f"+{text}" if signed and number > 0 else text


MAX_NAME = 30


def is_sound(confusion: Confusion) -> bool:
    """Return True if there are as many counts as classes say, none below 0."""
    whole = len(confusion.counts) == confusion.classes**2
    return whole and min(confusion.counts, default=-1) >= 0


def confusion_words(
    confusion: Confusion, counted: AnswersCounted | None = None, step: int = 0
) -> str:
    """Return how many rows are right, and which class is taken for another most often.

    `counted` names the data of the rows; without it they are those of the batch of `step`, or of
    the last one if that is 0.
    """
    classes, counts = confusion.classes, confusion.counts
    count, right = sum(counts), sum(counts[at * (classes + 1)] for at in range(classes))
    if counted is None:
        rows = f"{'the one row' if count == 1 else f'the {count} rows'} of {_source(None, step)}"
    elif count < counted.total:
        rows = f"{count:,} rows, spread over the {counted.total:,} of {_source(counted, step)}"
    else:
        rows = f"all {count:,} rows of {_source(counted, step)}"
    words = f"Right: {right:,} of {rows}."
    wrong = [(n, at) for at, n in enumerate(counts) if at % (classes + 1)]
    most, place = max(wrong, key=lambda each: each[0], default=(0, 0))
    label, given = divmod(place, classes)
    if most > 1:
        return f"{words} Most often, class {label} is taken for class {given}: {most} times."
    return f"{words} One row of class {label} is taken for class {given}." if most else words


def sample_words(confusion: Confusion, counted: AnswersCounted | None = None, step: int = 0) -> str:
    wrong = sum(each.label != each.given for each in confusion.samples)
    if wrong:
        start = f"Wrong ones first, {wrong} here"
        return f"{start}: the class that is right, and the one that it is given."
    source = _source(counted, step)
    return f"{len(confusion.samples)} pictures of {source}, all classified correctly."


def _source(counted: AnswersCounted | None, step: int) -> str:
    if counted is not None:
        return printable(counted.name)[:MAX_NAME] or "the data"
    return f"the batch of step {step:,}" if step else "the last batch"
