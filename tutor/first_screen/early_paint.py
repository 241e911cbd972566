"""The first screen of a step, painted before the app is imported, wherever it is certain.

Certain is what the app will show in the same cells, as far as it can be known by now. Where it is
not, nothing is painted, and the app draws as ever. What is painted is never wrong for long: the app
compares each cell with its own and sends what differs.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from tutor.config import read_config
from tutor.course.kinds import kind_of, scaffold_of
from tutor.course.model import CourseOutline, Step
from tutor.course.step_header import read_step_header
from tutor.first_screen import held_terminal
from tutor.first_screen.given_code import SHOW_ALL
from tutor.first_screen.held_terminal import HeldTerminal
from tutor.first_screen.screen_cells import ScreenCells
from tutor.first_screen.screen_colours import CODES
from tutor.first_screen.step_screen import KEY_MARK, FirstStep, first_layout, step_lines
from tutor.first_screen.top_line import Piece, saved_words, top_line
from tutor.paths import Places
from tutor.progress.chosen_theme import remembered_theme
from tutor.progress.drafts import Drafts
from tutor.progress.fold import Progress, read_progress
from tutor.progress.pane_sizes import remembered_sizes
from tutor.session.words.key_names import KeyNames, fill_keys
from tutor.session.words.lesson_keys import fill_step
from tutor.terminal_facts import (
    FULL_REPAINT,
    Colours,
    chart_rate,
    colours,
    encoding,
    glyphs,
    no_colour,
    too_small,
)

if TYPE_CHECKING:
    from tutor.progress.own_files import OpenedProgram

GetKeyNames: TypeAlias = Callable[[], KeyNames]

TERMS = (
    "alacritty",
    "contour",
    "foot",
    "ghostty",
    "iterm",
    "kitty",
    "konsole",
    "mintty",
    "rxvt",
    "screen",
    "st-",
    "tmux",
    "vte",
    "wezterm",
    "xterm",
)
"""Beginnings of TERM of terminals that are known to have an alternate screen."""

SETTINGS = frozenset(
    {
        "TEXTUAL_ALLOW_SIGNALS",
        "TEXTUAL_ANIMATIONS",
        "TEXTUAL_COLOR_SYSTEM",
        "TEXTUAL_DISABLE_KITTY_KEY",
        "TEXTUAL_FPS",
        "TEXTUAL_SMOOTH_SCROLL",
    }
)
"""Variables that Textual reads, and that change nothing of the first screen."""


class UsualMarks(NamedTuple):
    """The marks of the top line where all characters can be drawn."""

    tick: str = "✓"
    between: str = " › "
    full: str = "▰"
    empty: str = "▱"


MARKS = UsualMarks()

ROWS_AROUND = 3
"""Rows of the top line, the status line and the keys."""


class FirstScreen(NamedTuple):
    """All that decides what the first screen shows."""

    course: CourseOutline
    first: FirstStep
    progress: Progress
    theme: str
    colours: Colours


def paint_early(
    places: Places, step_id: str | None, keys: GetKeyNames, own: OpenedProgram | None = None
) -> HeldTerminal | None:
    """Paint the step's first screen and return the terminal, which must be given back at the end.

    With None as `step_id`, that of the step where the learner was; `keys` returns the names of
    keys, without those of the learner, and is rarely called. `own` is a program of the learner's
    own, in place of a step. Return None where what the app will
    show, or what the terminal makes of it, is not certain; then nothing was done.
    """
    size = _certain_size(os.environ)
    screen = read_first_screen(places, step_id, keys, os.environ, own) if size is not None else None
    if size is None or screen is None or not is_text_shown(screen, *size):
        return None
    cells = draw(screen, *size)
    terminal = HeldTerminal(cells.rows, size, cells.sequences())
    return terminal if terminal.hold() else None


def _certain_size(environ: Mapping[str, str]) -> os.terminal_size | None:
    """Return the size of the terminal, None if it is not certain that painting there is right."""
    term = environ.get("TERM", "")
    is_plain = (
        not sys.warnoptions  # warnings, and what Python tells of itself, would be written over it
        and not sys.flags.verbose
        and not sys.flags.dev_mode
        and "importtime" not in sys._xoptions
        and environ.get(FULL_REPAINT, "") in ("", "0")
        and not any(name in environ for name in ("COLUMNS", "LINES"))
        and not any(name.startswith("TEXTUAL") and name not in SETTINGS for name in environ)
    )
    if not (is_plain and term.startswith(TERMS) and held_terminal.is_one_terminal()):
        return None
    if not held_terminal.is_in_foreground():
        return None
    size = held_terminal.terminal_size()
    return None if size is None or too_small(*size) else size


def read_first_screen(
    places: Places,
    step_id: str | None,
    keys: GetKeyNames,
    environ: Mapping[str, str],
    own: OpenedProgram | None = None,
) -> FirstScreen | None:
    """Return what decides the first screen; None if any of it is not certain.

    It is only where shades of colours and all characters can be drawn: elsewhere filters of the app
    change what is drawn.
    """
    config, problems = read_config(places.config)
    theme = remembered_theme(places.data, config.theme)
    if problems or config.keys or theme not in CODES or not _has_right_variables(environ):
        return None
    if (config.glyphs or glyphs(environ, encoding())) == "ascii":
        return None
    if no_colour(environ) or colours(environ) == "standard":
        return None
    if own is not None:
        # of what was not written yet the app says more than is known here
        first = None if own.restored else _first_step(places, own.step, Progress(), keys)
        if first is None:
            return None
        return FirstScreen(CourseOutline(title=""), first, Progress(), theme, colours(environ))
    if step_id is None and config.start_screen:
        return None
    progress, problems = read_progress(places.data)
    if step_id is None and progress.place is not None:
        step_id = progress.place.step
    header = read_step_header(places.lessons, step_id) if step_id is not None else None
    if header is None:
        return None
    step = header[1]
    if config.exam and step.used:
        from tutor.course.used_answers import with_solutions_withheld  # few steps use any

        step = with_solutions_withheld(step)
    first = _first_step(places, step, progress, keys)
    if problems or first is None:
        return None
    return FirstScreen(header[0], first, progress, theme, colours(environ))


def _has_right_variables(environ: Mapping[str, str]) -> bool:
    try:
        chart_rate(environ)
    except ValueError:  # the app tells it in a line of its own, above all others
        return False
    return True


def _first_step(
    places: Places, step: Step, progress: Progress, keys: GetKeyNames
) -> FirstStep | None:
    """Return what is known of the step; None if its draft cannot be shown as it is."""
    code = scaffold_of(step)
    if step.used:
        from tutor.course.used_answers import with_own  # few steps use any
        from tutor.progress.accepted_answers import AcceptedAnswers

        step = with_own(step, AcceptedAnswers(places.data).own)
    if kind_of(step).has_program:
        draft = Drafts(places.data).load(step.lesson, step.id)
        if draft is not None and (draft.note or draft.text is None):
            return None
        code = draft.text or "" if draft is not None else code
    place = progress.place if progress.place and progress.place.step == step.id else None
    return FirstStep(
        fill_step(step, keys()) if KEY_MARK in step.text else step,
        place=place,
        code=code,
        sizes=remembered_sizes(places.data),
        givens_note=fill_keys(SHOW_ALL, keys()) if _may_fold(step) else "",
    )


def _may_fold(step: Step) -> bool:
    return bool(step.used) or "\n" in step.given.strip("\n")


def is_text_shown(screen: FirstScreen, columns: int, rows: int) -> bool:
    """Return True if the text of the step is on the first screen, from its first row on."""
    layout, place = first_layout(screen.first, columns, rows), screen.first.place
    is_scrolled = place is not None and place.pane != "code" and place.scroll > 0
    return not is_scrolled and (not layout.single or layout.pane == "lesson")


def draw(screen: FirstScreen, columns: int, rows: int) -> ScreenCells:
    """Return the first screen as cells."""
    cells = ScreenCells(columns, rows, CODES[screen.theme][screen.colours])
    cells.fill(0, "panel")
    cells.fill(rows - 2, "panel")
    cells.fill(rows - 1, "surface")
    step, lesson = screen.first.step, next(iter(screen.course.lessons), None)
    x = 1
    for piece in top_line(
        step, lesson, screen.progress.done, None, MARKS, saved_words(MARKS), columns - 2
    ):
        x = _put_piece(cells, x, piece)
    for y, line in enumerate(step_lines(screen.first, columns, rows - ROWS_AROUND, rows), 1):
        cells.put_line(y, line)
    return cells


def _put_piece(cells: ScreenCells, x: int, piece: Piece) -> int:
    """Draw a piece of the top line and return the column behind it."""
    words = piece.style.split()
    fore = next((word[1:] for word in words if word.startswith("$")), "foreground")
    return cells.put(0, x, piece.text, fore=fore, back="panel", attributes=words)
