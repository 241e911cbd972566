"""Where something is to be written."""

from __future__ import annotations

from tutor.course.blanks import blanks, next_blank, previous_blank

CODE = [
    "x = ____  # ...",
    "y = f(...)",
    "s = '____' + \"...\"  # ____",
    "__init__ = a____b",
    "z = ..., ....",
]
FIRST, SECOND, THIRD = ((0, 4), (0, 8)), ((1, 6), (1, 9)), ((4, 4), (4, 7))


def test_blanks_are_not_in_comments_strings_and_names() -> None:
    assert blanks(CODE) == [FIRST, SECOND, THIRD]
    assert blanks(['"""Compute..."""', "pass"]) == []


def test_they_follow_each_other_round_and_round() -> None:
    assert next_blank(CODE, (0, 0)) == FIRST
    assert next_blank(CODE, (0, 8)) == SECOND
    assert next_blank(CODE, (4, 7)) == FIRST
    assert previous_blank(CODE, (4, 4)) == SECOND
    assert previous_blank(CODE, (0, 4)) == THIRD
    assert next_blank(["x"], (0, 0)) is None
    assert previous_blank(["x"], (0, 0)) is None
