"""The chapter's walk keeps byte for byte the journal that it kept before, but for durations.

After a change of a lesson, of the walk or of the journal, `python -m
tests.content.test_chapter_journal` writes `chapter_journal.jsonl` again. Read the difference before
it is committed.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest

from tests.support.chapter_walk import walked_without_screen

CHAPTER = "architecture"
KEPT = Path(__file__).with_name("chapter_journal.jsonl")


def _journal(folder: Path) -> str:
    """Walk through the chapter; return the journals of both sittings, with no durations."""
    data = walked_without_screen(folder, CHAPTER)
    files = sorted((data / "journal").iterdir())  # named by the time at which they were begun
    text = "".join(file.read_text() for file in files)
    return re.sub(r'"milliseconds":[\d.]+', '"milliseconds":0', text)


@pytest.mark.process
@pytest.mark.timeout(300)
def test_the_chapter_leaves_the_journal_it_left_before(tmp_path: Path) -> None:
    assert _journal(tmp_path).splitlines() == KEPT.read_text().splitlines()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        KEPT.write_text(_journal(Path(folder)))
