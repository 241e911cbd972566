"""Names of keys in texts: filled from the learner's own, and never within what others wrote."""

from __future__ import annotations

import pytest

from tutor.course.model import QuizStep
from tutor.course.step_tables import KnownWrongAnswer, Option
from tutor.session.words.key_names import (
    actions_in,
    fill_keys,
    fill_known_keys,
    fill_lesson_keys,
    fill_question,
    guard,
)

NAMES = {"check": "F4", "check.all": "F4 or Ctrl+T", "more_time": "Esc, m"}


def test_names_of_keys_are_put_in() -> None:
    assert fill_keys("{key:check} checks it, {key:more_time}.", NAMES) == "F4 checks it, Esc, m."
    assert fill_keys("{key:check.all} checks it.", NAMES) == "F4 or Ctrl+T checks it."


def test_an_action_that_there_is_none_of_is_an_error() -> None:
    with pytest.raises(KeyError, match="chekc"):
        fill_keys("{key:chekc} checks it.", NAMES)


def test_other_braces_stay() -> None:
    text = "{} {0} {check} {key} { key:check} {key:check } {key:Check} {key:check:>3}"
    assert fill_keys(text, NAMES) == text


def test_of_text_that_is_not_our_own_what_names_no_action_stays() -> None:
    assert fill_known_keys("{key:check}, {key:value}", NAMES) == "F4, {key:value}"


@pytest.mark.parametrize("text", ["{key:check}", "{{key:check}}", "{{{key:check}", "{key:value}{"])
def test_what_others_wrote_can_be_guarded(text: str) -> None:
    notice = f"{guard(text)} is here, {{key:check}} checks it."
    for fill in (fill_keys, fill_known_keys):
        assert fill(notice, NAMES) == f"{text} is here, F4 checks it."


def test_code_in_a_lesson_stays() -> None:
    text = (
        "`{key:check}` and ``{key:check}`` {key:check}\n\n"
        "```python\nd = {key:check}\n```\n\n~~~\n{key:check}\n~~~\n\n{key:check} {key:value}"
    )
    filled = fill_lesson_keys(text, NAMES)
    assert filled.splitlines()[0] == "`{key:check}` and ``{key:check}`` F4"
    assert filled.splitlines()[3] == "d = {key:check}"
    assert filled.splitlines()[7] == "{key:check}"
    assert filled.splitlines()[10] == "F4 {key:value}"
    assert list(actions_in(text)) == ["check", "check", "value"]


def test_all_that_is_asked_and_told_of_a_question_is_filled() -> None:
    key = "{key:check}"
    step = QuizStep(
        id="q",
        title="Q",
        text=key,
        mode="one",
        options=(Option(text=key, why=key),),
        known_wrong=(KnownWrongAnswer(answer="1", why=key),),
    )
    filled = fill_question(step, NAMES)
    assert [filled.text, filled.options[0].text, filled.options[0].why] == ["F4"] * 3
    assert filled.known_wrong[0].why == "F4"
    assert (filled.id, filled.mode, filled.known_wrong[0].answer) == ("q", "one", "1")
