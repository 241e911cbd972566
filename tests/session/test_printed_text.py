"""The words on the file with what a program printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutor.client.transcript import TranscriptExcerpt
from tutor.session.outside_editing import file_sentences


@pytest.mark.parametrize(
    ("left_out", "problem", "said"),
    [
        (0, "", "until the next run."),
        (1_234, "", "until the next run. The last 1,234 bytes are not in it."),
        (3 << 20, "No room", "until the next run. The last 3.0 MB are not in it (no room)."),
    ],
)
def test_what_is_missing_is_told(left_out: int, problem: str, said: str) -> None:
    words = " ".join(file_sentences(TranscriptExcerpt(Path("/tmp/a"), left_out, problem)))
    assert words == f"The output is in /tmp/a {said}"
