"""Where sentences are broken for a terminal."""

from __future__ import annotations

import sys
from io import StringIO

import pytest

from tutor.watch.wrapped_text import terminal_columns, wrapped

SENTENCE = "Where a run is quick, a check follows."


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        (SENTENCE, 20, ["Where a run is", "quick, a check", "follows."]),
        (f"\n{SENTENCE}\nShort.", 30, ["", "Where a run is quick, a check", "follows.", "Short."]),
        (f"- {SENTENCE}", 30, ["- Where a run is quick, a", "  check follows."]),
        (f"10. {SENTENCE}", 30, ["10. Where a run is quick, a", "    check follows."]),
        (SENTENCE, len(SENTENCE), [SENTENCE]),
        (SENTENCE, 0, [SENTENCE]),
        (SENTENCE, 5, [SENTENCE]),
        (f"    {SENTENCE}", 20, [f"    {SENTENCE}"]),
        (
            "See /a/long-path/to/the-file.py now.",
            20,
            ["See", "/a/long-path/to/the-file.py", "now."],
        ),
    ],
)
def test_lines_end_between_words(text: str, columns: int, lines: list[str]) -> None:
    assert wrapped(text, columns).split("\n") == lines


def test_only_a_terminal_has_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "70")
    monkeypatch.setattr(sys, "stdout", StringIO())
    assert terminal_columns() == 0
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert terminal_columns() == 70
