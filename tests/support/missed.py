"""A learner who missed something some days ago, at a small course with questions and code."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from tests.support.guesses import STEP
from tests.support.lessons import PREDICT
from tests.support.tutor_app import QUIZ, READ, write_course
from tutor.progress.entries import AnswerJudged, Entry, QuizAnswered, StepRead
from tutor.progress.journal import Journal

TRUE_FALSE = """
id = "judge-me"
kind = "quiz"
mode = "true-false"
title = "True or false?"
section = "1.4"
text = "Mark each statement."

[[option]]
text = "Two is more than one."
correct = true
why = "It is one more."

[[option]]
text = "One is more than two."
why = "It is one less."
"""

NUMBER = """
id = "how-many"
kind = "quiz"
mode = "number"
title = "How many?"
section = "1.5"
text = "How many are two and two?"
answer = "4"

[[wrong]]
answer = "5"
why = "That is two and three."
"""

STEPS = {
    "10-read-me": READ,
    "20-ask-me": QUIZ,
    "30-double": STEP,
    "40-judge-me": TRUE_FALSE,
    "50-how-many": NUMBER,
    "60-halved": PREDICT,
}

SQUARED = (
    AnswerJudged(step="double", verdict="reject", slug="squared"),
    AnswerJudged(step="double", verdict="accept"),
)
QUIZZES = tuple(
    QuizAnswered(step=step, verdict=verdict)
    for step in ("ask-me", "judge-me", "how-many")
    for verdict in ("reject", "accept")
)
GUESS = (QuizAnswered(step="halved", verdict="reject"), StepRead(step="halved"))


def missed(folder: Path, now: datetime, *entries: Entry, days: int = 2) -> None:
    """Write the small course, and a journal with these entries, `days` before `now`."""
    if not (folder / "lessons").exists():
        write_course(folder / "lessons", STEPS)
    at = now - timedelta(days=days)
    journal = Journal(folder / "data", now=lambda: at)
    for entry in entries:
        journal.record(entry)
    journal.close()
