"""The strip of tabs in more and fewer columns."""

from __future__ import annotations

from tutor.first_screen.tabs import Tab, tabs

NAMES = ("lesson", "code", "verdict")


def strip(width: int, *, unread: frozenset[str] = frozenset()) -> str:
    return "".join(tab.text for tab in tabs(NAMES, "code", width, unread=unread, mark="*"))


def test_it_is_as_wide_as_there_is_room_for() -> None:
    assert strip(0) == " 1 Lesson [2 Code] 3 Verdict "
    assert strip(29) == strip(0)
    assert strip(28) == "1 Lesson[2 Code]3 Verdict"


def test_what_is_unread_has_its_mark() -> None:
    assert strip(0, unread=frozenset({"verdict"})) == " 1 Lesson [2 Code] 3 Verdict*"
    assert strip(25, unread=frozenset({"verdict", "code"})) == "1 Lesson[2 Code]3*Verdict"


def test_a_click_goes_where_the_name_says_and_nowhere_between() -> None:
    assert tabs(("lesson", "code", "verdict"), "lesson", 28) == (
        Tab("[1 Lesson]", is_here=True),
        Tab("2 Code", 2),
        Tab(" "),
        Tab("3 Verdict", 3),
    )


def test_names_that_do_not_fit_stand_behind_one() -> None:
    assert strip(24) == "1 Lesson[2 Code] +1"
    assert strip(20, unread=frozenset({"verdict"})) == "1 Lesson[2 Code] +1*"
    assert strip(5) == "[2 Code] +2", "the pane that is looked at in any case"


def test_a_click_on_the_rest_goes_to_the_first_of_them() -> None:
    assert tabs(NAMES, "verdict", 18)[-1] == Tab("+2", 1)
    assert "".join(tab.text for tab in tabs(NAMES, "verdict", 24)) == "1 Lesson[3 Verdict] +1"
