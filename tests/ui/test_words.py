"""Short Markdown as text, and the words for verdicts."""

from __future__ import annotations

import pytest

from tutor.grading.verdict import CheckResult, Verdict
from tutor.ui.signs import ASCII, UNICODE
from tutor.ui.words import after_first_sentence, first_sentence, inline, verdict_head


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("It is 0.5. Call it.", "It is 0.5."),
        ("Call `f(x). y`. Then go on.", "Call `f(x). y`."),
        ("No full stop", "No full stop"),
        ("One line\nwrapped here. Two.", "One line wrapped here."),
        ("Why? Because.", "Why?"),
        ("", ""),
        ("First paragraph\n\nSecond.", "First paragraph"),
    ],
)
def test_the_first_sentence_ends_outside_code(text: str, sentence: str) -> None:
    assert first_sentence(text) == sentence


def test_the_rest_follows_the_first_sentence() -> None:
    assert after_first_sentence("One. Two.\n\nThree\nfour.") == "Two.\nThree four."
    assert after_first_sentence("One.") == ""


def test_code_and_bold_lose_their_marks_and_markup_means_nothing() -> None:
    content = inline("Call `f[0]` **now** [red]not[/]")
    assert content.plain == "Call f[0] now [red]not[/]"


def test_a_verdict_is_told_by_sign_and_word() -> None:
    checks = (CheckResult("y", True), CheckResult("z", False))
    head = verdict_head(Verdict("reject", checks=checks), UNICODE).plain
    assert head == "✗ Not yet · 1 of 2 checks"
    assert verdict_head(Verdict("accept"), ASCII).plain == "+ Right"
