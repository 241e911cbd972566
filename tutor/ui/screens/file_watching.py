"""Replace the editor of a step by a file, and ask if the two hold different code."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from tutor.course.model import Step
from tutor.first_screen.given_code import all_givens
from tutor.progress.watched_file import copy_name
from tutor.session.file_watch import BothChanged, CannotWatch, Choice
from tutor.session.words.key_names import guard
from tutor.ui.screens.choice_dialog import BOTH_KEYS, ChoiceDialog

if TYPE_CHECKING:
    from tutor.ui.screens.lesson import LessonScreen

TITLE = "{name} holds other code than the editor"
QUESTIONS: dict[Choice, str] = {
    "file": "Go on with {name}? The code here is kept in {copy}.",
    "copy": "Go on with the code here, in a new file, {copy}?",
}


async def begin_watching(screen: LessonScreen, step: Step) -> None:
    """Watch a file named after the step, in the folder where the app was started.

    Errors are shown to the learner.
    """
    panes, watch = screen.panes, screen.tutor.answers.file_watch
    path, given = Path(f"{step.id}.py"), all_givens(step)
    begin = partial(watch.begin, step, path, columns=lambda: panes.output_columns)
    try:
        try:
            await begin(panes.code.source, given)
        except BothChanged:
            choice = await screen.app.push_screen_wait(_questions(path, panes.code.source))
            if choice is not None:
                await begin(panes.code.source, given, choice=cast("Choice", choice))
    except CannotWatch as problem:
        screen.notify_learner(guard(str(problem)))


def _questions(path: Path, text: str) -> ChoiceDialog[str]:
    names = {"name": path.name, "copy": copy_name(path, text)}
    questions: dict[str, str] = {
        choice: words.format(**names) for choice, words in QUESTIONS.items()
    }
    return ChoiceDialog(TITLE.format(**names), questions, keys=BOTH_KEYS)
