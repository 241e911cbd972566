"""The first screen of a step: everything certain about it, in its final place.

It shows the lesson's text and the code that the editor will hold. Anything that depends on more
than the step's own file, the saved place and the draft is left blank, so that nothing on it changes
when the panes come.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from tutor.course.kinds import kind_of, scaffold_of
from tutor.course.model import Step
from tutor.first_screen import late
from tutor.first_screen.glyphs import GLYPHS, GlyphName
from tutor.first_screen.layout import (
    ABOVE,
    BELOW,
    CHARTS,
    LayoutState,
    asks_beside_text,
    has_tabs,
    opening_layout,
    visible_panes,
)
from tutor.first_screen.lines import Line, Style, TextRun, cell_count, wrap
from tutor.first_screen.tabs import tabs
from tutor.first_screen.text_lines import (
    MAX_TEXT,
    pinned_above_code,
    pinned_below_text,
    text_lines,
    text_width,
)
from tutor.progress.fold import Place

if TYPE_CHECKING:
    from tutor.first_screen.layout_sizes import LayoutSizes

KEY_MARK = "{key:"
"""Prefix of key names in a step's text, which are filled in before any of this."""

FRAME_ROWS = 4
"""Rows around the scrolled text: the frame, and the lines below it on what to do."""


class FirstStep(NamedTuple):
    """The facts about a step when it opens."""

    step: Step
    """The step with the names of keys filled in."""
    place: Place | None = None
    """Place where the learner left it; None for its beginning."""
    code: str = ""
    """Initial text of the editor."""
    glyphs: GlyphName = "unicode"
    givens_note: str = ""
    """Text on the key that shows all of the givens."""


class _Box(NamedTuple):
    """A pane on the screen, with its frame."""

    name: str
    width: int
    height: int


def step_lines(first: FirstStep, columns: int, rows: int, height: int) -> tuple[Line, ...]:
    """Return the rows of all panes together; `height` is that of the whole terminal."""
    layout = first_layout(first, columns, height)
    if asks_beside_text(layout):
        text = first.step.text_above_question
        first = first._replace(step=replace(first.step, text=text))
    if not layout.single:
        return tuple(_framed(first, layout, columns, rows))
    strip = [_tab_line(layout, columns)] if has_tabs(layout) else []
    room = rows - len(strip)
    margin = TextRun(" ")
    if layout.pane == "code":
        task = _task_above_code(first, columns, room) if layout.has_text else ()
        return (*strip, *task, *_code_rows(first, columns, room - len(task)))
    inner = _lesson_rows(first, columns - 2, room) if layout.pane == "lesson" else []
    return (*strip, *(Line((margin, *line.runs)) for line in inner))


def first_layout(first: FirstStep, columns: int, height: int) -> LayoutState:
    """Return the layout in which the step opens."""
    place = first.place
    layout = opening_layout(first.step, columns, height)
    if layout.first_pane in ABOVE:
        layout = replace(layout, pane=layout.first_pane, above=layout.first_pane)
    if place is None or place.pane not in layout.names:
        return layout
    above = place.pane if place.pane in ABOVE else layout.above
    below = place.pane if place.pane in BELOW else layout.below
    return replace(layout, pane=place.pane, above=above, below=below)


def _tab_line(layout: LayoutState, columns: int) -> Line:
    strip = tabs(layout.names, layout.pane, columns)
    runs = [TextRun(tab.text, ("tabs", "tab") if tab.is_here else ("tabs",)) for tab in strip]
    return Line(tuple(_filled(runs, columns, ("tabs",))))


