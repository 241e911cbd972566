"""Statements judged and chosen by keys alone."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.pilot import Pilot

from tests.ui.widgets.hosting import heard, hosted, rows
from tutor.ui.widgets.choices import Choices, Mode

STATEMENTS = ["A gradient points uphill.", "zero_grad() sets weights to 0.", "Softmax sums to 1."]


def choices_of(pilot: Pilot[None]) -> Choices:
    return pilot.app.query_one(Choices)


def text_of(pilot: Pilot[None]) -> list[str]:
    return [row for widget in choices_of(pilot).rows for row in rows(widget)]


async def test_statements_are_judged_by_keys() -> None:
    async with hosted(Choices(STATEMENTS)) as pilot:
        await pilot.press("t", "down", "f", "3", "space", "space")
        await pilot.pause()
        assert choices_of(pilot).judged == {0: True, 1: False, 2: False}
        assert text_of(pilot) == [
            "  1 [true ] A gradient points uphill.",
            "  2 [false] zero_grad() sets weights to 0.",
            "› 3 [false] Softmax sums to 1.",
        ]
        said = [(message.index, message.value) for message in heard(pilot, Choices.Judged)]
        assert said == [(0, True), (1, False), (2, True), (2, False)]


async def test_what_is_not_judged_says_so() -> None:
    async with hosted(Choices(STATEMENTS, glyphs="ascii")) as pilot:
        assert text_of(pilot)[0] == "> 1 [  ?  ] A gradient points uphill."
        await pilot.press("up", "enter")
        assert choices_of(pilot).current == 0
        assert len(heard(pilot, Choices.SubmitRequested)) == 1
        await pilot.press("end", "down")
        assert choices_of(pilot).current == 2


@pytest.mark.parametrize(
    ("mode", "keys", "judged"),
    [
        ("one", ["1", "2"], {1: True}),
        ("one", ["space", "down", "t"], {1: True}),
        ("one", ["space", "f"], {}),
        ("many", ["1", "3"], {0: True, 2: True}),
        ("many", ["1", "1", "t", "down", "f"], {0: True}),
        ("many", ["9"], {}),
        ("one", ["down", "enter"], {1: True}),
        ("one", ["1", "down", "down", "enter"], {2: True}),
        ("many", ["down", "enter"], {1: True}),
        ("true-false", ["2"], {}),
    ],
)
async def test_choosing(mode: Mode, keys: list[str], judged: dict[int, bool]) -> None:
    async with hosted(Choices(STATEMENTS, mode=mode)) as pilot:
        await pilot.press(*keys)
        assert choices_of(pilot).judged == judged
        sign = "(●)" if mode == "one" else "[■]"
        signs = [row.count(sign) for row in text_of(pilot)]
        assert signs == [int(mode != "true-false" and judged.get(n, False)) for n in range(3)]


@pytest.mark.parametrize(
    ("mode", "keys"),
    [
        ("one", ["down", "enter", "enter"]),
        ("one", ["2", "enter"]),
        ("many", ["down", "enter", "up", "enter"]),
    ],
)
async def test_enter_submits_a_choice_once_it_is_made(mode: Mode, keys: list[str]) -> None:
    async with hosted(Choices(STATEMENTS, mode=mode)) as pilot:
        await pilot.press(*keys[:-1])
        assert heard(pilot, Choices.SubmitRequested) == []
        await pilot.press(keys[-1])
        assert len(heard(pilot, Choices.SubmitRequested)) == 1
        assert choices_of(pilot).judged == {1: True}


async def test_feedback_is_a_glyph_a_word_and_why() -> None:
    async with hosted(Choices(STATEMENTS), (80, 12)) as pilot:
        choices_of(pilot).show_judged({0: True, 1: True})
        choices_of(pilot).show_feedback(
            {0: (True, "It does."), 1: (False, "[gradients], not weights.")}
        )
        await pilot.pause()
        assert text_of(pilot)[1].strip() == "✓ right: It does."
        assert text_of(pilot)[3].strip() == "✗ wrong: [gradients], not weights."
        choices_of(pilot).show_feedback({0: (True, "")})
        await pilot.pause()
        assert text_of(pilot)[1].strip() == "✓ right"
        choices_of(pilot).show_feedback({})
        await pilot.pause()
        assert len(text_of(pilot)) == 3
        assert heard(pilot, Choices.Judged) == []


async def test_locked_statements_can_be_read_but_not_judged() -> None:
    async with hosted(Choices(STATEMENTS)) as pilot:
        choices_of(pilot).locked = True
        await pilot.press("t", "down", "space", "f")
        assert choices_of(pilot).judged == {}
        assert choices_of(pilot).current == 1


async def test_other_statements_begin_anew() -> None:
    async with hosted(Choices(STATEMENTS)) as pilot:
        await pilot.press("end", "t")
        choices_of(pilot).show(["a", "b"], mode="many")
        await pilot.pause()
        assert text_of(pilot) == ["› 1 [ ] a", "  2 [ ] b"]
        await pilot.press("2")
        assert choices_of(pilot).judged == {1: True}
        choices_of(pilot).show([], mode="one")
        await pilot.press("t", "space", "down", "1", "enter")
        assert choices_of(pilot).judged == {}


@pytest.mark.parametrize("width", [24, 40, 80])
async def test_long_statements_are_wrapped_whole(width: int) -> None:
    statement = "The gradient of the loss with respect to a weight tells how the loss changes."
    async with hosted(Choices([statement]), (width, 20)) as pilot:
        words = " ".join(row[12:].strip() for row in text_of(pilot))
        assert words == statement


async def test_a_click_goes_there_and_a_second_one_judges() -> None:
    async with hosted(Choices(STATEMENTS)) as pilot:
        await pilot.click(choices_of(pilot).rows[1])
        assert (choices_of(pilot).current, choices_of(pilot).judged) == (1, {})
        await pilot.click(choices_of(pilot).rows[1])
        assert choices_of(pilot).judged == {1: True}


class ScrolledChoices(App[None]):
    def compose(self) -> ComposeResult:
        yield VerticalScroll(Choices([f"statement {n}" for n in range(30)]), can_focus=False)


async def test_the_current_statement_stays_in_sight() -> None:
    app = ScrolledChoices()
    async with app.run_test(size=(40, 10)) as pilot:
        choices = app.query_one(Choices)
        choices.focus()
        for key in ("end", "home", *["down"] * 12):
            await pilot.press(key)
        await pilot.pause()
        row = choices.rows[choices.current].region
        assert choices.current == 12
        assert app.screen.region.contains_region(row)


async def test_marks_of_code_and_emphasis_are_not_seen() -> None:
    async with hosted(Choices(["Only the *score* of `a * b` is **large**."])) as pilot:
        await pilot.pause()
        (row,) = text_of(pilot)
        assert row.endswith("Only the score of a * b is large.")
