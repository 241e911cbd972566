"""Where a first screen is painted early, and where it is left to the app."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.tutor_app import write_course
from tutor.first_screen.early_paint import FirstScreen, is_text_shown, read_first_screen
from tutor.paths import Places
from tutor.progress.entries import Entry, PlaceKept, StepOpened
from tutor.progress.journal import Journal
from tutor.ui.keys import key_names

TRUECOLOR = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
NARROW, MEDIUM = (80, 24), (120, 35)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    lessons = write_course(tmp_path / "lessons")
    return Places(lessons, tmp_path / "images", tmp_path / "data", tmp_path / "config.toml")


def read(
    places: Places, step: str | None = "double", environ: dict[str, str] | None = None
) -> FirstScreen | None:
    return read_first_screen(places, step, key_names, TRUECOLOR | (environ or {}))


def record(places: Places, *entries: Entry) -> None:
    journal = Journal(places.data, now=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    for entry in entries:
        journal.record(entry)
    journal.close()


def kept(pane: str, scroll: int = 0) -> PlaceKept:
    return PlaceKept(step="double", pane=pane, row=0, column=0, scroll=scroll)


def test_a_step_is_known_before_the_course_is_read(places: Places) -> None:
    screen = read(places)
    assert screen is not None
    assert screen.first.step.title == "Twice as much"
    assert is_text_shown(screen, *NARROW)
    assert is_text_shown(screen, *MEDIUM)


@pytest.mark.parametrize(
    "config",
    [
        'theme = "dracula"',
        'theme = "nonsense"',
        'glyphs = "ascii"',
        '[keys]\nrun = "ctrl+o"',
        "unknown = 1",
        "this is no TOML",
    ],
)
def test_settings_that_change_what_is_seen_are_left_to_the_app(places: Places, config: str) -> None:
    places.config.write_text(config)
    assert read(places) is None


@pytest.mark.parametrize(
    "environ",
    [
        {"NO_COLOR": "1"},
        {"COLORTERM": "", "TERM": "xterm"},
        {"TERM": "linux"},
        {"NNTUTOR_FPS": "many"},
    ],
    ids=lambda environ: next(iter(environ)),
)
def test_terminals_that_show_less_are_left_to_the_app(
    places: Places, environ: dict[str, str]
) -> None:
    assert read(places, environ=environ) is None


def test_an_unknown_step_and_one_that_cannot_be_read_are_left_to_the_app(places: Places) -> None:
    assert read(places, "nowhere") is None
    (places.lessons / "basics" / "30-double.toml").write_text("kind = ")
    assert read(places) is None


def test_the_start_screen_is_left_to_the_app(places: Places) -> None:
    record(places, StepOpened(step="double"))
    assert read(places, None) is None
    places.config.write_text("start_screen = false")
    screen = read(places, None)
    assert screen is not None
    assert screen.first.step.id == "double"


def test_progress_that_cannot_be_read_is_left_to_the_app(places: Places) -> None:
    record(places, StepOpened(step="double"))
    (journal,) = (places.data / "journal").iterdir()
    journal.write_bytes(journal.read_bytes() + b'{"kind":"step-opened"}\n')
    assert read(places) is None


def test_a_draft_that_cannot_be_read_is_left_to_the_app(places: Places) -> None:
    draft = places.data / "drafts" / "basics" / "double.py"
    draft.mkdir(parents=True)
    assert read(places) is None


@pytest.mark.parametrize(
    ("place", "narrow", "medium"),
    [
        (kept("lesson"), True, True),
        (kept("lesson", scroll=3), False, False),
        (kept("code", scroll=3), False, True),
        (kept("verdict"), False, True),
    ],
)
def test_a_kept_place_decides_whether_the_text_is_seen(
    places: Places, place: PlaceKept, narrow: bool, medium: bool
) -> None:
    record(places, place)
    screen = read(places)
    assert screen is not None
    assert is_text_shown(screen, *NARROW) == narrow
    assert is_text_shown(screen, *MEDIUM) == medium
