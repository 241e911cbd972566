"""Define a row of an explanation table: the messages it matches, and its text for the learner.

Phrases that several tables share are here too: close names, shapes and dtypes of a line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

from msgspec import Struct

from tutor.grading.show import show_shape
from tutor.grading.wording import counted
from tutor.wire.events import ErrorFacts, Operand

Match: TypeAlias = "re.Match[str]"
Words: TypeAlias = "str | Callable[[Match, ErrorFacts], str]"


class ExplanationRow(Struct, frozen=True):
    """A kind of message with its explanation.

    `pattern` is searched in "Class: message". In `say`, `{1}` and `{2}` are its groups, and
    `{2:number}` a group that counts numbers, or `{2:axis/axes}`; `{line}` is the learner's line,
    `{nearest}` a question about close names and `{names}` those names. If a sentence depends on
    shapes, `say` is a function, and if a slug does, so is `slug`.
    """

    pattern: str
    slug: Words
    say: Words
    inside: str = ""
    """Pattern for the beginning of the name of the module that raised it.

    Empty: any module, or none.
    """


def row_for(
    rows: Sequence[ExplanationRow], text: str, error: ErrorFacts
) -> tuple[ExplanationRow, Match] | None:
    """Return the first row that matches the error, and its match; None if none does."""
    for row in rows:
        match = re.search(row.pattern, text, re.DOTALL)
        if match is not None and (not row.inside or re.match(row.inside, error.raised_in)):
            return row, match
    return None


def words_of(row: ExplanationRow, match: Match, error: ErrorFacts) -> str:
    """Return the row's text, filled with the facts of the error."""
    if not isinstance(row.say, str):
        return row.say(match, error)
    groups = [_Group(group or "") for group in (match.group(), *match.groups())]
    return row.say.format(
        *groups, line=error.line or "?", nearest=did_you_mean(error), names=known_names(error)
    )


class _Group(str):
    """A group of a message; the format `{:noun}` or `{:noun/plural}` counts it."""

    __slots__ = ()

    def __format__(self, noun: str) -> str:
        return counted(int(self), *noun.split("/")) if noun else str(self)


def slug_of(row: ExplanationRow, match: Match, error: ErrorFacts) -> str:
    """Return the row's slug for this error."""
    return row.slug if isinstance(row.slug, str) else row.slug(match, error)


def did_you_mean(error: ErrorFacts) -> str:
    """Return " Did you mean `a` or `b`?", with a space in front; empty if nothing is close."""
    if not error.nearest:
        return ""
    return f" Did you mean {' or '.join(f'`{name}`' for name in error.nearest[:3])}?"


def known_names(error: ErrorFacts) -> str:
    """Return the close names by themselves, joined by commas."""
    return ", ".join(f"`{name}`" for name in error.nearest[:3])


_NUMERIC = ("Tensor", "Parameter", "ndarray")


def tensors(error: ErrorFacts) -> tuple[Operand, ...]:
    """Return the tensors and arrays that the failing line names."""
    return tuple(
        operand
        for operand in error.operands
        if operand.type_name in _NUMERIC and (operand.name != "input" or not modules(error))
    )


def modules(error: ErrorFacts) -> tuple[Operand, ...]:
    """Return the layers and models of the failing line; the last one failed, if known.

    The shape of a layer is that of its weight: (outputs, inputs).
    """
    return tuple(operand for operand in error.operands if operand.type_name not in _NUMERIC)


def shapes(error: ErrorFacts) -> str:
    """Return " Here `a` has shape (2, 3) and `b` has shape (2,)."; "" without any tensor."""
    known = [f"`{t.name}` has shape {show_shape(t.shape)}" for t in tensors(error)[:3]]
    return f" Here {' and '.join(known)}." if known else ""


def dtypes(error: ErrorFacts) -> str:
    """Return " Here `a` is int64 and `b` is float32."; "" without any tensor."""
    known = [f"`{t.name}` is {t.dtype}" for t in tensors(error)[:3]]
    return f" Here {' and '.join(known)}." if known else ""
