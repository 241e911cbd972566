"""The levels of help after the hints: the solution of a code step, shown bit by bit.

The session counts and stores the levels; ui shows them. Everything here is computed from the step
alone, so that the same help is shown after a restart.
"""

from __future__ import annotations

import io
import random
import tokenize as t
from typing import Literal

from msgspec import Struct

from tutor.course.kinds import kind_of
from tutor.course.model import Step

HelpLevel = Literal["", "lines", "words", "whole"]
"""Level of help: "" before any, then the lines in another order, the first words, all of it.

Journals keep these values.
"""

HELP_LEVELS: tuple[HelpLevel, ...] = ("lines", "words", "whole")
"""The levels from the least help to the most."""


class Help(Struct, frozen=True):
    """The part of the solution that the learner sees."""

    level: HelpLevel = ""
    words: int = 0
    """Number of words shown on the level `words`; 0 on the others."""


def next_help_level(step: Step, shown: Help) -> HelpLevel:
    """Return the level after the present one; "" after the last.

    The lines are left out if they have no other order, or are on screen in another one anyway.
    """
    has_lines = len(set(_code_lines(step))) > 1 and not kind_of(step).has_only_moves
    levels = HELP_LEVELS if has_lines else HELP_LEVELS[1:]
    later = HELP_LEVELS[HELP_LEVELS.index(shown.level) + 1 :] if shown.level else HELP_LEVELS
    return next((level for level in levels if level in later), "")


def help_at(level: HelpLevel) -> Help:
    """Return the first help of a level: on `words`, a single word."""
    return Help(level, 1 if level == "words" else 0)


def one_more_word(step: Step, shown: Help) -> Help:
    """Return the help with one more word, or the whole solution after the last one."""
    if shown.words + 1 < word_count(step):
        return Help("words", shown.words + 1)
    return Help("whole")


def word_count(step: Step) -> int:
    """Return the number of words in the solution."""
    return len(_word_ends(solution_of(step)))


def solution_of(step: Step) -> str:
    """Return the solution as an editor's text: without blank lines around, with a newline."""
    return step.solution.strip("\n") + "\n"


def shown_code(step: Step, shown: Help, *, hidden: str) -> str:
    """Return the visible part of the solution; "" before any help.

    On the level `words`, `hidden` replaces each character that is not shown yet.
    """
    solution = solution_of(step)
    if shown.level == "lines":
        return "\n".join(shuffled_lines(step))
    if shown.level == "words":
        end = ([0, *_word_ends(solution)])[: shown.words + 1][-1]
        return solution[:end] + "".join(c if c.isspace() else hidden for c in solution[end:])
    return solution if shown.level == "whole" else ""


def shuffled_lines(step: Step) -> tuple[str, ...]:
    """Return the lines of code without comments, never in their own order.

    The order depends on the step's id alone, so it stays the same. Equal lines have no other.
    """
    lines = _code_lines(step)
    shuffled = list(lines)
    rng = random.Random(step.id)
    while len(set(lines)) > 1 and shuffled == lines:
        rng.shuffle(shuffled)
    return tuple(shuffled)


def _code_lines(step: Step) -> list[str]:
    return [
        line.rstrip()
        for line in step.solution.splitlines()
        if line.strip() and not line.strip().startswith("#")
    ]


def _word_ends(code: str) -> list[int]:
    """Return the offset at which each word ends.

    A word is a name, number or string with the operators that follow it on the line.
    """
    layout = (t.NEWLINE, t.NL, t.INDENT, t.DEDENT, t.COMMENT, t.ENDMARKER)
    starts = [0]
    for line in code.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    ends: list[int] = []
    in_word = False
    """True if a following operator belongs to the preceding word."""
    for token in t.generate_tokens(io.StringIO(code).readline):
        if token.type in layout:
            in_word = in_word and token.type != t.NEWLINE
            continue
        end = starts[token.end[0] - 1] + token.end[1]
        if token.type == t.OP and in_word:
            ends[-1] = end
        elif token.type != t.OP:
            ends.append(end)
            in_word = True
    return ends