def _framed(first: FirstStep, layout: LayoutState, columns: int, rows: int) -> Iterator[Line]:
    """Yield the rows of panes side by side and below each other, each in its frame."""
    sizes = late.usual_sizes(layout, columns, rows)
    shown = visible_panes(layout)
    if layout.display.is_page or layout.single_column:
        yield from _page_lines(first, layout, sizes, columns, rows)
        return
    if layout.display.has_large_charts:  # the text above the sliders, which come later
        text = _lesson_rows(first, sizes.lesson - 4, rows // 2 - 2)
        yield from map(Line, map(tuple, _box("lesson", layout, sizes.lesson, rows // 2, text)))
        return
    charts = shown & set(CHARTS)
    beside = sizes.charts if charts and layout.size == "wide" else 0
    height = rows - (late.drawer_rows(layout, sizes) if charts else 0)
    work = columns - sizes.lesson - beside
    lesson: Iterable[Sequence[TextRun]] = [()] * height
    if layout.has_text:
        text = _lesson_rows(first, sizes.lesson - 4, height - 2)
        lesson = _box("lesson", layout, sizes.lesson, height, text)
    parts = _work_boxes(shown, work, height, sizes.below)
    panes = [row for box in parts for row in _pane(first, layout, box)]
    for left, right in zip(lesson, panes or [()] * height, strict=True):
        yield Line((*left, *right))


def _page_lines(
    first: FirstStep, layout: LayoutState, sizes: LayoutSizes, columns: int, rows: int
) -> Iterator[Line]:
    """Yield a text in the middle of the screen; above a question it is as high as it needs."""
    inner, height = sizes.lesson - 4, rows
    if layout.single_column:
        height = min(len(_page(first, inner)) + 2, sizes.text - FRAME_ROWS) + 3
    text = _lesson_rows(first, inner, height - 2, spread=sizes.spread)
    margin = TextRun(" " * ((columns - sizes.lesson) // 2))
    for runs in _box("lesson", layout, sizes.lesson, height, text):
        yield Line((margin, *runs))


def _work_boxes(shown: Iterable[str], width: int, height: int, below: int) -> list[_Box]:
    answer = [name for name in ABOVE if name in shown]
    under = [name for name in BELOW if name in shown]
    if answer and under:
        return [_Box(answer[0], width, height - below), _Box(under[0], width, below)]
    return [_Box(name, width, height) for name in (answer or under)]


def _pane(first: FirstStep, layout: LayoutState, box: _Box) -> Iterator[Sequence[TextRun]]:
    inner: Sequence[Line] = ()
    if box.name == "code":
        inner = _code_rows(first, box.width - 2, box.height - 2)
        return _box(box.name, layout, box.width, box.height, inner, padding=0)
    return _box(box.name, layout, box.width, box.height, inner)


def _box(
    name: str,
    layout: LayoutState,
    width: int,
    height: int,
    inner: Sequence[Line],
    *,
    padding: int = 1,
) -> Iterator[Sequence[TextRun]]:
    """Yield the rows of a pane with its frame; the current pane has the focus."""
    here = name == layout.pane
    frame: Style = ("focus",) if here else ("frame",)
    corners, edge, side = ("┏┓┗┛", "━", "┃") if here else ("╭╮╰╯", "─", "│")
    title = f" {name.capitalize()} "
    yield (
        TextRun(f"{corners[0]}{edge}", frame),
        TextRun(title, ("focused_title",) if here else ("title",)),
        TextRun(edge * (width - len(title) - 3) + corners[1], frame),
    )
    blank = " " * padding
    for index in range(height - 2):
        runs = inner[index].runs if index < len(inner) else ()
        filled = _filled(runs, width - 2 - 2 * padding)
        yield (TextRun(side + blank, frame), *filled, TextRun(blank + side, frame))
    yield (TextRun(corners[2] + edge * (width - 2) + corners[3], frame),)


def _lesson_rows(
    first: FirstStep, width: int, rows: int, *, spread: bool = False
) -> Sequence[Line]:
    """Return title and text from the first visible row on; a last line follows below."""
    lines = _page(first, width, spread=spread)
    room = max(0, rows - 1)
    top = first.place.scroll if first.place is not None and first.place.pane != "code" else 0
    if top > len(lines) + 1 - room and not first.step.figures:
        top = 0  # the terminal was smaller then
    task = _task(first, text_width(width))
    pinned = pinned_below_text(len(task), len(lines) - len(task), room, top)
    foot = (_rule(min(width, MAX_TEXT + 1)), *task[:pinned]) if pinned else ()
    shown = lines[top : top + room - len(foot)]
    blank = [Line()] * (room - len(shown) - len(foot))
    return (*shown, *blank, *foot, Line())


def _page(first: FirstStep, width: int, *, spread: bool = False) -> Sequence[Line]:
    step, columns = first.step, text_width(width)
    title = wrap([TextRun(step.title, ("heading",))], columns)
    if spread:
        columns = min((width - 1) * 11 // 20, MAX_TEXT) - 3
    return (*title, Line(), *text_lines(_transcribed(first, step.text), columns))


def _task(first: FirstStep, width: int) -> Sequence[Line]:
    return text_lines(_transcribed(first, first.step.task), width)


def _transcribed(first: FirstStep, text: str) -> str:
    if first.glyphs == "unicode":
        return text
    return late.transcribed(text, first.glyphs)


def _rule(width: int) -> Line:
    return Line((TextRun("─" * width, ("frame",)),))


def _task_above_code(first: FirstStep, width: int, rows: int) -> Sequence[Line]:
    lines = _task(first, text_width(width))
    pinned = pinned_above_code(len(lines), late.rows_of(first.code, width, rows), rows)
    margin = TextRun(" ")
    task = [Line((margin, *line.runs)) for line in lines[:pinned]]
    return (*task, _rule(min(width, MAX_TEXT + 1))) if task else ()


def _code_rows(first: FirstStep, width: int, rows: int) -> Sequence[Line]:
    """Return the givens and the code, up to the first line that would be wrapped."""
    givens = _given_rows(first, width, rows - 1)
    if givens is None:
        return ()
    room = max(0, rows - len(givens) - 1)
    lines = first.code.split("\n")
    digits = len(str(len(lines)))
    top = _first_row(first, lines, room)
    if top and any(cell_count(text) > width - digits - 4 for text in lines[: top + room]):
        return givens  # a wrapped line above the blank moves the first row
    code = []
    for number, text in enumerate(lines[top : top + room], top + 1):
        source = TextRun(text, ("source",))
        if not _is_drawn_alike(first, text) or cell_count(text) > width - digits - 4:
            break
        gutter = TextRun(f"{number:>{digits}}  ", ("gutter",))
        code.append(Line(tuple(_filled((gutter, source), width, ("source",)))))
    return (*givens, *code)


def _first_row(first: FirstStep, lines: Sequence[str], room: int) -> int:
    """Return the first visible row of the code, if no line above it is wrapped."""
    if first.place is not None:
        return first.place.scroll if first.place.pane == "code" else 0
    has_task = kind_of(first.step).has_task
    if len(lines) <= room or not has_task or first.code != scaffold_of(first.step):
        return 0
    blank = late.first_blank_row(lines)  # the editor scrolls to the blank that is filled in first
    return max(0, blank + 1 - room) if blank is not None else 0


def _is_drawn_alike(first: FirstStep, text: str) -> bool:
    """Return True if the editor shows each character of the text unchanged."""
    return text.isprintable() and (first.glyphs != "ascii" or text.isascii())


def _given_rows(first: FirstStep, width: int, rows: int) -> list[Line] | None:
    """Return the givens above the code, which share `rows` rows with it.

    None if they are wrapped, or it is not certain how they will be drawn.
    """
    glyphs, inner = GLYPHS[first.glyphs], width - 2
    givens = late.closed_givens(
        first.step, first.code, width, rows, glyphs=glyphs, key_note=first.givens_note
    )
    if givens is None:
        return []
    heads = [f"{glyphs.bar} {heading}" for heading in givens.headings]
    fitting = [text for text in heads if cell_count(text) <= inner]
    is_broken = any(cell_count(text) > inner - 2 for text in givens.shown)
    if is_broken or not fitting or not all(_is_drawn_alike(first, text) for text in givens.lines):
        return None
    margin = TextRun(" ")
    edge = TextRun(f"{glyphs.bar} ", ("gutter",))
    drawn = [[TextRun(fitting[0], ("gutter",))]]
    drawn += [[edge, TextRun(text, ("source",))] for text in givens.shown]
    return [Line((margin, *_filled(runs, inner, ("source",)), margin)) for runs in drawn]


def _filled(runs: Sequence[TextRun], width: int, style: Style = ()) -> Sequence[TextRun]:
    """Return the runs padded with blanks to the width."""
    free = width - sum(cell_count(run.text) for run in runs)
    return (*runs, TextRun(" " * free, style)) if free > 0 else runs
