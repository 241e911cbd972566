"""The lines of a confusion matrix and of pictures, with colours and without."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style

from tutor.first_screen.glyphs import ASCII, UNICODE
from tutor.session.words.model_text import confusion_words, is_sound, sample_words
from tutor.ui.charts.classes import ClassPainter
from tutor.ui.charts.picture import Piece
from tutor.ui.charts.shades import MANY
from tutor.wire.models import AnswersCounted, Confusion, SamplePicture

COUNTS = Confusion(3, (4, 0, 1, 0, 5, 0, 2, 0, 3))
COLOURED, PLAIN = ClassPainter(UNICODE, MANY), ClassPainter(ASCII, None)
PIXELS = bytes(range(0, 256, 4))


def text(line: list[Piece]) -> str:
    return "".join(piece for piece, _ in line)


def test_each_class_has_a_row_and_a_column() -> None:
    lines = [text(line) for line in COLOURED.matrix(COUNTS, 40, 10, "step 5")]
    assert lines == [
        "right   0   1   2 given  step 5",
        "    0   4   ·   1 ",
        "    1   ·   5   · ",
        "    2   2   ·   3 ",
    ]


def test_what_is_right_is_blue_and_what_is_wrong_orange() -> None:
    styles = {
        piece.strip(): style
        for line in COLOURED.matrix(COUNTS, 40, 10)
        for piece, style in line
        if isinstance(style, Style)
    }
    for count, is_blue in (("4", True), ("5", True), ("1", False), ("2", False)):
        ground = styles[count].bgcolor
        assert ground is not None
        red, _, blue = ground.get_truecolor()
        assert (blue > red) == is_blue, count


def test_without_colours_what_is_wrong_is_turned_round() -> None:
    lines = PLAIN.matrix(COUNTS, 40, 10)
    assert all(text(line).isascii() for line in lines)
    turned = {
        piece.strip()
        for line in lines
        for piece, style in line
        if isinstance(style, Style) and style.reverse
    }
    assert turned == {"1", "2"}


@given(
    st.integers(2, 20).flatmap(
        lambda n: st.builds(
            Confusion,
            st.just(n),
            st.lists(st.integers(0, 20_000), min_size=n * n, max_size=n * n).map(tuple),
        )
    ),
    st.integers(9, 100),
    st.integers(2, 30),
    st.sampled_from([COLOURED, PLAIN]),
)
def test_it_keeps_to_its_room(
    confusion: Confusion, width: int, height: int, painter: ClassPainter
) -> None:
    lines = painter.matrix(confusion, width, height, "step 12345 (nearest)")
    assert len(lines) <= height
    assert all(len(text(line)) <= width for line in lines)
    assert is_sound(confusion)
    assert str(sum(confusion.counts)) in confusion_words(confusion)


@pytest.mark.parametrize(("painter", "rows"), [(COLOURED, 4), (PLAIN, 8)])
def test_pictures_stand_over_their_classes(painter: ClassPainter, rows: int) -> None:
    samples = (SamplePicture(PIXELS, 3, 5), SamplePicture(PIXELS, 1, 1))
    lines = painter.pictures(samples, 60, 20)
    assert len(lines) == rows + 1
    assert text(lines[-1]).split() == ["3", "as", "5", "1"]
    assert all(len(text(line)) <= 60 for line in lines)
    assert "no room" in text(painter.pictures(samples, 40, 3)[0])


def test_the_sentence_tells_the_commonest_mistake() -> None:
    assert confusion_words(COUNTS) == (
        "Right: 12 of the 15 rows of the last batch. "
        "Most often, class 2 is taken for class 0: 2 times."
    )
    assert confusion_words(Confusion(2, (3, 1, 0, 2))) == (
        "Right: 5 of the 6 rows of the last batch. One row of class 0 is taken for class 1."
    )
    one = Confusion(2, (1, 0, 0, 0))
    assert confusion_words(one) == "Right: 1 of the one row of the last batch."
    assert confusion_words(one, step=64) == "Right: 1 of the one row of the batch of step 64."
    assert sample_words(Confusion(2, (1, 0, 1, 0), (SamplePicture(PIXELS, 1, 0),))).startswith(
        "Wrong"
    )
    assert not is_sound(Confusion(2, (1, 2)))


@pytest.mark.parametrize(
    ("total", "words"),
    [
        (
            1400,
            "Right: 1,300 of all 1,400 rows of x_train. "
            "Most often, class 0 is taken for class 1: 100 times.",
        ),
        (
            60000,
            "Right: 1,300 of 1,400 rows, spread over the 60,000 of x_train. "
            "Most often, class 0 is taken for class 1: 100 times.",
        ),
    ],
)
def test_the_sentence_tells_of_which_data_the_rows_are(total: int, words: str) -> None:
    counts = Confusion(2, (600, 100, 0, 700))
    assert confusion_words(counts, AnswersCounted(9, counts, "x_train", total)) == words


def test_large_counts_are_told_in_thousands() -> None:
    line = COLOURED.matrix(Confusion(2, (999, 1000, 12_345, 10**6)), 40, 5)
    assert [text(each).split() for each in line[1:]] == [["0", "999", "1k"], ["1", "12k", "99k"]]
