"""The key for the picture of a figure: its path under the figure, and a viewer if there is one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.tutor_app import (
    MEDIUM,
    READ,
    lesson_screen,
    opened,
    screen_text,
    tutor_app,
    workspace_of,
    write_course,
)
from tests.support.wait import wait_until
from tutor.ui.app import TutorApp
from tutor.ui.charts.figure import FigureView
from tutor.ui.viewer import open_picture

FIGURES = READ + '\nfigures = ["bce", "sigmoid_function"]\n'


def app_with(folder: Path, step: str) -> TutorApp:
    write_course(folder / "lessons", {"10-read-me": step})
    images = folder / "images"
    images.mkdir()
    for name in ("bce", "sigmoid_function"):
        (images / f"{name}.png").write_bytes(b"picture")
    return tutor_app(folder, start_at="read-me")


@pytest.fixture(autouse=True)
def no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)


async def test_each_press_tells_of_another_figure(tmp_path: Path) -> None:
    app = app_with(tmp_path, FIGURES)
    async with opened(app, MEDIUM) as pilot:
        await pilot.press("escape", "v")
        await pilot.pause()
        bce, sigmoid = workspace_of(app).lesson.query(FigureView)
        assert bce.note == f"Picture: {tmp_path / 'images' / 'bce.png'}"
        assert sigmoid.note == ""
        assert "Picture: " in screen_text(app)
        assert "The path of the picture is below the figure's title." in screen_text(app)
        await pilot.press("escape", "v")
        assert sigmoid.note.endswith("sigmoid_function.png")


async def test_the_figure_with_the_focus_comes_first(tmp_path: Path) -> None:
    app = app_with(tmp_path, FIGURES)
    async with opened(app, MEDIUM) as pilot:
        await pilot.press("tab")
        bce, sigmoid = workspace_of(app).lesson.query(FigureView)
        assert sigmoid.has_focus
        await pilot.press("right", "escape", "v")
        assert (bce.note, sigmoid.value) == ("", 1.4)
        assert sigmoid.note.endswith("sigmoid_function.png")


async def test_without_figure_or_picture_that_is_said(tmp_path: Path) -> None:
    app = app_with(tmp_path, READ)
    async with opened(app, MEDIUM) as pilot:
        await pilot.press("escape", "v")
        await pilot.pause()
        assert "This step has no figure." in screen_text(app)


async def test_a_picture_that_is_not_there(tmp_path: Path) -> None:
    app = app_with(tmp_path, FIGURES)
    (tmp_path / "images" / "bce.png").unlink()
    async with opened(app, MEDIUM) as pilot:
        await pilot.press("escape", "v")
        await pilot.pause()
        assert lesson_screen(app).session.notice == "There is no picture of this figure."


def viewer_in(folder: Path, script: str) -> dict[str, str]:
    viewer = folder / "xdg-open"
    viewer.write_text(f"#!/bin/sh\n{script}\n")
    viewer.chmod(0o755)
    return {"PATH": f"{folder}:{os.environ['PATH']}"}


def test_a_viewer_is_asked_only_where_there_is_a_display(tmp_path: Path) -> None:
    environment = viewer_in(tmp_path, f'echo "$1" > {tmp_path}/asked')
    assert not open_picture(Path("a picture.png"), environment)
    assert not (tmp_path / "asked").exists()
    assert open_picture(Path("a picture.png"), environment | {"WAYLAND_DISPLAY": "wayland-0"})
    asked = tmp_path / "asked"
    wait_until(lambda: asked.exists() and asked.read_text() != "", "the viewer was asked")
    assert asked.read_text() == "a picture.png\n"


def test_without_a_viewer_nothing_is_run(tmp_path: Path) -> None:
    assert not open_picture(Path("p.png"), {"PATH": str(tmp_path), "DISPLAY": ":0"})


def test_a_viewer_writes_nothing_and_is_not_waited_for(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    environment = viewer_in(tmp_path, f"echo noise; echo noise >&2; cat {gate} > {tmp_path}/done")
    assert open_picture(Path("p.png"), environment | {"DISPLAY": ":0"})
    gate.write_text("over")  # only now can it end
    done = tmp_path / "done"
    wait_until(lambda: done.exists() and done.read_text() == "over", "the viewer ended")
    assert capfd.readouterr() == ("", "")
