"""The learner's own keys: added unless they are to be the only ones; whatever cannot work is told
with its line when the settings are read, and left out."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from textual.binding import Binding, BindingType
from textual.widgets import Input

from tests.support.tutor_app import (
    MEDIUM,
    TO_START,
    lesson_screen,
    opened,
    screen_text,
    tutor_app,
    workspace_of,
)
from tests.support.wait import eventually
from tutor.config import Config, read_config
from tutor.session.commands import COMMANDS
from tutor.ui.app import TutorApp
from tutor.ui.editor.code_editor import CodeEditor
from tutor.ui.keys import EDITOR_KEYS, LETTERS, EditorKeys
from tutor.ui.panes.action_bar import ActionBar
from tutor.ui.remapping import EDITING, normalise_key, remap
from tutor.ui.screens.help import HelpScreen
from tutor.ui.user_settings import settings_problems


def keys_of(bindings: Iterable[BindingType]) -> set[str]:
    names = [b.key if isinstance(b, Binding) else b[0] for b in bindings]
    return {key.strip() for name in names for key in name.split(",")}


def reason(key: str, action: str = "run") -> str:
    remapped = remap({action: (key,)})
    assert (action in remapped.keys and key in remapped.keys[action]) is (not remapped.mistakes)
    return "; ".join(mistake.reason for mistake in remapped.mistakes)


def test_keys_are_added_unless_they_are_to_be_the_only_ones() -> None:
    assert remap({"run": ("ctrl+b",)}).keys == {"run": ("f5", "ctrl+j", "ctrl+b")}
    assert remap({"run": ("ctrl+b",)}, {"run"}).keys == {"run": ("ctrl+b",)}
    assert remap({"next-step": ("f11",)}).keys == {"next_step": ("f8", "ctrl+n", "f11")}
    assert remap({"outline": ("ctrl+o",)}).keys == {"outline": ("ctrl+o",)}
    assert remap({"run": ("f5", "f12")}).keys == {"run": ("f5", "ctrl+j", "f12")}


def test_over_a_pop_up_they_act_as_well() -> None:
    keymap = remap({"quit": ("ctrl+o",)}, {"quit"}).keymap()
    assert keymap == {"quit": "ctrl+o", "app.quit": "ctrl+o"}


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Ctrl+B", "ctrl+b"),
        ("ctrl-b", "ctrl+b"),
        ("Control+Shift+F5", "ctrl+shift+f5"),
        ("shift+ctrl+F5", "ctrl+shift+f5"),
        ("PgDn", "pagedown"),
        ("Esc", "escape"),
        ("?", "question_mark"),
        ("ctrl+]", "ctrl+right_square_bracket"),
        ("R", "R"),
    ],
)
def test_keys_may_be_written_as_on_a_keyboard(written: str, name: str) -> None:
    assert normalise_key(written) == name


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("f4", "f4 is taken by check already"),
        ("ctrl+q", "ctrl+q is taken by quit already"),
        ("escape", "escape is taken by the strip of letters already"),
        ("ctrl+a", "ctrl+a already edits text"),
        ("ctrl+z", "ctrl+z is taken by undo already"),
        ("ctrl+f", "ctrl+f is taken by find already"),
        ("pagedown", "pagedown already edits text"),
        ("ctrl+i", "ctrl+i arrives as Tab, so the two cannot be told apart"),
        ("ctrl+m", "ctrl+m arrives as Enter, so the two cannot be told apart"),
        ("r", "r types text; combine it with ctrl"),
        ("space", "space types text; combine it with ctrl"),
        ("shift+r", "shift+r types text; combine it with ctrl"),
        ("alt+[", "alt+[ arrives as the beginning of other keys, such as the arrows"),
        ("alt+f", "alt+f is taken by word_right already"),
        ("ctlr+r", "ctlr+r is not a key; keys are written as in ctrl+o, f12 or alt+left"),
        ("f25", "f25 is not a key; keys are written as in ctrl+o, f12 or alt+left"),
        ("ctrl+", "ctrl+ is not a key; keys are written as in ctrl+o, f12 or alt+left"),
    ],
)
def test_a_key_that_cannot_work_is_told_and_left_out(key: str, why: str) -> None:
    assert reason(key) == why


@pytest.mark.parametrize(
    "key", ["ctrl+b", "alt+o", "f12", "shift+f5", "alt+left", "ctrl+pagedown", "f5"]
)
def test_a_key_that_is_free_is_taken(key: str) -> None:
    assert reason(key) == ""


@pytest.mark.parametrize("letter", LETTERS)
def test_no_letter_after_esc_can_be_taken_as_a_direct_key(letter: str) -> None:
    assert reason(letter)


def test_what_is_no_action_is_told_with_the_nearest_one() -> None:
    (near,), (far,) = remap({"outlin": ("f12",)}).mistakes, remap({"fly": ("f12",)}).mistakes
    assert near.reason == "is not an action: did you mean `outline`?"
    assert far.reason.startswith("is not an action: known are help, hint, ladder, edit, check,")


def test_a_key_that_one_action_gives_up_is_free_for_another() -> None:
    given = remap({"run": ("f4",), "check": ("f11",)}, {"check"})
    assert given.keys == {"run": ("f5", "ctrl+j", "f4"), "check": ("f11",)}
    assert given.mistakes == ()


def test_an_action_never_loses_all_its_keys() -> None:
    given = remap({"run": ("f4",), "check": ("ctrl+a",)}, {"check"})
    assert given.keys == {"check": ("f4", "ctrl+t"), "run": ("f5", "ctrl+j")}
    assert [mistake.action for mistake in given.mistakes] == ["check", "run"]


def test_one_key_for_two_actions_goes_to_the_first() -> None:
    given = remap({"next_step": ("f12",), "run": ("f12",)})
    assert given.keys["next_step"] == ("f8", "ctrl+n", "f12")
    assert given.mistakes == (("run", "f12 is taken by next_step already"),)


def test_the_keys_that_edit_are_those_of_input_fields_and_of_all_editors() -> None:
    basic = {key for row in EDITOR_KEYS if row.is_basic for key in row.keys}
    assert basic | keys_of(Input.BINDINGS) == EDITING
    assert not EDITING & {key for row in COMMANDS for key in row.keys}


def test_no_key_of_the_editor_is_one_of_the_app() -> None:
    of_editor = [key for row in EDITOR_KEYS for key in row.keys]
    assert len(of_editor) == len(set(of_editor))
    assert not set(of_editor) & {key for row in COMMANDS for key in row.keys}
    assert keys_of(CodeEditor.BINDINGS) == set(of_editor)


@pytest.mark.parametrize("row", [row for row in EDITOR_KEYS if not row.is_basic], ids=str)
def test_each_action_of_the_editor_can_be_given_a_key_and_lose_its_own(row: EditorKeys) -> None:
    assert remap({row.name: ("f12",)}).keys == {row.name: (*row.keys, "f12")}
    given = remap({row.name: ("f12",)}, {row.name})
    assert given.keymap() == {f"editor.{row.name}": "f12"}
    assert not given.mistakes
    assert not remap({row.name: row.keys}).mistakes


def test_a_key_that_the_editor_gives_up_is_free_for_the_app() -> None:
    given = remap({"run": ("ctrl+r",), "replace": ("f12",)}, {"replace"})
    assert given.keys == {"run": ("f5", "ctrl+j", "ctrl+r"), "replace": ("f12",)}


def test_what_is_wrong_is_told_with_file_and_line(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(
        'theme = "green"\n\n[keys]\nrun = "f12"\ncheck = [\n  "f5",\n  "f11",\n]\n'
        'hint = { keys = ["ctrl+a"], only = true }\nfly = "f11"\n'
    )
    config, problems = read_config(file)
    assert problems == ()
    told = settings_problems(config, file)
    assert [line.removeprefix(f"{file}:").split(": ")[0] for line in told] == ["1", "5", "9", "10"]
    assert told[1].endswith("keys.check: f5 is taken by run already")
    assert told[2].endswith("keys.hint: ctrl+a already edits text")


def test_settings_that_are_right_have_no_problem(tmp_path: Path) -> None:
    config = Config(theme="nord", keys={"run": ("ctrl+b",)})
    assert settings_problems(config, tmp_path / "config.toml") == ()


async def test_an_own_key_acts_beside_those_of_the_table(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, config=Config(keys={"next_step": ("f11",)}))
    async with opened(app) as pilot:
        await pilot.press("f11")
        await eventually(lambda: _step(app) == "ask-me", "the next step")
        await pilot.press("f8")
        await eventually(lambda: _step(app) == "double", "the one after")
        await pilot.press("ctrl+n")
        await eventually(lambda: _step(app) == "square", "the third")


async def test_only_takes_the_table_s_keys_away_and_footer_and_help_say_so(tmp_path: Path) -> None:
    own: dict[str, tuple[str, ...]] = {"next_step": ("f11",), "quit": ("ctrl+o",)}
    app = tutor_app(tmp_path, config=Config(keys=own, only=frozenset(own)))
    async with opened(app, MEDIUM) as pilot:
        await pilot.press("f8", "ctrl+n", "ctrl+q")
        await pilot.pause()
        assert _step(app) == "read-me"
        assert "F11 Next" in app.screen.query_one(ActionBar).shown_content.plain
        assert "F8" not in app.screen.query_one(ActionBar).shown_content.plain
        await pilot.press("f1")
        await eventually(lambda: isinstance(app.screen, HelpScreen), "the help")
        await eventually(lambda: "Next (F11 or Esc n)" in screen_text(app), "the keys")
        await pilot.press("ctrl+q", "ctrl+o")
        await pilot.pause()
    assert app.return_code == 0


async def test_an_action_without_a_key_can_be_given_one(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double", config=Config(keys={"reset": ("f12",)}))
    async with opened(app, MEDIUM) as pilot:
        await pilot.press("escape", "2", TO_START, *"abc")
        await pilot.press("f12")
        await eventually(lambda: workspace_of(app).code.source == "y = ...\n", "the scaffold")


@pytest.mark.parametrize("key", ["f6", "f7"])
async def test_f6_and_f7_reach_the_app_from_the_editor(tmp_path: Path, key: str) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, MEDIUM) as pilot:
        await pilot.press("escape", "2")
        await eventually(lambda: isinstance(app.focused, CodeEditor), "the editor")
        before = workspace_of(app).layout_state
        await pilot.press(key)
        await eventually(lambda: workspace_of(app).layout_state != before, "another look")
        assert workspace_of(app).code.source == "y = ...\n"


async def test_what_is_wrong_stands_on_the_screen(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, config=Config(keys={"run": ("f4",)}))
    async with opened(app, MEDIUM):
        told = " ".join(screen_text(app).split())  # a long path in front makes it wrap
        assert "keys.run: f4 is taken by check already" in told


def _step(app: TutorApp) -> str:
    step = lesson_screen(app).session.step
    assert step is not None
    return step.id
