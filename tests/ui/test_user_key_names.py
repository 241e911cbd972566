"""Whatever names a key names the learner's own: panes, dialogs, notices and lessons."""

from __future__ import annotations

from pathlib import Path

from textual.widgets import Static

from tests.support.tutor_app import (
    DOUBLE,
    MEDIUM,
    READ,
    lesson_screen,
    opened,
    screen_text,
    tutor_app,
    write_course,
)
from tests.support.wait import eventually
from tutor.config import Config
from tutor.course.model import CodeStep, PredictStep, QuizStep, Term
from tutor.course.terms import GlossaryEntry
from tutor.grading.verdict import PredictionResult, Verdict
from tutor.progress.fold import Progress
from tutor.session.state import Activity, Pause, State
from tutor.session.words.key_names import fill_step, guard
from tutor.ui.app import TutorApp
from tutor.ui.keys import key_names
from tutor.ui.marks import Marks, marks_of
from tutor.ui.panes.hints import hint_texts, more_words
from tutor.ui.panes.lesson import end_words
from tutor.ui.panes.predict import how_words
from tutor.ui.panes.status_line import status_words
from tutor.ui.panes.verdict import next_words
from tutor.ui.remapping import remap
from tutor.ui.screens.glossary import GlossaryScreen
from tutor.ui.screens.help import HelpScreen
from tutor.wire.commands import Limits
from tutor.wire.events import Paused

USER_KEYS: dict[str, tuple[str, ...]] = {
    "check": ("f11",),
    "next_step": ("f12",),
    "help": ("ctrl+o",),
    "ladder": ("ctrl+b",),
    "run": ("shift+f5",),
}
ONLY = frozenset({"check", "next_step", "help"})

CODE = CodeStep(id="c", title="C", text="", scaffold="", solution="", hints=("{key:check}.",))

NUMBER = """
id = "number-me"
kind = "quiz"
mode = "number"
title = "How many legs?"
text = "How many legs has a spider? {key:check} checks it."
answer = "8"

[[wrong]]
answer = "6"
why = "An insect has six. {key:next_step} goes on."
"""

GUESS = """
id = "count-me"
kind = "predict"
mode = "number"
title = "A sum"
text = "What is `y`?"
program = "y = 7 + 1"
answer = "y"
after = "{key:next_step} leads to more."

[[wrong]]
answer = "7"
why = "Then {key:check}: it is one more."
"""


def user_marks() -> Marks:
    return marks_of("unicode", remap(USER_KEYS, ONLY).keys)


def test_an_action_is_called_by_its_first_key_or_by_its_letter() -> None:
    names = key_names()
    assert [names[name] for name in ("check", "quit", "more_time", "pause", "palette")] == [
        "F4",
        "Ctrl+Q",
        "Esc, m",
        "Esc, Enter",
        "F10",
    ]
    assert (names["run.all"], names["hint.all"]) == ("F5 or Ctrl+J", "F2")
    assert names["more_time.all"] == "Esc, m"


def test_the_learners_own_keys_take_their_place() -> None:
    names = user_marks().keys
    assert [names[name] for name in ("check", "next_step", "ladder", "run")] == [
        "F11",
        "F12",
        "Ctrl+B",
        "F5",
    ]
    assert names["run.all"] == "F5, Ctrl+J or Shift+F5"


def test_panes_name_them() -> None:
    marks = user_marks()
    state = State(step=fill_step(CODE, marks.keys), progress=Progress(hints={CODE.id: 1}))
    told = [
        end_words(state, marks, below=False, here=True).plain,
        more_words(state, marks).plain,
        *hint_texts(state),
        next_words(Verdict("accept"), CODE, marks)[1].plain,
        how_words(
            PredictStep(id="p", title="P", text="", mode="one", program="", scaffold="x"),
            State(
                prediction_result=PredictionResult(QuizStep(id="p", title="P", text="", mode="one"))
            ),
            marks,
            guessed=True,
        ),
    ]
    assert told == [
        "F6 goes to the code, F11 checks it.",
        "There are no more. Ctrl+B asks whether to show one solution word by word.",
        "**Hint 1 of 1.** F11.",
        "F12 goes on to the next step. Esc, 3 shows one way to write it.",
        "Esc, 3: change the code and run it. F12 goes on.",
    ]


def test_the_status_line_names_them() -> None:
    marks = marks_of("unicode", {"pause": ("f11",)})
    activity = Activity(1, "run", begun=True, limits=Limits(10), pause=Pause(1, at=Paused(1)))
    assert "F11 goes on" in status_words(State(activity=activity), marks).plain
    notice = State(notice=f"{guard('{key:pause}')}: {{key:pause}} goes on, {{key:none}}")
    assert status_words(notice, marks).plain == "● {key:pause}: F11 goes on, {key:none}"


async def test_text_of_a_lesson_names_them_and_what_the_learner_typed_stays(tmp_path: Path) -> None:
    write_course(tmp_path / "lessons", {"10-number-me": NUMBER})
    app = app_with_user_keys(tmp_path, "number-me")
    async with opened(app, MEDIUM) as pilot:
        await pilot.pause()
        assert screen_text(app).count("F11 checks it.") == 2  # in the text and the question
        await pilot.press(*"{key:check}", "f11")
        await eventually(lambda: "{key:check} is not a number." in screen_text(app), "a verdict")
        await pilot.press(*["backspace"] * len("{key:check}"), "6", "f11")
        await eventually(lambda: "F12 goes on." in screen_text(app), "the reason")


async def test_a_notice_names_them(tmp_path: Path) -> None:
    app = app_with_user_keys(tmp_path, "double")
    async with opened(app, MEDIUM) as pilot:
        lesson_screen(app).tutor.notify("{key:check} says what is missing.")
        await pilot.pause()
        assert "F11 says what is missing." in screen_text(app)


async def test_the_help_names_its_own_key_and_is_left_by_it(tmp_path: Path) -> None:
    write_course(tmp_path / "lessons", {"10-read-me": READ, "30-double": DOUBLE})
    app = app_with_user_keys(tmp_path, "double")
    async with opened(app, MEDIUM) as pilot:
        await pilot.press("ctrl+o")
        await eventually(lambda: isinstance(app.screen, HelpScreen), "the help")
        said = str(app.screen.query_one(".introduction", Static).render())
        assert "press F11." in said
        assert "Esc or Ctrl+O leaves this help." in said
        await pilot.press("ctrl+o")
        await eventually(lambda: app.screen is lesson_screen(app), "the step")


async def test_terms_name_them(tmp_path: Path) -> None:
    term = Term(name="loss", say="How wrong. {key:check} tells.")
    app = app_with_user_keys(tmp_path, "double")
    async with opened(app, MEDIUM) as pilot:
        await app.push_screen(
            GlossaryScreen([GlossaryEntry(term, "Basics", None)], None, user_marks())
        )
        await pilot.pause()
        assert "How wrong. F11 tells." in screen_text(app)


async def test_after_a_guess_they_are_named_too(tmp_path: Path) -> None:
    write_course(tmp_path / "lessons", {"10-count-me": GUESS})
    app = app_with_user_keys(tmp_path, "count-me")
    async with opened(app, MEDIUM) as pilot:
        await pilot.press(*"7", "enter")
        await eventually(lambda: "Then F11: it is one more." in screen_text(app), "the reason")
        await eventually(lambda: "F12 leads to more." in screen_text(app), "the text at the end")


def app_with_user_keys(folder: Path, step: str) -> TutorApp:
    return tutor_app(folder, config=Config(keys=USER_KEYS, only=ONLY), start_at=step)
