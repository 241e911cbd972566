"""What is looked for, and put in its place."""

from __future__ import annotations

import signal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.editor.test_whole_lines import applied
from tutor.ui.editor.finding import TOO_SLOW, Finder, FindOptions, replaced_all

LINES = ["Loss = loss(x)", "", "lossy"]
PLAIN = FindOptions()


def test_capitals_count_where_there_are_any() -> None:
    assert [span[0] for span in Finder(LINES, "loss", PLAIN).spans] == [(0, 0), (0, 7), (2, 0)]
    assert [span[0] for span in Finder(LINES, "Loss", PLAIN).spans] == [(0, 0)]
    assert Finder(LINES, "", PLAIN).spans == []
    assert Finder(["a.b", "axb"], "a.b", PLAIN).spans == [((0, 0), (0, 3))]


def test_the_search_goes_round() -> None:
    finder = Finder(LINES, "loss", PLAIN)
    assert finder.from_place((0, 1)) == ((0, 7), (0, 11))
    assert finder.from_place((2, 1)) == ((0, 0), (0, 4))
    assert finder.before((0, 7)) == ((0, 0), (0, 4))
    assert finder.before((0, 0)) == ((2, 0), (2, 4))
    assert Finder(LINES, "nowhere", PLAIN).from_place((0, 0)) is None
    assert Finder(LINES, "nowhere", PLAIN).before((0, 0)) is None


@given(
    st.lists(st.text(st.sampled_from("ab\\1"), max_size=6), min_size=1, max_size=4),
    st.text(st.sampled_from("ab"), min_size=1, max_size=2),
    st.text(st.sampled_from("ab\\1"), max_size=3),
)
def test_all_are_replaced_by_the_words_as_they_are(lines: list[str], words: str, by: str) -> None:
    change = replaced_all(Finder(lines, words, PLAIN), by, (len(lines) - 1, len(lines[-1])))
    expected = [line.replace(words, by) for line in lines]
    assert (applied(lines, change) if change else lines) == expected


@pytest.mark.parametrize(
    ("words", "options", "found"),
    [
        ("loss", FindOptions(case=True), [(0, 7), (2, 0)]),
        ("loss", FindOptions(word=True), [(0, 0), (0, 7)]),
        ("loss", FindOptions(case=True, word=True), [(0, 7)]),
        ("(x)", FindOptions(word=True), []),
        ("lo.s", FindOptions(regex=True), [(0, 0), (0, 7), (2, 0)]),
        ("l.s|x", FindOptions(word=True, regex=True), [(0, 12)]),
        (r"\S=?", FindOptions(regex=True), [(0, column) for column in range(4)]),
        ("^|x*", FindOptions(regex=True), [(0, 12)]),
        ("lo.s", PLAIN, []),
    ],
)
def test_options_say_what_is_found(
    words: str, options: FindOptions, found: list[tuple[int, int]]
) -> None:
    spans = Finder(LINES, words, options).spans
    assert [span[0] for span in spans][: len(found)] == found
    assert len(spans) == len(found) or words.startswith(r"\S")


def test_other_capitals_and_longer_names_are_left_alone() -> None:
    lines = ["foo = Foo(foobar, foo)", "x_foo = foo"]
    change = replaced_all(Finder(lines, "foo", FindOptions(case=True, word=True)), "b", (0, 22))
    assert change is not None
    assert applied(lines, change) == ["b = Foo(foobar, b)", "x_foo = b"]


def test_a_group_of_an_expression_stands_in_its_place() -> None:
    lines = ["f(a, b)", "f(c, d)"]
    finder = Finder(lines, r"f\((\w), (\w)\)", FindOptions(regex=True))
    change = replaced_all(finder, r"f(\2, \1)", (0, 0))
    assert change is not None
    assert applied(lines, change) == ["f(b, a)", "f(d, c)"]
    with pytest.raises(ValueError, match="nothing replaced: invalid group reference"):
        replaced_all(finder, r"\3", (0, 0))


@pytest.mark.parametrize("words", ["(", "[", "*", "(?P<", "a{2,1}", "(" * 200])
def test_what_is_no_expression_is_told(words: str) -> None:
    finder = Finder(LINES, words, FindOptions(regex=True))
    assert (finder.spans, finder.problem.partition(":")[0]) == ([], "not a regular expression")


def test_an_expression_that_takes_too_long_is_given_up() -> None:
    handler, timer = signal.getsignal(signal.SIGALRM), signal.getitimer(signal.ITIMER_REAL)
    finder = Finder(["a" * 60], "(a+)+b", FindOptions(regex=True))
    assert (finder.spans, finder.problem) == ([], TOO_SLOW)
    assert signal.getsignal(signal.SIGALRM) is handler
    assert (signal.getitimer(signal.ITIMER_REAL)[0] > 0) == (timer[0] > 0)
