"""The commands for what a run left: losses, tensors, models, maps, plots and shapes."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tutor.close_names import close_names
from tutor.first_screen.markdown_reader import TextTable
from tutor.grading.wording import listed
from tutor.plain.command_row import Command
from tutor.plain.desk import Desk
from tutor.plain.markdown_lines import sentences, table_lines
from tutor.plain.tensor_lines import (
    columns_of,
    entry_line,
    entry_summary,
    loss_lines,
    loss_values,
    more_of,
    rows_of,
)
from tutor.plain.typed_numbers import MOST, number_of
from tutor.plain.walking import write_new
from tutor.session.losses import loss_view
from tutor.session.tensors import last_change
from tutor.session.words.graph_text import EMPTY as NO_GRAPH
from tutor.session.words.graph_text import graph_lines, graph_words
from tutor.session.words.inventory_text import learning_rates, moved_words, nothing_listed_words
from tutor.session.words.loss_text import no_losses_words
from tutor.session.words.map_text import map_words, no_map_words, told_words
from tutor.session.words.model_text import LayerRow, RowKind, confusion_words, is_sound, model_rows
from tutor.session.words.plot_text import axes_words, heading, no_plot_words
from tutor.session.words.spoken_text import speak
from tutor.session.words.surface_text import no_surface_words, told_lines
from tutor.wire.events import InventoryEntry
from tutor.wire.models import Confusion

_ROWS = re.compile(r"(\S+)\s+rows?(?:\s+(\d+)(?:\s*(?:-|–|to)\s*(\d+))?)?")
_VALUES = re.compile(r"values?(?:\s+(\d+)(?:\s*(?:-|–|to)\s*(\d+))?)?")
_COLUMNS = ("column", "columns")
_BEFORE_SHAPE: Mapping[RowKind, str] = {"failed": "took ", "uncalled": ""}
"""Text before the shape of a layer without a result."""


async def loss(desk: Desk, words: str) -> None:
    """Print the trend and figures of the loss curve, or its values."""
    timeline = desk.session.timeline
    view = loss_view(timeline.current, timeline.previous)
    if not view.losses:
        desk.say(no_losses_words(desk.state))
    elif match := _VALUES.fullmatch(words.strip()):
        first = number_of(match[1] or "1")
        last = number_of(match[2] or match[1] or str(len(view.losses)))
        desk.say(*loss_values(view.losses, max(1, first), last))
    elif words.strip():
        desk.say("Type loss, loss values or loss values 10-20.")
    else:
        desk.say(*loss_lines(view), "Type loss values for the numbers.")


async def tensor(desk: Desk, words: str) -> None:
    """Print what a tensor holds, or list all values that the program left."""
    entries = desk.session.timeline.current.inventory
    if not entries:
        desk.say(nothing_listed_words(desk.state))
        return
    if not words.strip():
        desk.say(*map(entry_line, entries), "Type tensor and a name for one of them.")
        return
    match = _ROWS.fullmatch(words.strip())
    name, _, rest = words.strip().partition(" ")
    entry = _entry(desk, entries, match[1] if match else name if rest in _COLUMNS else words)
    if entry is None:
        return
    if rest in _COLUMNS:
        desk.say(*columns_of(entry))
        return
    if match:
        first = number_of(match[2] or "0")
        last = number_of(match[3] or match[2] or str(MOST))
        desk.say(*rows_of(entry, first, last))
        return
    desk.say(*entry_summary(entry, _moved(desk, entry)), *more_of(entry))


def _entry(desk: Desk, entries: Sequence[InventoryEntry], name: str) -> InventoryEntry | None:
    names = [entry.name for entry in entries]
    if name in names:
        return entries[names.index(name)]
    near = close_names(name, names)
    hint = f"Did you mean {near[0]}?" if near else "Type tensor for all names."
    desk.say(f"The program left no tensor, model or number {name}. {hint}")
    return None


def _moved(desk: Desk, entry: InventoryEntry) -> str:
    paused = desk.state.paused
    if paused is not None and paused.phase == "step":
        return ""  # the gradient is newer than the last update
    current = desk.session.timeline.current
    rates = learning_rates(current.inventory, current.facts)
    change = last_change(current, None, entry)
    return moved_words(entry, change, rates, current.inventory_step)


async def model(desk: Desk, _words: str) -> None:
    """Print the layers of the models with their input and output shapes."""
    models = desk.session.timeline.current.models
    if not models:
        desk.say("No model yet: after a run that calls one, its layers are here.")
        return
    described, answers = models.newest, models.answers(None)
    desk.say(*(line for row in model_rows(described) if (line := _row_line(row))))
    confusion = answers.confusion if answers is not None else described.confusion
    if confusion is not None and is_sound(confusion):
        desk.say(*sentences(confusion_words(confusion, answers)), *_class_lines(confusion))


def _class_lines(confusion: Confusion) -> Iterator[str]:
    """Yield, for each class, the predictions for its rows."""
    size = confusion.classes
    for label in range(size):
        row = confusion.counts[label * size : (label + 1) * size]
        taken = [f"{count} for {given}" for given, count in enumerate(row) if count]
        if taken:
            yield f"Class {label} is taken: {listed(taken)}."


def _row_line(row: LayerRow) -> str:
    if row.kind == "heading":
        return f"Model {row.name}: {speak(row.what)}."
    parts = [f"Layer {row.name}" if row.kind in ("layer", "uncalled", "failed") else row.name]
    parts += [row.what]
    parts += [f"{_BEFORE_SHAPE.get(row.kind, 'gives ')}{row.shape}"] if row.shape else []
    parts += [f"{speak(row.numbers)} numbers"] if row.numbers else []
    parts += [f"mean {speak(row.mean)}, spread {speak(row.std)}"] if row.mean else []
    parts += [f"gradient {speak(row.gradient)}"] if row.gradient else []
    parts += [f"update {speak(row.update)}"] if row.update else []
    parts += [speak(row.note)] if row.note else []
    start = "Failed here: " if row.kind == "failed" else ""
    return f"{start}{', '.join(filter(None, parts))}."


async def tell_graph(desk: Desk, _words: str) -> None:
    """Print the graph of the last loss, each row after those that lead to it."""
    graph = desk.session.timeline.current.graph
    if graph is None:
        desk.say(*sentences(NO_GRAPH))
        return
    desk.say(*sentences(graph_words(graph)), *map(str.strip, graph_lines(graph)))


async def tell_surface(desk: Desk, _words: str) -> None:
    """Print the surface of a loss, and the trails of the steps on it."""
    shown = desk.session.timeline.current.surface
    lines = [no_surface_words(desk.state)] if shown is None else told_lines(shown)
    for line in lines:
        desk.say(*sentences(line))


async def tell_map(desk: Desk, _words: str) -> None:
    """Print the map of a model's predictions."""
    current = desk.session.timeline.current
    shown = current.maps.newest
    if shown is None:
        desk.say(*sentences(no_map_words(desk.state, current.maps)))
        return
    desk.say(f"Map: {map_words(shown, desk.state, len(current.losses), ', ')}.")
    desk.say(*sentences(told_words(shown)))


