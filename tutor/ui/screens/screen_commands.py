"""Commands about the screen: its panes, help, the menu, and quitting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tutor.course.kinds import kind_of
from tutor.ui.commands import command

if TYPE_CHECKING:
    from tutor.first_screen.layout_sizes import Direction
    from tutor.ui.screens.lesson import LessonScreen


@command("next_pane", 1)
@command("previous_pane", -1)
def cycle_pane(screen: LessonScreen, delta: int) -> None:
    screen.panes.cycle_pane(delta)


@command("zoom")
def toggle_zoom(screen: LessonScreen) -> None:
    screen.panes.toggle_zoom()


@command("wider", "wider")
@command("narrower", "narrower")
@command("taller", "taller")
@command("shorter", "shorter")
def resize_pane(screen: LessonScreen, direction: Direction) -> None:
    notice = screen.panes.resize_pane(direction)
    if notice:
        screen.notify_learner(notice)


@command("usual_sizes")
def reset_sizes(screen: LessonScreen) -> None:
    screen.notify_learner(screen.panes.reset_sizes())


@command("task")
def toggle_task(screen: LessonScreen) -> None:
    screen.panes.toggle_task()


@command("givens")
def toggle_givens(screen: LessonScreen) -> None:
    screen.panes.toggle_givens()


async def act_in_editor(screen: LessonScreen, name: str) -> None:
    """Run an action of the editor, and focus the editor."""
    screen.panes.goto("code")
    await screen.panes.code.editor.act(name)


@command("help")
def open_help(screen: LessonScreen) -> None:
    from tutor.ui.screens.help import HelpScreen

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
