"""Short Markdown as text, and the words for verdicts."""

from __future__ import annotations

import pytest

from tutor.grading.verdict import CheckResult, Verdict
from tutor.ui.marks import ASCII, UNICODE
from tutor.ui.words import inline, split_first_sentence, verdict_head


@pytest.mark.parametrize(
    ("text", "sentence", "rest"),
    [
        ("It is 0.5. Call it.", "It is 0.5.", "Call it."),
        ("Call `f(x). y`. Then go on.", "Call `f(x). y`.", "Then go on."),
        ("No full stop", "No full stop", ""),
        ("One line\nwrapped here.\nTwo.", "One line wrapped here.", "Two."),
        ("Why? Because.", "Why?", "Because."),
        ("", "", ""),
        ("First paragraph\n\n- a list\n- of two", "First paragraph", "- a list\n- of two"),
    ],
)
def test_the_first_sentence_ends_outside_code(text: str, sentence: str, rest: str) -> None:
    assert split_first_sentence(text) == (sentence, rest)


def test_code_and_bold_lose_their_marks_and_markup_means_nothing() -> None:
    content = inline("Call `f[0]` **now** [red]not[/]")
    assert content.plain == "Call f[0] now [red]not[/]"
    assert inline("backward *adds* to it: `a * b`").plain == "backward adds to it: a * b"


def test_a_verdict_is_told_by_sign_and_word() -> None:
    checks = (CheckResult("y", True), CheckResult("z", False))
    head = verdict_head(Verdict("reject", checks=checks), UNICODE, with_count=True).plain
    assert head == "✗ Not yet · 1 of 2 checks hold"
    varied = (*checks, CheckResult("y", False, variation="x = 1"))
    head = verdict_head(Verdict("reject", checks=varied), UNICODE, with_count=True).plain
    assert head == "✗ Not yet · 0 of 2 checks hold", "one check, whatever it is asked under"
    assert (
        verdict_head(Verdict("accept", checks=checks), ASCII, with_count=False).plain == "+ Right"
    )
