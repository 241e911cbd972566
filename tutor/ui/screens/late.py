"""Imports of app and screens that wait until something is used.

The first frame needs none of what is imported here, and figures take 30 ms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from textual.filter import LineFilter

    from tutor.client.interface import Client
    from tutor.config import Config
    from tutor.course.model import Step
    from tutor.paths import Places
    from tutor.progress.fold import Place
    from tutor.progress.last_time import LastTime
    from tutor.session.reviewing import Reviewing
    from tutor.session.scrubbing import Scrubber
    from tutor.session.state import State
    from tutor.session.timeline import Timeline
    from tutor.ui.editor.ask_bar import AskBar
    from tutor.ui.editor.editor_words import EditorWords
    from tutor.ui.editor.name_help import AskedName
    from tutor.ui.marks import Marks
    from tutor.ui.panes.scrubber import ScrubberRow
    from tutor.ui.screens.choice_dialog import ChoiceDialog
    from tutor.ui.screens.lesson import LessonScreen
    from tutor.ui.screens.replay import Replayer
    from tutor.ui.screens.review_page import ReviewPage
    from tutor.ui.screens.start import StartScreen
    from tutor.ui.screens.workspace import Workspace


# The app


def ascii_filter() -> LineFilter:
    from tutor.ui.widgets.ascii_filter import AsciiFilter

    return AsciiFilter()


def reduced_colours() -> LineFilter:
    from tutor.ui.widgets.reduced_colours import ReducedColours

    return ReducedColours()


def settings_problems(config: Config, file: Path) -> tuple[str, ...]:
    from tutor.ui.user_settings import settings_problems

    return settings_problems(config, file)


def make_client(config: Config, places: Places, folder: Path | None) -> Client:
    from tutor.client.factory import make_client

    return make_client(config, places, learner_present=True, folder=folder)


def when_terminal_closes(callback: Callable[[], object]) -> None:
    from tutor.ui.terminal.hangup import when_terminal_closes

    when_terminal_closes(callback)


async def give_to_tmux(text: str) -> None:
    from tutor.ui.terminal.tmux_clipboard import give_to_tmux

    await give_to_tmux(text)


def choice_dialog(title: str, choices: Mapping[str, str], keys: str) -> ChoiceDialog[str]:
    from tutor.ui.screens.choice_dialog import ChoiceDialog

    return ChoiceDialog(title, choices, keys=keys)


def editor_words() -> Mapping[str, EditorWords]:
    from tutor.ui.editor.editor_words import EDITOR_WORDS

    return EDITOR_WORDS


# Screens and panes


def start_screen(lesson: LessonScreen, last: LastTime | None) -> StartScreen:
    from tutor.ui.screens.start import StartScreen

    return StartScreen(lesson, last)


def make_workspace(lesson: LessonScreen, step: Step) -> Workspace:
    """Return the panes with the learner's settings: keys, shapes, completions."""
    from tutor.progress.shown_shapes import are_shapes_shown
    from tutor.ui.screens.workspace import STYLES, Workspace

    lesson.app.stylesheet.read(STYLES)
    setup, config = lesson.setup, lesson.setup.config
    workspace = Workspace(lesson.tutor.timeline, step, marks=lesson.marks)
    editor, names = workspace.code.editor, workspace.code.name_help
    editor.show_shapes(are_shapes_shown(setup.places.data))
    editor.use_keys(setup.keys.keys)
    editor.closes_brackets = config.close_brackets
    names.names = workspace.code.markers.names = lesson.tutor.help.names
    names.opens_by_itself = config.offer_names
    names.enter_accepts = config.enter_accepts_name
    return workspace


def follow_runs(panes: Workspace, old: State, new: State) -> None:
    from tutor.ui.screens.restoring import follow_runs

    follow_runs(panes, old, new)


def replace_text(panes: Workspace, state: State) -> None:
    from tutor.ui.screens.restoring import replace_text

    replace_text(panes, state)


def place_in(panes: Workspace) -> Place | None:
    from tutor.ui.screens.restoring import place_in

    return place_in(panes)


def return_to(panes: Workspace, place: Place) -> None:
    from tutor.ui.screens.restoring import return_to

    return_to(panes, place)


def scrubber_row(timeline: Timeline, marks: Marks) -> ScrubberRow:
    from tutor.ui.panes.scrubber import ScrubberRow

    return ScrubberRow(timeline, marks=marks)


def review_page(review: Reviewing, marks: Marks) -> ReviewPage:
    from tutor.ui.screens.review_page import ReviewPage

    return ReviewPage(review, marks)


# Commands


async def run_command(lesson: LessonScreen, name: str) -> None:
    from tutor.ui.screens.all_commands import run_command

    await run_command(lesson, name)


async def act_in_editor(lesson: LessonScreen, name: str) -> None:
    from tutor.ui.screens.screen_commands import act_in_editor

    await act_in_editor(lesson, name)


def toggle_zoom(lesson: LessonScreen) -> None:
    from tutor.ui.screens.screen_commands import toggle_zoom

    toggle_zoom(lesson)


def can_edit(panes: Workspace) -> bool:
    from tutor.ui.screens.screen_commands import can_edit

    return can_edit(panes)


def useless_commands(panes: Workspace) -> frozenset[str]:
    from tutor.ui.screens.screen_commands import useless_commands

    return useless_commands(panes)


def submit(lesson: LessonScreen, drawing: str) -> None:
    from tutor.ui.screens.answer_commands import submit

    submit(lesson, drawing)


async def ask(lesson: LessonScreen, bar: AskBar, expression: str) -> None:
    from tutor.ui.screens.answer_commands import ask

    await ask(lesson, bar, expression)


async def show_name(lesson: LessonScreen, name: AskedName) -> None:
    from tutor.ui.screens.help_pages import show_name

    await show_name(lesson, name)


def open_review(lesson: LessonScreen) -> None:
    from tutor.ui.screens.step_pages import open_review

    open_review(lesson)


def go_to_first_open(lesson: LessonScreen, go_on: Callable[[], None]) -> None:
    from tutor.ui.screens.step_pages import go_to_first_open

    go_to_first_open(lesson, go_on)


def go_to(lesson: LessonScreen, step_id: str) -> None:
    from tutor.ui.screens.step_pages import go_to

    go_to(lesson, step_id)


def show_picture(lesson: LessonScreen, step: Step) -> None:
    from tutor.ui.screens.pictures_shown import show_picture

    show_picture(lesson, step)


# Looking back


def replayer(lesson: LessonScreen) -> Replayer:
    from tutor.ui.screens.replay import Replayer

    is_reduced = lesson.setup.config.motion == "reduced"
    return Replayer(lesson, lesson.tutor.dispatch, reduced_motion=is_reduced)


def scrubber(lesson: LessonScreen) -> Scrubber:
    from tutor.session.scrubbing import Scrubber

    return Scrubber(lesson.tutor)


def open_find_step(lesson: LessonScreen, find: Callable[[str], str]) -> None:
    from tutor.ui.screens.find_step import FindStepScreen

    lesson.app.push_screen(FindStepScreen(find))


def plays(key: str) -> bool:
    from tutor.ui.step_navigation import PLAY_KEY

    return key == PLAY_KEY


def moves_cursor(key: str) -> bool:
    from tutor.ui.step_navigation import KEYS_TO_MOVE

    return key in KEYS_TO_MOVE
