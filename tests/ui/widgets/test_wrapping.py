"""Rows that fit, whatever the text."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tutor.ui.widgets.wrapping import Span, clip, fold, fold_at_spaces, fold_code, wrap_words

TEXTS = st.text(st.sampled_from("ab c数é\u0301🎉-"), max_size=60)
WIDTHS = st.integers(1, 20)


@pytest.mark.parametrize("rows_of", [fold, fold_at_spaces, fold_code])
@given(text=TEXTS, width=WIDTHS)
def test_folding_loses_nothing_and_fits(
    rows_of: Callable[[str, int], list[Span]], text: str, width: int
) -> None:
    spans = rows_of(text, width)
    assert "".join(text[start:end] for start, end in spans) == text
    for start, end in spans:
        assert cell_len(text[start:end]) <= max(width, 2)
        assert end > start or text == ""


@given(TEXTS, st.integers(2, 20))
def test_wrapping_keeps_all_words_and_fits(text: str, width: int) -> None:
    spans = wrap_words(text, width)
    kept = "".join(text[start:end] for start, end in spans)
    assert kept.replace(" ", "") == text.replace(" ", "")
    assert all(cell_len(text[start:end]) <= width for start, end in spans)
    assert [span for pair in spans for span in pair] == sorted(n for pair in spans for n in pair)


def test_words_stay_whole_where_they_can() -> None:
    text = "the loss  falls with everystepoftheway\nnow"
    assert [text[a:b] for a, b in wrap_words(text, 10)] == [
        "the loss",
        "falls with",
        "everystepo",
        "ftheway",
        "now",
    ]


def test_wide_characters_take_two_cells() -> None:
    assert fold("数字ab", 3) == [(0, 1), (1, 3), (3, 4)]
    assert fold("e\u0301e\u0301e", 2) == [(0, 4), (4, 5)]


def test_no_number_is_cut_in_two_where_rows_are_broken_at_spaces() -> None:
    def rows_of(text: str, width: int) -> list[str]:
        return [text[start:end] for start, end in fold_at_spaces(text, width)]

    assert rows_of("[ 0.91683, -12.5, 1.0e-05]", 12) == ["[ 0.91683, ", "-12.5, ", "1.0e-05]"]
    assert rows_of("a 12345678901", 10) == ["a 12345678", "901"]
    assert rows_of("loss 0.25 now", 9) == ["loss 0.25", " now"]


def test_a_clipped_text_says_so() -> None:
    assert clip("loss", 4, "…") == "loss"
    assert clip("losses", 4, "…") == "los…"
    assert clip("数字数", 4, "…") == "数…"
    assert clip("loss", 0, "…") == ""


@pytest.mark.parametrize(
    ("line", "rows"),
    [
        ("probability = sigmoid(score)", ["probability = ", "sigmoid(score)"]),
        ("loss=criterion(output,label)", ["loss=criterion(", "output,label)"]),
        ("x = torch.nn.functional.softmax", ["x = torch.nn", ".functional", ".softmax"]),
        ("a_b_c_d_e_f_g_h_i(1.5)", ["a_b_c_d_e_f_g_h_", "i(1.5)"]),
        ("optimizer_one.step()", ["optimizer_one", ".step()"]),
    ],
)
def test_code_is_broken_beside_its_names(line: str, rows: list[str]) -> None:
    assert [line[start:end] for start, end in fold_code(line, 16)] == rows
