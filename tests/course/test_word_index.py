"""The index of words against a plain search of the texts."""

from __future__ import annotations

import pytest

from tests.support.lessons import chapter
from tutor.course.word_index import WordIndex


def indexed(texts: dict[str, str]) -> WordIndex:
    index = WordIndex()
    for step_id, text in texts.items():
        index.add(step_id, text)
    return index


@pytest.mark.parametrize(
    "part", ["sigmoid", "GRAD", "nn.Sequential", "e⁻ᶻ", "a", "e", "(1,", "*", "xyzzy"]
)
def test_it_finds_what_a_search_of_all_texts_finds(part: str) -> None:
    texts = {step.id: step.text for step in chapter().steps()}
    expected = {key for key, text in texts.items() if part.casefold() in text.casefold()}
    assert indexed(texts).find(part) == expected


def test_nothing_is_found_before_and_more_after_texts_are_added() -> None:
    index = WordIndex()
    assert index.find("a") == set()
    index.add("one", "Half a word")
    assert index.find("half") == {"one"}
    index.add("two", "HALF")
    assert index.find("half") == {"one", "two"}
    assert index.find("") == set()


def test_a_part_spans_no_two_words() -> None:
    index = indexed({"one": "a loss\nand", "two": "gloss"})
    assert index.find("a loss") == set()
    assert index.find("s\na") == set()
    assert index.find("loss") == {"one", "two"}


def test_a_step_counts_with_its_first_text() -> None:
    index = indexed({"one": "first"})
    index.add("one", "second")
    assert index.find("second") == set()
