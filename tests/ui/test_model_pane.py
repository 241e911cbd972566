"""The pane Model: what it shows of runs, and the keys that it tells."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot

from tests.support.fake_client import FakeClient, finished, raised
from tests.support.tutor_app import (
    MEDIUM,
    NARROW,
    WIDE,
    lesson_screen,
    opened,
    pane_of,
    screen_text,
    tutor_app,
    workspace_of,
)
from tests.support.wait import eventually
from tutor.config import Config
from tutor.ui.app import TutorApp
from tutor.ui.panes.model import ModelPane
from tutor.wire.events import (
    ErrorFacts,
    Executed,
    LineShape,
    LossesRecorded,
    Observation,
    RunEnded,
    RunEvent,
)
from tutor.wire.models import (
    Activations,
    AnswersCounted,
    Confusion,
    LayerDescription,
    ModelDescription,
    ModelsDescribed,
    SamplePicture,
)


def described(step: int, update: float, *, failed: bool = False) -> ModelsDescribed:
    layer = LayerDescription(
        "model[0]",
        "Linear",
        (4, 3),
        16,
        calls=1,
        took=(2, 3),
        gave=None if failed else (2, 4),
        failed=failed,
        activations=None if failed else Activations(0.5, 0.25, 0.0, 1.0, bins=(1,) * 24),
        gradient=None if failed else 0.125,
        update=None if failed else update,
    )
    model = ModelDescription("model", "Sequential", (layer,), 0, 16, called=True, failed=failed)
    return ModelsDescribed((model,), step)


LOSSES = LossesRecorded(0, (1.0, 0.5, 0.25))
TRAINED = (LOSSES, described(1, 0.04), described(3, 0.01))


async def run(app: TutorApp, pilot: Pilot[None]) -> None:
    await pilot.press("f5")
    await eventually(lambda: lesson_screen(app).session.ending is not None, "the end")
    await pilot.press("escape", "7")
    await eventually(lambda: pane_of(app, ModelPane).has_focus_within, "the focus")
    await pilot.pause()


def client_of(*events: RunEvent) -> FakeClient:
    return FakeClient([finished(*events)])


@pytest.mark.parametrize("size", [NARROW, MEDIUM, WIDE], ids=str)
async def test_layers_have_their_shapes_and_numbers(tmp_path: Path, size: tuple[int, int]) -> None:
    app = tutor_app(tmp_path, client=client_of(*TRAINED), start_at="double")
    async with opened(app, size) as pilot:
        await run(app, pilot)
        text = screen_text(app)
        for words in ("Linear(3, 4)", "(2, 4)", "+0.50 ± 0.25", "1.00 %", "step 3"):
            assert words in text, words
        assert "Largest relative update: model[0]" in text
        assert "h: histograms" in text


async def test_it_follows_the_cursor_along_the_steps(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, client=client_of(*TRAINED), start_at="double")
    async with opened(app, NARROW) as pilot:
        await run(app, pilot)
        await pilot.press("left")
        await eventually(lambda: lesson_screen(app).session.cursor is not None, "a step")
        await pilot.press("left")
        await eventually(lambda: "4.00 %" in screen_text(app), "the numbers of step 1")
        assert "step 1" in screen_text(app)


async def test_d_shows_the_numbers_at_the_end_below_those_of_the_step(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, client=client_of(*TRAINED), start_at="double")
    async with opened(app, MEDIUM) as pilot:
        await run(app, pilot)
        await pilot.press("left", "left", "d")
        await eventually(lambda: "4.00 %" in screen_text(app), "the numbers of step 1")
        (then,) = [line for line in screen_text(app).splitlines() if "Linear(3, 4)" in line]
        (end,) = [line for line in screen_text(app).splitlines() if "at end" in line]
        assert "1.00 %" in end
        assert then.index("%") == end.index("%")
        await pilot.press("d")
        await eventually(lambda: "at end" not in screen_text(app), "step 1 alone")


async def test_the_end_of_a_run_says_of_which_step_its_numbers_are(tmp_path: Path) -> None:
    client = client_of(LOSSES, replace(described(1, 0.04), total=3))
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app, WIDE) as pilot:
        await run(app, pilot)
        assert "Last update: step 1 of 3." in screen_text(app)
        await pilot.press("left")
        await eventually(lambda: lesson_screen(app).session.cursor is not None, "a step")
        await eventually(lambda: "Last update" not in screen_text(app), "what is kept of a step")


async def test_h_shows_histograms_and_the_numbers_again(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, client=client_of(*TRAINED), start_at="double")
    async with opened(app, NARROW) as pilot:
        await run(app, pilot)
        await pilot.press("h")
        await pilot.pause()
        assert "▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇" in screen_text(app)
        assert "h: numbers" in screen_text(app)
        await pilot.press("h")
        await pilot.pause()
        assert "+0.50 ± 0.25" in screen_text(app)


async def test_it_ends_at_the_layer_that_failed(tmp_path: Path) -> None:
    error = ErrorFacts("RuntimeError", "mat1 and mat2", line=1, source_line="y = model(x)")
    app = tutor_app(
        tmp_path,
        client=FakeClient([raised(error, described(0, 0.0, failed=True))]),
        start_at="double",
    )
    async with opened(app, NARROW) as pilot:
        await run(app, pilot)
        text = screen_text(app)
        assert "It stops at model[0], Linear(3, 4): mat1 and mat2" in text
        assert "✗ 0" in text


async def test_a_program_without_a_model_shows_its_lines(tmp_path: Path) -> None:
    executed = Executed("finished", shapes=(LineShape(1, "", (3, 4), (3, 4)),))
    ended = RunEnded(Observation("finished", executed, milliseconds=1.0))
    app = tutor_app(tmp_path, client=FakeClient([(executed, ended)]), start_at="double")
    async with opened(app, NARROW) as pilot:
        await run(app, pilot)
        assert "The program has no model." in screen_text(app)
        assert "(3, 4)" in screen_text(app)


async def test_in_ascii_without_colours_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = tutor_app(
        tmp_path, client=client_of(*TRAINED), config=Config(glyphs="ascii"), start_at="double"
    )
    async with opened(app, NARROW) as pilot:
        await run(app, pilot)
        text = screen_text(app)
        assert text.isascii()
        for words in ("Linear(3, 4)", "+0.50 +- 0.25", "gradient  update", "1.00 %"):
            assert words in text, words


async def test_it_has_the_place_of_the_tensors_once_it_was_looked_at(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, client=client_of(*TRAINED), start_at="double")
    async with opened(app, WIDE) as pilot:
        assert workspace_of(app).shows("tensors")
        await run(app, pilot)
        await pilot.press("escape", "2")
        await pilot.pause()
        assert workspace_of(app).shows("model")
        assert not workspace_of(app).shows("tensors")
        assert workspace_of(app).shows("loss")


async def test_answers_to_all_the_data_come_before_those_to_the_last_batch(
    tmp_path: Path,
) -> None:
    told = replace(described(3, 0.01), confusion=Confusion(2, (5, 0, 1, 4)))
    first = AnswersCounted(1, Confusion(2, (600, 100, 200, 500)), "x_train", 1400)
    last = AnswersCounted(3, Confusion(2, (700, 0, 100, 600)), "x_train", 1400)
    app = tutor_app(tmp_path, client=client_of(LOSSES, first, told, last), start_at="double")
    async with opened(app, NARROW) as pilot:
        await run(app, pilot)
        await pilot.press("c")
        await pilot.pause()
        assert "Right: 1,300 of all 1,400 rows of x_train." in screen_text(app)
        await pilot.press("left", "left")
        await eventually(lambda: "Right: 1,100 of all 1,400" in screen_text(app), "step 1")
        assert "step 1" in screen_text(app)


async def test_classes_and_pictures_stand_in_place_of_the_numbers(tmp_path: Path) -> None:
    samples = (SamplePicture(bytes(range(64)), 1, 0), SamplePicture(bytes(range(64)), 1, 1))
    told = replace(described(3, 0.01), confusion=Confusion(2, (5, 0, 1, 4), samples))
    app = tutor_app(tmp_path, client=client_of(LOSSES, told), start_at="double")
    async with opened(app, NARROW) as pilot:
        await run(app, pilot)
        await pilot.press("c")
        await pilot.pause()
        text = screen_text(app)
        assert "Right: 9 of the 10 rows of the last batch. One row of class 1 is taken" in text
        assert "c: numbers  i: pictures" in text
        await pilot.press("i")
        await pilot.pause()
        assert "1 as 0" in screen_text(app)
        await pilot.press("i")
        await pilot.pause()
        assert "+0.50 ± 0.25" in screen_text(app)
