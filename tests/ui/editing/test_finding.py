"""What is looked for, and put in its place."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.ui.editing.test_whole_lines import applied
from tutor.ui.editing.finding import Finder, replaced_all

LINES = ["Loss = loss(x)", "", "lossy"]


def test_capitals_count_where_there_are_any() -> None:
    assert [span[0] for span in Finder(LINES, "loss").spans] == [(0, 0), (0, 7), (2, 0)]
    assert [span[0] for span in Finder(LINES, "Loss").spans] == [(0, 0)]
    assert Finder(LINES, "").spans == []
    assert Finder(["a.b", "axb"], "a.b").spans == [((0, 0), (0, 3))]


def test_the_search_goes_round() -> None:
    finder = Finder(LINES, "loss")
    assert finder.from_place((0, 1)) == ((0, 7), (0, 11))
    assert finder.from_place((2, 1)) == ((0, 0), (0, 4))
    assert finder.before((0, 7)) == ((0, 0), (0, 4))
    assert finder.before((0, 0)) == ((2, 0), (2, 4))
    assert Finder(LINES, "nowhere").from_place((0, 0)) is None
    assert Finder(LINES, "nowhere").before((0, 0)) is None


@given(
    st.lists(st.text(st.sampled_from("ab\\1"), max_size=6), min_size=1, max_size=4),
    st.text(st.sampled_from("ab"), min_size=1, max_size=2),
    st.text(st.sampled_from("ab\\1"), max_size=3),
)
def test_all_are_replaced_by_the_words_as_they_are(lines: list[str], words: str, by: str) -> None:
    change = replaced_all(Finder(lines, words), by, (len(lines) - 1, len(lines[-1])))
    expected = [line.replace(words, by) for line in lines]
    assert (applied(lines, change) if change else lines) == expected
