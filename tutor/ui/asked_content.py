"""The last run's answer to a question, with its styles."""

from __future__ import annotations

from textual.content import Content

from tutor.session.words.asked_text import AskedText
from tutor.ui.marks import Marks
from tutor.ui.words import inline


def asked_content(told: AskedText, marks: Marks) -> Content:
    """Return the value, or the explanation and the message that it is about."""
    words = inline(marks.transcribe(marks.fill(told.words)))
    parts = [Content(told.shown), words] if told.is_value else [words, Content(told.shown)]
    return Content("\n").join(part for part in parts if part.plain)
