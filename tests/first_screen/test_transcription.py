"""Formulas in ASCII: how they read, and that no lesson has a character that is left over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.lessons import LESSONS
from tutor.first_screen.text_lines import text_lines
from tutor.first_screen.transcription import IN_ONE_CELL, transcribed
from tutor.toml_text import parse_toml
from tutor.ui.widgets.ascii_filter import REPLACEMENTS


def texts_of(value: object) -> Iterator[str]:
    """All strings in what a TOML file holds."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from texts_of(each)


FILES = sorted(LESSONS.rglob("*.toml"))


def drawn(markdown: str) -> str:
    """The text as it is drawn in ASCII, row by row."""
    lines = text_lines(transcribed(markdown, "ascii"), 70)
    return "\n".join(line.plain for line in lines).translate(REPLACEMENTS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("σ(z) = 1 / (1 + e⁻ᶻ)", "sigma(z) = 1 / (1 + e^-z)"),
        ("pᵢ = e^zᵢ / Σⱼ e^zⱼ", "p_i = e^z_i / sum_j e^z_j"),
        ("w₁·x₁ + w₂·x₂ + … + w₈·x₈", "w_1*x_1 + w_2*x_2 + ... + w_8*x_8"),
        ("e¹⁰⁰⁰, and e²·⁴ = 11.02", "e^1000, and e^2.4 = 11.02"),
        ("W ← W − lr · ∂L/∂W", "W <- W - lr * dL/dW"),
        ("| a | ‖∂L/∂W‖ |\n|---|---|\n| −2 | x² |", "a    ||dL/dW||\n-2   x^2"),
        ("*−3 · 2 · −1*", "-3 * 2 * -1"),
        ("σ in `x²`", "sigma in x^2"),
        ("für 层", "für 层"),
    ],
)
def test_formulas_read_as_formulas(text: str, expected: str) -> None:
    assert [row.rstrip() for row in drawn(text).split("\n")] == expected.split("\n")
    assert transcribed(text, "unicode") == text


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_every_cell_of_a_lesson_text_is_ascii_and_transcribed(file: Path) -> None:
    left = re.compile(f"[{''.join(IN_ONE_CELL)}]")
    for text in texts_of(parse_toml(file.read_text(encoding="utf-8"))):
        assert drawn(text).isascii(), text
        assert not left.search(transcribed(text, "ascii")), text


def test_each_character_in_one_cell_is_ascii() -> None:
    assert all(len(one) == 1 and one.isascii() for one in IN_ONE_CELL.values())
