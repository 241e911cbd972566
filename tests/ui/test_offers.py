"""Nothing is offered that does nothing: each key of the last line acts, in each state of a step."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot

from tests.support.fake_client import FakeClient, finished
from tests.support.tutor_app import (
    DOUBLE,
    MEDIUM,
    NARROW,
    QUIZ,
    READ,
    lesson_screen,
    opened,
    screen_text,
    tutor_app,
    write_course,
)
from tests.support.wait import eventually
from tests.ui.test_predict import CHOOSE
from tutor.course.kinds import KindOrNone
from tutor.course.model import CourseOutline, LessonOutline, ReadStep
from tutor.progress.fold import Place
from tutor.session.commands import NAMED, offered_commands
from tutor.session.state import Activity, State
from tutor.ui.app import TutorApp
from tutor.wire.commands import Limits
from tutor.wire.events import OutputWritten

STEPS = {
    "10-read-me": READ,
    "20-ask-me": QUIZ,
    "30-guess-me": CHOOSE,
    "40-closed": CHOOSE.replace("guess-me", "closed").replace('scaffold = "x = x / 2"\n', ""),
    "50-double": DOUBLE,
    "60-no-hints": QUIZ.replace("ask-me", "no-hints").replace("hints =", "concepts ="),
}
GUESS = ("escape", "tab", "1", "f4")
HEADER = ReadStep(id="a", title="A", text="…", figures=("sigmoid_function",))
FIRST = State(
    course=CourseOutline(title="C", lessons=(LessonOutline(id="l", title="L", steps=(HEADER,)),)),
    is_whole=True,
    step=HEADER,
)
RUNNING = State(activity=Activity(1, "run", limits=Limits(seconds=10, extendable_to=600)))
ALWAYS = ("next_pane", "next_step")
"""What acts in any state, and is pressed only where nothing has happened yet."""
STATES = [
    ("read-me", (), "next_step"),
    ("ask-me", (), "hint check next_pane next_step"),
    ("ask-me", ("f2",), "check next_pane next_step"),
    ("ask-me", ("f2", "2", "f4"), "hint check next_pane next_step"),
    ("guess-me", (), "hint check run next_pane next_step"),
    ("guess-me", GUESS, "hint check run next_pane next_step"),
    ("closed", GUESS, "hint next_pane next_step"),
    ("double", (), "hint check run next_pane next_step"),
    ("double", ("f2", "f2"), "check run next_pane next_step"),
    ("double", ("f5",), "hint next_pane next_step stop"),
    ("no-hints", (), "check next_pane next_step"),
]


def footer(app: TutorApp) -> list[str]:
    """The names of the actions that the last line offers, as far as they depend on the state."""
    screen = lesson_screen(app)
    offered = offered_commands(screen.live_kind, screen.session)
    return [a.name for a in offered if a.in_footer and a.name != "help"]


async def play(app: TutorApp, pilot: Pilot[None], keys: Sequence[str], *, held: bool) -> None:
    for key in keys:
        await pilot.press(key)
        await pilot.pause()
    if not held:
        await eventually(lambda: lesson_screen(app).session.activity is None, "the end of the run")
    await pilot.pause()


def seen(app: TutorApp) -> object:
    """All that a key may change, but for the notice that says why it does nothing."""
    return replace(lesson_screen(app).session, notice=""), app.focused, len(app.screen_stack)


async def assert_acts(app: TutorApp, pilot: Pilot[None], name: str) -> None:
    """Press the action's key, and wait until it has changed something."""
    before = seen(app)
    await pilot.press(NAMED[name].keys[0])
    await eventually(lambda: seen(app) != before, name)


@pytest.mark.timeout(120)
@pytest.mark.parametrize(("step", "keys", "expected"), STATES)
async def test_what_the_last_line_offers_acts(
    tmp_path: Path, step: str, keys: Sequence[str], expected: str
) -> None:
    held = keys == ("f5",)
    pressed = [name for name in expected.split() if not keys or name not in ALWAYS]
    for number, name in enumerate(pressed):
        folder = tmp_path / str(number)
        write_course(folder / "lessons", STEPS)
        client = FakeClient([finished()], held=held)
        app = tutor_app(folder, client=client, start_at=step)
        async with opened(app) as pilot:
            await play(app, pilot, keys, held=held)
            assert footer(app) == expected.split()
            await assert_acts(app, pilot, name)


@pytest.mark.parametrize(("size", "shown"), [(NARROW, False), (MEDIUM, True)])
async def test_the_strip_has_the_sizes_only_where_there_is_a_border_to_move(
    tmp_path: Path, size: tuple[int, int], shown: bool
) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, size) as pilot:
        await pilot.press("escape")
        await pilot.pause()
        text = screen_text(app)
        for words in ("> Wider", "= Usual sizes"):
            assert (words in text) == shown


@pytest.mark.parametrize(
    ("state", "kind", "offered", "left_out"),
    [
        (State(), "code", "step_phase terms", "pause more_time stop printed givens picture back"),
        (RUNNING, "code", "pause step_phase stop more_time", "run check"),
        (
            replace(RUNNING, activity=Activity(1, "check")),
            "code",
            "stop",
            "pause step_phase more_time run check",
        ),
        (
            State(reported=frozenset({OutputWritten}), way_back=(Place("a", "", 0, 0, 0),)),
            "code",
            "printed back",
            "stop",
        ),
        (FIRST, "read", "picture next_step outline", "previous_step terms"),
        (State(), "none", "help palette redraw quit", "run outline"),
    ],
)
def test_what_does_nothing_is_not_offered(
    state: State, kind: KindOrNone, offered: str, left_out: str
) -> None:
    names = {command.name for command in offered_commands(kind, state)}
    assert set(offered.split()) <= names
    assert names & set(left_out.split()) == set()
