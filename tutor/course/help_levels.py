"""The solution of a code step, shown bit by bit: the levels of help that come after its hints.

Pure; for whoever shows them or keeps which were used.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from tutor.course.model import Step

HelpLevel = Literal["", "lines", "words", "whole"]
"""Nothing yet; the lines in another order; as many words as were asked for; all of it."""

HELP_LEVELS: tuple[HelpLevel, ...] = ("lines", "words", "whole")


class Help(Struct, frozen=True):
    """How much of the solution is in sight."""

    level: HelpLevel = ""
    words: int = 0
    """On the level `words`, how many."""


def next_help_level(step: Step, shown: Help) -> HelpLevel:
    """The one after it; "" above the highest. A single line has no other order."""
    levels = HELP_LEVELS if len(set(_code_lines(step))) > 1 else HELP_LEVELS[1:]
    later = HELP_LEVELS[HELP_LEVELS.index(shown.level) + 1 :] if shown.level else HELP_LEVELS
    return next((level for level in levels if level in later), "")


def help_at(step: Step, level: HelpLevel) -> Help:
    """What is shown on the level at first."""
    return Help(level, 1 if level == "words" else 0)


def one_more_word(step: Step, shown: Help) -> Help:
    """With the last word, all of it is shown."""
    if shown.words + 1 < word_count(step):
        return Help("words", shown.words + 1)
    return Help("whole")


def word_count(step: Step) -> int:
    """How many words the solution has."""
    return len(_word_ends(solution_of(step)))


def solution_of(step: Step) -> str:
    """As it is put into a buffer, with a line end."""
    return step.solution.strip("\n") + "\n"


def shown_code(step: Step, shown: Help, *, hidden: str) -> str:
    """What the learner sees of the solution. `hidden` stands in place of each character that is
    not shown yet."""
    solution = solution_of(step)
    if shown.level == "lines":
        return "\n".join(shuffled_lines(step))
    if shown.level == "words":
        end = ([0, *_word_ends(solution)])[: shown.words + 1][-1]
        return solution[:end] + "".join(c if c.isspace() else hidden for c in solution[end:])
    return solution if shown.level == "whole" else ""


def shuffled_lines(step: Step) -> tuple[str, ...]:
    """The lines of code, never in their own order; the same for a step whenever it is shown."""
    lines = _code_lines(step)
    shuffled = list(lines)
    import random  # a first frame does without

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
    """Where each word ends in the text: a name, number or text with the signs after it."""
    import io
    import tokenize as t  # a first frame does without

    layout = (t.NEWLINE, t.NL, t.INDENT, t.DEDENT, t.COMMENT, t.ENDMARKER)
    starts = [0]
    for line in code.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    ends: list[int] = []
    in_word = False
    """Whether signs that follow belong to the word before them."""
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
