"""What hands do in the editor: brackets, lines, places, the clipboard; and that all is undone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.pilot import Pilot
from textual.widgets.text_area import Selection

from tests.ui.editor.test_code_editor import editor_of, paste, type_in
from tests.ui.widgets.hosting import hosted
from tutor.ui.editor.code_editor import CodeEditor


@pytest_asyncio.fixture
async def pilot() -> AsyncIterator[Pilot[None]]:
    async with hosted(CodeEditor()) as pilot:
        yield pilot


async def test_brackets_come_in_pairs_and_are_typed_over(pilot: Pilot[None]) -> None:
    editor = editor_of(pilot)
    await type_in(pilot, "f(")
    assert (editor.text, editor.cursor_location) == ("f()", (0, 2))
    await type_in(pilot, "(a)")
    assert (editor.text, editor.cursor_location) == ("f((a))", (0, 5))
    await type_in(pilot, "))")
    assert (editor.text, editor.cursor_location) == ("f((a)))", (0, 7))


async def test_backspace_takes_a_pair_that_was_put_in(pilot: Pilot[None]) -> None:
    editor = editor_of(pilot)
    await type_in(pilot, "f((")
    await pilot.press("backspace")
    assert editor.text == "f()"
    await pilot.press("backspace", "ctrl+z")
    assert editor.text == "f()"
    editor.load_text("g()")
    editor.go_to(0, 2)
    await pilot.press("backspace")
    assert editor.text == "g)"


async def test_brackets_are_left_alone_where_that_is_set(pilot: Pilot[None]) -> None:
    editor_of(pilot).closes_brackets = False
    await type_in(pilot, "f(")
    assert editor_of(pilot).text == "f("


async def test_a_paste_is_one_edit_and_no_bracket_is_put_in(pilot: Pilot[None]) -> None:
    await type_in(pilot, "x = ")
    await paste(pilot, "f((\n[1")
    assert editor_of(pilot).text == "x = f((\n[1"
    await type_in(pilot, "2")
    await pilot.press("ctrl+z", "ctrl+z")
    assert editor_of(pilot).text == "x = "


async def test_the_rest_of_a_broken_line_is_deleted_in_all_its_rows() -> None:
    long = " + ".join(f"weight_{n}" for n in range(12))
    async with hosted(CodeEditor(f"x\n{long}\ny"), (40, 12)) as pilot:
        editor = editor_of(pilot)
        editor.go_to(1, 4)
        await pilot.press("ctrl+k")
        assert editor.text == f"x\n{long[:4]}\ny"
        await pilot.press("ctrl+z")
        last_row = editor.wrapped_document.get_offsets(1)[-1]
        editor.go_to(1, last_row)
        await pilot.press("ctrl+u")
        assert editor.text == f"x\n{long[last_row:]}\ny"
        await pilot.press("ctrl+k", "ctrl+k", "ctrl+k", "ctrl+u")
        assert (editor.text, editor.cursor_location) == ("x", (0, 1))


async def test_clauses_and_closing_brackets_move_out_as_they_are_typed(
    pilot: Pilot[None],
) -> None:
    editor = editor_of(pilot)
    await type_in(pilot, "if a:\nb = [\n1,\n]\nelse:\nc")
    assert editor.text == "if a:\n    b = [\n        1,\n    ]\nelse:\n    c"
    editor.load_text("if a:\n    b\n    else")
    editor.go_to(2, 8)
    await type_in(pilot, ":")
    await pilot.press("ctrl+z")
    assert editor.text == "if a:\n    b\n    else:", "a step of its own"
    await pilot.press("ctrl+y")
    assert (editor.text, editor.cursor_location) == ("if a:\n    b\nelse:", (2, 5))


async def test_a_closing_bracket_of_ones_own_moves_out_too(pilot: Pilot[None]) -> None:
    editor = editor_of(pilot)
    editor.closes_brackets = False
    await type_in(pilot, "x = (\n1\n)")
    assert editor.text == "x = (\n    1\n)"


async def test_no_clause_moves_within_a_text_or_before_more_code(pilot: Pilot[None]) -> None:
    editor = editor_of(pilot)
    for text in ('if a:\n    """\n    else', "if a:\n    # else"):
        editor.load_text(text)
        await pilot.press("ctrl+end")
        await type_in(pilot, ":")
        assert editor.text == f"{text}:"
    editor.load_text("if a:\n    else b")
    editor.go_to(1, 8)
    await type_in(pilot, ":")
    assert editor.text == "if a:\n    else: b"


