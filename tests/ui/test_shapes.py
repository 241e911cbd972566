"""Shapes at the ends of lines, from the run to the editor, and the key that hides them."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.support.fake_client import LONG_MS, Batch, FakeClient, finished
from tests.support.tutor_app import (
    NARROW,
    lesson_screen,
    opened,
    screen_text,
    tutor_app,
    with_keys,
    workspace_of,
)
from tests.support.two_screens import TwoScreens
from tests.support.wait import eventually
from tutor.progress.shown_shapes import FILE
from tutor.ui.app import TutorApp
from tutor.ui.screens.screen_commands import HIDDEN, SHOWN
from tutor.wire.events import Executed, LineShape, Observation, RunEnded

PROGRAM = "x = a\ny = b\n"


def shapes(*found: tuple[int, tuple[int, ...]]) -> list[Batch]:
    """The end of a run that found these shapes at these lines."""
    told = tuple(LineShape(line, "", shape, shape) for line, shape in found)
    executed = Executed("finished", shapes=told)
    return [(RunEnded(Observation("finished", executed, milliseconds=LONG_MS)),)]


async def write(app: TutorApp, pilot: Pilot[None], text: str = PROGRAM) -> None:
    workspace_of(app).goto("code")
    workspace_of(app).code.replace_source(text)
    await pilot.pause()


async def run(app: TutorApp, pilot: Pilot[None], key: str = "f5") -> None:
    before = lesson_screen(app).session.last_run
    await pilot.press(key)
    await eventually(
        lambda: (
            lesson_screen(app).session.last_run > before
            and lesson_screen(app).session.activity is None
        ),
        "the end",
    )
    await pilot.pause()


def code_rows(app: TutorApp) -> list[str]:
    return [row for row in screen_text(app).splitlines() if "x = a" in row or "y = b" in row]


def shown(app: TutorApp) -> list[str]:
    """What stands behind the two lines of the program."""
    return [
        row.partition("= a" if "= a" in row else "= b")[2].strip(" ┃│▎") for row in code_rows(app)
    ]


async def test_a_run_shows_them_and_an_edit_takes_that_of_its_line_away(tmp_path: Path) -> None:
    client = FakeClient(shapes((1, (2, 3)), (2, (4,))), [finished()])
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app) as pilot:
        await write(app, pilot)
        assert shown(app) == ["", ""]
        await run(app, pilot)
        assert [command.shapes for command in client.commands] == [True]
        assert shown(app) == ["(2, 3)", "(4,)"]
        workspace_of(app).goto("code")
        workspace_of(app).code.editor.go_to(0, 5)
        await pilot.press("space")
        await pilot.pause()
        assert shown(app) == ["", "(4,)"]
        assert "(4,)" not in workspace_of(app).code.source
        await run(app, pilot)
        assert shown(app) == ["", ""], "the next run found none"


async def test_lines_that_ran_alone_show_theirs(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, client=FakeClient(shapes((2, (4,)))), start_at="double")
    async with opened(app) as pilot:
        await write(app, pilot)
        workspace_of(app).goto("code")
        workspace_of(app).code.editor.go_to(1, 0)
        await pilot.press("escape", "j")
        await eventually(lambda: lesson_screen(app).session.ending is not None, "the end")
        await pilot.pause()
        assert shown(app) == ["", "(4,)"]


async def test_while_the_next_run_goes_on_and_after_a_check_they_stay(tmp_path: Path) -> None:
    client = FakeClient(shapes((1, (2, 3))), [finished()], held=True)
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app) as pilot:
        await write(app, pilot)
        client.release()
        await run(app, pilot)
        await pilot.press("f5")
        await pilot.pause()
        assert lesson_screen(app).session.activity is not None
        assert shown(app) == ["(2, 3)", ""]
        client.release()
        await eventually(lambda: lesson_screen(app).session.activity is None, "the end")
        await pilot.pause()
        assert shown(app) == ["", ""]


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [("z", (1, 5), ["(2, 3)", "z"]), ("# new\n", (0, 0), ["(2, 3)", "(4,)"])],
)
async def test_what_was_edited_during_the_run_gets_none(
    text: str, place: tuple[int, int], expected: list[str], tmp_path: Path
) -> None:
    client = FakeClient(shapes((1, (2, 3)), (2, (4,))), held=True)
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app) as pilot:
        await write(app, pilot)
        await pilot.press("f5")
        await pilot.pause()
        workspace_of(app).code.editor.insert(text, place)
        client.release()
        await eventually(lambda: lesson_screen(app).session.activity is None, "the end")
        await pilot.pause()
        assert shown(app) == expected


async def test_a_check_asks_for_none(tmp_path: Path) -> None:
    client = FakeClient()
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app) as pilot:
        await write(app, pilot, "y = 2 * x\n")
        await run(app, pilot, "f4")
        assert client.commands
        assert not any(command.shapes for command in client.commands)


async def test_another_step_has_none(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, client=FakeClient(shapes((1, (2, 3)))), start_at="double")
    async with opened(app) as pilot:
        await write(app, pilot)
        await run(app, pilot)
        lesson_screen(app).tutor.go_to("square")
        await pilot.pause()
        lesson_screen(app).tutor.go_to("double")
        await pilot.pause()
        workspace_of(app).goto("code")
        await pilot.pause()
        assert shown(app) == ["", ""]


async def test_a_key_hides_them_also_at_the_next_start(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, client=FakeClient(shapes((1, (2, 3)))), start_at="double")
    async with opened(app) as pilot:
        await write(app, pilot)
        await run(app, pilot)
        await pilot.press("escape", "d")
        await pilot.pause()
        assert shown(app) == ["", ""]
        assert with_keys(HIDDEN) in screen_text(app)
    app = tutor_app(tmp_path, client=FakeClient(shapes((1, (2, 3)))), start_at="double")
    async with opened(app) as pilot:
        await write(app, pilot)
        await run(app, pilot)
        assert shown(app) == ["", ""]
        await pilot.press("escape", "d")
        await pilot.pause()
        assert shown(app) == ["(2, 3)", ""]
        assert with_keys(SHOWN) in screen_text(app)


async def test_where_the_choice_cannot_be_saved_that_is_said(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, (120, 35)) as pilot:
        (tmp_path / "data" / FILE).mkdir()
        await pilot.press("escape", "d")
        await pilot.pause()
        assert not workspace_of(app).code.editor.shows_shapes
        assert "This is forgotten when the app ends" in " ".join(screen_text(app).split())


@pytest.mark.parametrize("size", [NARROW, (160, 45)], ids=["80x24", "160x45"])
async def test_a_key_costs_few_more_bytes_beside_them(
    size: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tutor.session.store.SAVE_AFTER_S", 600)  # the word saved costs bytes
    screens = TwoScreens(*size)
    screens.watch(monkeypatch)
    program = "".join(f"x{n} = {n}\n" for n in range(10))
    with_shapes = shapes(*((line, (line, 3)) for line in range(1, 11)))
    client = FakeClient([finished()], [finished()], with_shapes)
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app, size) as pilot:

        async def costs() -> list[int]:
            """Bytes of a few keys after a run."""
            await write(app, pilot, program)
            await run(app, pilot)
            workspace_of(app).goto("code")
            workspace_of(app).code.editor.go_to(0, 99)
            await pilot.pause()
            found = []
            for key in ("space", "1", "down", "enter"):
                screens.forget_bytes()
                await pilot.press(key)
                await pilot.pause()
                found.append(screens.changed.bytes)
            return found

        await costs()  # the first time more is drawn than later
        plain, beside = await costs(), await costs()
        edited, again, moved, lines_moved = (b - p for b, p in zip(beside, plain, strict=True))
        assert edited <= 100
        assert again <= 10, "the line has no shape any more"
        assert moved <= 100
        assert lines_moved <= 600
