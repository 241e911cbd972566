"""Every fixed slug that the code can give is listed, and every one listed can be given."""

from __future__ import annotations

import re
from pathlib import Path

import tutor.grading
from tutor.grading.errors import TABLE
from tutor.grading.slugs import SLUGS

_FOLDER = Path(tutor.grading.__file__).parent
_TEXTS = {
    file.name: file.read_text(encoding="utf-8")
    for file in sorted(_FOLDER.rglob("*.py"))
    if file.name != "slugs.py"
}
_QUOTED = re.compile(r'"([a-z]+(?:-[a-z]+)+|stopped|crashed)"')
_NOT_SLUGS = {"not-attempted", "accept-with-note", "true-false"}


def test_every_listed_slug_stands_in_the_code() -> None:
    unused = [slug for slug in SLUGS if not any(f'"{slug}"' in text for text in _TEXTS.values())]
    assert unused == []


def test_every_slug_in_the_code_is_listed() -> None:
    found = {word for text in _TEXTS.values() for word in _QUOTED.findall(text)}
    assert found - _NOT_SLUGS - set(SLUGS) == set()


def test_slugs_of_the_table_are_listed() -> None:
    assert {row.slug for row in TABLE if isinstance(row.slug, str)} <= set(SLUGS)