async def test_what_is_selected_is_wrapped_in_one_step(pilot: Pilot[None]) -> None:
    editor = editor_of(pilot)
    editor.load_text("x = one")
    editor.selection = Selection((0, 7), (0, 4))
    await type_in(pilot, "(")
    assert (editor.text, editor.selected_text) == ("x = (one)", "one")
    await type_in(pilot, '"')
    assert (editor.text, editor.selected_text) == ('x = ("one")', "one")
    await pilot.press("ctrl+z", "ctrl+z")
    assert editor.text == "x = one"
    editor.closes_brackets = False
    editor.selection = Selection((0, 4), (0, 7))
    await type_in(pilot, "[")
    assert editor.text == "x = ["


async def test_a_block_that_is_pasted_is_indented_and_loses_its_prompts(
    pilot: Pilot[None],
) -> None:
    editor = editor_of(pilot)
    await type_in(pilot, "def f():\n")
    await paste(pilot, ">>> if a:\n...     b\n")
    assert editor.text == "def f():\n    if a:\n        b\n"
    await pilot.press("ctrl+z")
    assert editor.text == "def f():\n    "
    pilot.app.copy_to_clipboard("a = 1\nb = 2")
    await pilot.press("ctrl+v")
    assert editor.text == "def f():\n    a = 1\n    b = 2"


async def test_lines_are_moved_doubled_and_deleted(pilot: Pilot[None]) -> None:
    editor = editor_of(pilot)
    editor.load_text("a\nbb\nc")
    editor.go_to(1, 1)
    await pilot.press("alt+up")
    assert (editor.text, editor.cursor_location) == ("bb\na\nc", (0, 1))
    await pilot.press("alt+up", "alt+down", "alt+down")
    assert (editor.text, editor.cursor_location) == ("a\nc\nbb", (2, 1))
    await pilot.press("alt+shift+down")
    assert (editor.text, editor.cursor_location) == ("a\nc\nbb\nbb", (3, 1))
    await pilot.press("ctrl+shift+k", "ctrl+shift+k")
    assert (editor.text, editor.cursor_location) == ("a\nc", (1, 1))
    await pilot.press(*["ctrl+z"] * 6)
    assert editor.text == "a\nbb\nc"


async def test_a_line_is_copied_and_cut_where_nothing_is_selected(pilot: Pilot[None]) -> None:
    editor = editor_of(pilot)
    editor.load_text("a\nbb")
    editor.go_to(1, 1)
    await pilot.press("ctrl+c", "ctrl+v")
    assert pilot.app.clipboard == "bb\n"
    assert (editor.text, editor.cursor_location) == ("a\nbb\nbb", (2, 1))
    await pilot.press("ctrl+x", "ctrl+x")
    assert editor.text == "a"
    await pilot.press("ctrl+v")
    assert editor.text == "bb\na"
    editor.selection = Selection((0, 0), (0, 1))
    await pilot.press("ctrl+c", "end", "ctrl+v")
    assert editor.text == "bbb\na"


async def test_ctrl_a_twice_selects_all_and_once_goes_to_the_start(pilot: Pilot[None]) -> None:
    editor = editor_of(pilot)
    editor.load_text("ab\ncd")
    editor.go_to(1, 1)
    await pilot.press("ctrl+a")
    assert editor.selection == Selection.cursor((1, 0))
    await pilot.press("right", "ctrl+a")
    assert editor.selection == Selection.cursor((1, 0))
    await pilot.press("ctrl+a")
    assert editor.selected_text == "ab\ncd"


async def test_the_ends_of_the_text_are_a_key_away(pilot: Pilot[None]) -> None:
    editor = editor_of(pilot)
    editor.load_text("ab\ncd\nef")
    await pilot.press("ctrl+end")
    assert editor.cursor_location == (2, 2)
    await pilot.press("up", "ctrl+home")
    assert editor.cursor_location == (0, 0)
    await pilot.press("ctrl+shift+end")
    assert editor.selected_text == "ab\ncd\nef"


async def test_blanks_are_filled_one_after_the_other(pilot: Pilot[None]) -> None:
    editor = editor_of(pilot)
    editor.load_text("x = ____\ny = ...")
    await pilot.press("ctrl+down", "1", "ctrl+down", "2")
    assert editor.text == "x = 1\ny = 2"
    await pilot.press("ctrl+z", "ctrl+up")
    assert editor.selected_text == "..."


