"""The texts of the pane Hints."""

from __future__ import annotations

from tutor.course.model import CodeStep
from tutor.progress.fold import Progress
from tutor.session.state import State
from tutor.ui.panes.hints import hint_texts

STEP = CodeStep(
    id="code", title="Code", text="…", scaffold="", solution="", hints=("look", "take", "write")
)


def test_hints_stand_and_count_in_the_order_in_which_they_were_asked_for() -> None:
    asked = State(step=STEP, progress=Progress(hints={"code": 2}, hint_numbers={"code": (3, 1)}))
    assert hint_texts(asked) == ("**Hint 1 of 3.** write", "**Hint 2 of 3.** look")


def test_once_the_step_is_done_they_stand_as_in_its_file() -> None:
    progress = Progress(hints={"code": 1}, hint_numbers={"code": (3,)}, done=frozenset({"code"}))
    texts = hint_texts(State(step=STEP, progress=progress))
    assert [text[:10] for text in texts] == ["**Hint 1 o", "**Hint 2 o", "**Hint 3 o"]
