"""The table of commands is the one source of bindings, footer, strip, help and docs/keys.md."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.binding import Binding
from textual.content import Content

from tests.support.tutor_app import MEDIUM, NARROW, lesson_screen, opened, tutor_app, workspace_of
from tests.support.wait import eventually
from tests.ui.widgets.hosting import hosted, rows
from tutor.course.kinds import kind_name
from tutor.session.commands import COMMANDS, NAMED, offered_commands
from tutor.ui.app import TutorApp
from tutor.ui.editor.editor_words import EDITOR_WORDS
from tutor.ui.key_texts import editor_key_names, help_markdown, key_table_markdown
from tutor.ui.keys import (
    EDITOR_KEYS,
    action_of,
    command_of_letter,
    direct_keys,
    key_name,
    lesson_bindings,
)
from tutor.ui.panes.action_bar import ActionBar
from tutor.ui.panes.leader_strip import LeaderStrip
from tutor.ui.panes.loss import LossPane
from tutor.ui.panes.map import MapPane
from tutor.ui.panes.model import ModelPane
from tutor.ui.panes.tensors import TensorsPane
from tutor.ui.screens import all_commands
from tutor.ui.screens.outline import OutlineScreen
from tutor.ui.widgets.lesson_text import LessonText

ARROWS = ("left", "right", "up", "down")
STEPS = ("read-me", "ask-me", "double")


def test_no_key_and_no_letter_means_two_things() -> None:
    keys = [key for row in COMMANDS for key in (*row.keys, *row.plain_keys)]
    letters = [letter for row in COMMANDS for letter in row.letters]
    assert len(keys) == len(set(keys))
    assert len(letters) == len(set(letters))
    assert "escape" not in keys


def test_a_key_means_the_same_in_each_pane() -> None:
    meanings: dict[str, set[str]] = {}
    for pane in (LossPane, MapPane, ModelPane, TensorsPane):
        for binding in pane.BINDINGS:
            if isinstance(binding, Binding) and binding.key not in ARROWS:
                meanings.setdefault(binding.key, set()).add(binding.description)
    assert [key for key, words in meanings.items() if len(words) > 1] == []


def test_every_command_can_be_reached_without_a_function_key() -> None:
    for row in COMMANDS:
        assert row.letters or any(not key.startswith(("f", "shift+f")) for key in row.keys)


def test_every_command_is_one_row_one_function_and_a_binding() -> None:
    assert all_commands.FUNCTIONS.keys() == NAMED.keys()
    bound = {b.action for b in lesson_bindings() if isinstance(b, Binding)}
    assert {action_of(name) for name in NAMED} <= bound


def test_every_binding_has_an_id_of_its_own_and_says_what_it_does() -> None:
    bindings = [b for b in lesson_bindings() if isinstance(b, Binding)]
    assert len({b.id for b in bindings}) == len(bindings)
    assert all(b.tooltip for b in bindings if b.id != "leader")


def test_letters_lead_to_their_command() -> None:
    for row in COMMANDS:
        for letter in row.letters:
            assert command_of_letter(letter) == row.name


def test_keys_are_named_as_on_a_keyboard() -> None:
    assert [key_name(k) for k in ("f5", "ctrl+j", "shift+f6", "question_mark", "escape")] == [
        "F5",
        "Ctrl+J",
        "Shift+F6",
        "?",
        "Esc",
    ]


def test_help_and_key_table_name_every_command() -> None:
    for command in COMMANDS:
        assert f"| {command.label}: {command.tip} `{command.name}` |" in key_table_markdown()
        assert command.tip in help_markdown()


def test_help_beside_an_own_program_names_what_acts_there() -> None:
    words = help_markdown(own_program=True)
    for command in COMMANDS:
        assert (command.tip in words) is ("try" in command.on), command.name
    assert "**Find** (Ctrl+F)" in words
    assert "**Loss** (l): " in words


async def test_help_and_key_table_name_every_action_of_the_editor() -> None:
    shown = [row for row in EDITOR_KEYS if not row.is_basic]
    assert [row.name for row in shown] == list(EDITOR_WORDS)
    text = LessonText(help_markdown())
    async with hosted(text, (200, 200)):
        on_screen = rows(text)
    for row in shown:
        label, tooltip = EDITOR_WORDS[row.name]
        assert f"| {label}: {tooltip} `{row.name}` |" in key_table_markdown()
        assert f"• {label} ({editor_key_names(row)}): {tooltip}" in on_screen
    assert "**Find** (Ctrl+F, F12)" in help_markdown({"find": ("ctrl+f", "f12")})
    assert "**Select all** (Ctrl+A twice)" in help_markdown()


@pytest.mark.parametrize("size", [NARROW, MEDIUM])
@pytest.mark.parametrize("step", STEPS)
async def test_whatever_has_the_focus_the_live_keys_are_those_of_the_table(
    tmp_path: Path, step: str, size: tuple[int, int]
) -> None:
    app = tutor_app(tmp_path, start_at=step)
    async with opened(app, size) as pilot:
        for _ in range(len(workspace_of(app).layout_state.names)):
            await pilot.press("f6")
            await pilot.pause()
            _assert_keys_are_live(app)


def _assert_keys_are_live(app: TutorApp) -> None:
    kind = kind_name(lesson_screen(app).session.step)
    live = app.screen.active_bindings
    for command in COMMANDS:
        for key in direct_keys(command.name):
            found = live.get(key)
            reaches = found is not None and found.binding.action in (
                action_of(command.name),
                {"palette": "command_palette"}.get(command.name),
            )
            assert reaches == (kind in command.on), (command.name, key, app.focused)


@pytest.mark.parametrize("step", STEPS)
async def test_the_last_line_shows_the_live_keys_and_fits(tmp_path: Path, step: str) -> None:
    app = tutor_app(tmp_path, start_at=step)
    async with opened(app) as pilot:
        await pilot.pause()
        bar = app.screen.query_one(ActionBar)
        kind = kind_name(lesson_screen(app).session.step)
        words = bar.shown_content.plain
        for command in COMMANDS:
            keys = direct_keys(command.name)
            shown = f"{key_name(keys[0])} {command.label}" in words if keys else False
            offered = command in offered_commands(kind, lesson_screen(app).session)
            assert shown == (command.in_footer and offered)
        assert len(words) <= bar.content_size.width


async def test_a_click_on_any_part_of_an_entry_does_what_its_key_does(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        bar, strip = app.screen.query_one(ActionBar), app.screen.query_one(LeaderStrip)

        async def click_on(word: str) -> None:
            place = bar.shown_content.plain.index(word) + len(word) - 1
            await pilot.click(bar, offset=(bar.content_offset.x + place, 0))

        await click_on("F2")
        await eventually(lambda: lesson_screen(app).session.hints == 1, "the first hint")
        await click_on("Hint")
        await eventually(lambda: lesson_screen(app).session.hints == 2, "the second hint")
        await click_on("Esc")
        await eventually(lambda: strip.display, "the strip")
        await pilot.pause()
        shown = strip.render()
        assert isinstance(shown, Content)
        lines = shown.plain.split("\n")
        row = next(number for number, line in enumerate(lines) if "Outline" in line)
        place = strip.content_offset.x + lines[row].index("Outline")
        await pilot.click(strip, offset=(place, row))
        await eventually(lambda: isinstance(app.screen, OutlineScreen), "the outline")
        assert not strip.display