async def test_a_second_click_selects_a_word_and_a_third_the_line(pilot: Pilot[None]) -> None:
    editor = editor_of(pilot)
    editor.load_text("one two\nthree")
    await pilot.pause()
    place = (editor.gutter_width + 5, 0)
    await pilot.click(editor, place, times=2)
    assert editor.selected_text == "two"
    await pilot.click(editor, place, times=3)
    assert editor.selected_text == "one two"


async def test_keys_of_the_learner_act_in_the_editor(pilot: Pilot[None]) -> None:
    editor = editor_of(pilot)
    editor.use_keys({"duplicate_line": ("f12",)})
    editor.load_text("a")
    await pilot.press("f12")
    assert editor.text == "a\na"


@dataclass
class Model:
    """A text with a cursor, as plainly as can be: what the editor must agree with."""

    text: str = ""
    at: int = 0

    def insert(self, text: str) -> None:
        self.text = self.text[: self.at] + text + self.text[self.at :]
        self.at += len(text)

    def line(self) -> tuple[int, int]:
        """Where the line of the cursor begins and ends."""
        start = self.text.rfind("\n", 0, self.at) + 1
        end = self.text.find("\n", self.at)
        return start, len(self.text) if end < 0 else end

    def press(self, key: str) -> None:
        start, end = self.line()
        match key:
            case "a" | "b":
                self.insert(key)
            case "paste":
                self.insert("p\nq")
            case "backspace" if self.at:
                self.text = self.text[: self.at - 1] + self.text[self.at :]
                self.at -= 1
            case "left":
                self.at = max(0, self.at - 1)
            case "right":
                self.at = min(len(self.text), self.at + 1)
            case "home":
                self.at = start
            case "end":
                self.at = end
            case "alt+shift+down":
                line = self.text[start:end] + "\n"
                self.text = self.text[:start] + line + self.text[start:]
                self.at += len(line)
            case "alt+up" if start:
                above = self.text.rfind("\n", 0, start - 1) + 1
                line, other = self.text[start:end], self.text[above : start - 1]
                self.text = f"{self.text[:above]}{line}\n{other}{self.text[end:]}"
                self.at -= len(other) + 1


KEYS = [
    *("a", "b", "paste", "backspace", "left", "right", "home", "end"),
    *("alt+shift+down", "alt+up", "ctrl+x", "ctrl+v", "reset", "left_parenthesis", "tab", "enter"),
]
SIMPLE = KEYS[:10]


async def pressed(pilot: Pilot[None], key: str) -> None:
    editor = editor_of(pilot)
    if key == "paste":
        await paste(pilot, "p\nq")
    elif key == "reset":
        editor.reset_to("x = ...")
    else:
        await pilot.press(key)


@settings(max_examples=12, deadline=None)
@given(st.lists(st.sampled_from(SIMPLE), min_size=5, max_size=30))
async def test_the_text_is_that_of_a_simple_model(keys: list[str]) -> None:
    model = Model()
    async with hosted(CodeEditor()) as pilot:
        for key in keys:
            await pressed(pilot, key)
            model.press(key)
        assert editor_of(pilot).text == model.text


@settings(max_examples=12, deadline=None)
@given(st.lists(st.sampled_from(KEYS), min_size=5, max_size=30))
async def test_undo_to_the_start_gives_the_start_and_redo_the_end(keys: list[str]) -> None:
    start = "def f(x):\n    return ____\n"
    async with hosted(CodeEditor(start)) as pilot:
        editor = editor_of(pilot)
        for key in keys:
            await pressed(pilot, key)
        end = editor.text
        for _ in range(2 * len(keys)):
            editor.undo()
        assert editor.text == start
        for _ in range(2 * len(keys)):
            editor.redo()
        assert editor.text == end


async def test_what_is_typed_after_an_undo_is_a_step_of_its_own(pilot: Pilot[None]) -> None:
    """Else the undo of it would take back the paste above as well, and draw rows that are gone."""
    editor = editor_of(pilot)
    editor.load_text("a\nb\nc")
    await paste(pilot, "p\nq\n")
    await type_in(pilot, "x")
    await pilot.press("ctrl+z")
    await type_in(pilot, "y")
    await pilot.press("ctrl+z")
    assert editor.text == "p\nq\na\nb\nc"
    await pilot.press("ctrl+z")
    assert editor.text == "a\nb\nc"
    assert editor.wrapped_document.height == 3


async def test_more_than_fifty_steps_are_undone(pilot: Pilot[None]) -> None:
    editor = editor_of(pilot)
    for number in range(120):
        editor.insert(f"line {number}\n", editor.document.end)
    for _ in range(120):
        editor.undo()
    assert editor.text == ""