async def plot(desk: Desk, _words: str) -> None:
    """Print what the program has plotted."""
    figures = desk.session.timeline.current.figures
    if not figures:
        desk.say(*sentences(no_plot_words(desk.state)))
    for place, figure in enumerate(figures):
        for number, axes in enumerate(figure.axes):
            name = heading(figures, place, number)
            desk.say(f"Plot: {speak(name) or 'one'}.")
            desk.say_text(desk.filled(axes_words(axes)))


async def shapes(desk: Desk, _words: str) -> None:
    """Print the shapes bound in each line of the program."""
    ending = desk.state.ending
    if ending is None or not ending.shapes:
        desk.say("No shapes yet: run the program first.")
        return
    desk.say(*(f"Line {number}: {speak(words)}" for number, words in ending.shapes))


async def table(desk: Desk, words: str) -> None:
    """Print the last table again, or write it to a file."""
    if desk.table is None:
        desk.say("There was no table yet: type text.")
        return
    name, _, rest = words.strip().partition(" ")
    if name == "csv":
        file = Path(rest.strip() or f"{desk.step.id}.csv")
        desk.say(write_new(file, _csv(desk.table)))
    else:
        desk.say(*table_lines(desk.table))


def _csv(told: TextTable) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([told.head, *told.rows])
    return text.getvalue()


COMMANDS = (
    Command("loss", loss, "tell the losses of the run.", "values"),
    Command(
        "tensor",
        tensor,
        "list all values, or describe a tensor, its rows or its columns.",
        "NAME, then rows 0-3 or columns",
    ),
    Command("model", model, "list the layers of the model."),
    Command("map", tell_map, "describe the map of the model's predictions."),
    Command("graph", tell_graph, "list the operations that backward walks through."),
    Command("surface", tell_surface, "describe the loss over two numbers, and its trails."),
    Command("plot", plot, "describe the program's plots."),
    Command("shapes", shapes, "list the shapes that the lines bound."),
    Command("table", table, "repeat the last table, or write it as csv.", "csv FILE"),
)
