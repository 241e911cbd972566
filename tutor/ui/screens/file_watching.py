"""Have a file stand in for the editor of a step, and ask where both hold other code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from tutor.course.model import Step
from tutor.first_screen.given_code import all_givens
from tutor.progress.watched_file import copy_name
from tutor.session.file_watch import BothChanged, CannotWatch, Choice, FileWatch
from tutor.session.words.key_names import guard
from tutor.ui.screens.choice_dialog import BOTH_KEYS, ChoiceDialog

if TYPE_CHECKING:
    from textual.app import App

TITLE = "{name} holds other code than the editor"
QUESTIONS: dict[Choice, str] = {
    "file": "Go on with {name}? The code here is kept in {copy}.",
    "copy": "Go on with the code here, in a new file, {copy}?",
}


async def begin_watching(
    app: App[None],
    watch: FileWatch,
    step: Step,
    source: Callable[[], str],
    *,
    columns: Callable[[], int],
    tell: Callable[[str], None],
) -> None:
    """Watch a file named after the step, in the folder where the app was started.

    `source` returns the code in the editor. What goes wrong is told.
    """
    path, given = Path(f"{step.id}.py"), all_givens(step)
    try:
        try:
            await watch.begin(step, path, source(), given, columns=columns)
        except BothChanged:
            choice = await app.push_screen_wait(_questions(path, source()))
            if choice is not None:
                chosen = cast("Choice", choice)
                await watch.begin(step, path, source(), given, choice=chosen, columns=columns)
    except CannotWatch as problem:
        tell(guard(str(problem)))


def _questions(path: Path, text: str) -> ChoiceDialog[str]:
    names = {"name": path.name, "copy": copy_name(path, text)}
    questions: dict[str, str] = {
        choice: words.format(**names) for choice, words in QUESTIONS.items()
    }
    return ChoiceDialog(TITLE.format(**names), questions, keys=BOTH_KEYS)
