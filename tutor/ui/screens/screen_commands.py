"""Commands about the screen: its panes, help, the menu, and quitting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tutor.course.kinds import kind_of
from tutor.first_screen.layout import neighbour
from tutor.first_screen.layout_sizes import layout_name, moved_part
from tutor.progress.shown_shapes import remember_shown_shapes
from tutor.session.words.key_names import guard
from tutor.ui.commands import command
from tutor.ui.screens.help import HelpScreen
from tutor.ui.screens.resizing import NOT_THAT_WAY, SIZES_RESET, cells_of, useless_resizing

if TYPE_CHECKING:
    from tutor.first_screen.layout_sizes import Direction
    from tutor.ui.screens.lesson import LessonScreen
    from tutor.ui.screens.workspace import Workspace
    from tutor.ui.widgets.code_view import CodeView


@command("next_pane", 1)
@command("previous_pane", -1)
def cycle_pane(screen: LessonScreen, delta: int) -> None:
    screen.panes.goto(neighbour(screen.panes.layout_state, delta))


@command("zoom")
def toggle_zoom(screen: LessonScreen) -> None:
    """Show one pane alone, or all again, also for the following steps."""
    panes = screen.panes
    panes.wants_zoom = not panes.layout_state.zoomed
    panes.change_layout(zoomed=panes.wants_zoom, quiet=panes.wants_zoom)
    panes.goto(panes.layout_state.pane)


@command("wider", "wider")
@command("narrower", "narrower")
@command("taller", "taller")
@command("shorter", "shorter")
def resize_pane(screen: LessonScreen, direction: Direction) -> None:
    """Move a border of the current pane by one step, or say that none can move that way."""
    panes, before = screen.panes, screen.panes.placement
    part_move = moved_part(panes.layout_state, direction)
    if part_move is not None:
        part, delta = part_move
        panes.resize(part, cells_of(before.sizes, part) + delta)
    if panes.placement.sizes == before.sizes:
        screen.tutor.notify(NOT_THAT_WAY.format(direction=direction))


@command("usual_sizes")
def reset_sizes(screen: LessonScreen) -> None:
    screen.panes.chosen_sizes.pop(layout_name(screen.panes.layout_state), None)
    screen.panes.change_layout()
    screen.tutor.notify(SIZES_RESET)


@command("task")
def toggle_task(screen: LessonScreen) -> None:
    """Go to the lesson's text, or return to the pane before that."""
    panes, layout = screen.panes, screen.panes.layout_state
    if layout.pane != "lesson":
        panes.pane_before_task = layout.pane
        panes.goto("lesson")
    else:
        panes.goto(panes.pane_before_task or layout.first_pane)


@command("givens")
def toggle_givens(screen: LessonScreen) -> None:
    """Show all lines of the given code, or only the first ones."""
    givens = _givens_on_screen(screen.panes)
    is_open = bool(givens) and givens[-1].opened
    for view in givens:
        if view.opened is is_open:
            view.toggle()


def can_edit(panes: Workspace) -> bool:
    """Return True if the step has code that the learner writes."""
    return kind_of(panes.session.step).has_own_code and not panes.layout_state.is_guessing


def useless_commands(panes: Workspace) -> frozenset[str]:
    useless = useless_resizing(panes.layout_state)
    can_fold = any(view.display and view.collapsible for view in _givens_on_screen(panes))
    return useless if can_fold else useless | {"givens"}


def _givens_on_screen(panes: Workspace) -> Sequence[CodeView]:
    pane = panes.panes.get(panes.layout_state.answer_pane)
    return pane.givens if pane is not None else ()


async def act_in_editor(screen: LessonScreen, name: str) -> None:
    """Run an action of the editor, and focus the editor."""
    screen.panes.goto("code")
    await screen.panes.code.editor.act(name)


@command("help")
def open_help(screen: LessonScreen) -> None:
    own_program = screen.session.step is not None and not kind_of(screen.session.step).has_task
    keys = screen.setup.keys.keys
    screen.app.push_screen(HelpScreen(screen.session.problems, keys, own_program=own_program))


@command("palette")
def open_palette(screen: LessonScreen) -> None:
    screen.app.action_command_palette()


@command("redraw")
async def redraw(screen: LessonScreen) -> None:
    await screen.run_action("app.redraw")


@command("quit")
async def leave_app(screen: LessonScreen) -> None:
    await screen.app.action_quit()


SHOWN = "Shapes are shown at the ends of lines. {key:run} puts them there."
HIDDEN = "Shapes are hidden. {key:shapes} shows them again."
NOT_SAVED = " This is forgotten when the app ends: {reason}."


@command("shapes")
def switch_shapes(screen: LessonScreen) -> None:
    """Show or hide the shapes, save the choice, and notify the learner."""
    editor = screen.panes.code.editor
    shown = not editor.shows_shapes
    editor.show_shapes(shown)
    words = SHOWN if shown else HIDDEN
    try:
        remember_shown_shapes(screen.setup.places.data, shown=shown)
    except OSError as error:
        words += guard(NOT_SAVED.format(reason=error.strerror or error))
    screen.tutor.notify(words)
