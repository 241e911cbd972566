"""Markdown as it is heard: sentences, lists, tables and code, one line each."""

from __future__ import annotations

from tutor.plain.code_lines import code_lines, gap_words
from tutor.plain.markdown_lines import lines_of, sentences, tables_in

TEXT = """
A **score** may be anything. Is 2.4 a yes? No. You cannot tell,
as `a.b. C` says.

> z = 2 · x
> y = 3

| score | |
|---|---|
| −2 | no |

- one: a point
- two

1. Replace both `...` with code.
2. Check. It works.

```python
for i in x:
    print(i)

print(2)
```
"""


def test_each_sentence_has_its_line_and_each_part_its_kind() -> None:
    assert lines_of(TEXT, {}) == [
        "A score may be anything.",
        "Is 2.4 a yes?",
        "No. You cannot tell, as a.b. C says.",
        "Formula: z equals 2 times x",
        "Formula: y equals 3",
        "Table: 1 row, 2 columns.",
        "score: minus 2; no.",
        "Point 1: one: a point",
        "Point 2: two",
        "1. Replace both gaps with code.",
        "2. Check. It works.",
        "Code: 4 lines.",
        "Line 1: for i in x:",
        "Line 2, indent 1: print(i)",
        "Line 3 is blank.",
        "Line 4, indent 0: print(2)",
    ]


def test_a_quotation_without_a_formula_is_a_quotation() -> None:
    assert lines_of("> largest change 0.1", {}) == ["Quote: largest change 0.1"]
    assert lines_of("> eᶻ", {"eᶻ": "e to the z"}) == ["Formula: e to the z"]


def test_a_table_can_be_had_by_itself() -> None:
    (table,) = tables_in(TEXT, {})
    assert (table.head, table.rows) == (("score", ""), (("minus 2", "no"),))


def test_a_short_last_sentence_is_not_alone() -> None:
    assert sentences("It is right. Yes.") == ["It is right. Yes."]
    assert sentences("No.") == ["No."]


def test_lines_begin_at_the_number_that_is_asked_for() -> None:
    assert list(code_lines(["if x:", "  y = 1", "    z"], 3)) == [
        "Line 3: if x:",
        "Line 4, indent 1: y = 1",
        "Line 5, indent 2: z",
    ]


def test_gaps_are_heard_as_gaps() -> None:
    assert lines_of("One of the blanks `____` is still there.", {}) == [
        "One of the gaps is still there."
    ]
    assert lines_of("Fill in both `...` now.", {}) == ["Fill in both gaps now."]


def test_gaps_are_counted_with_their_lines() -> None:
    assert gap_words(["x = ____", "y = f(...)", "z = 1"]) == "2 gaps, lines 1 and 2."
    assert gap_words(["x = ____"]) == "1 gap, line 1."
    assert gap_words(["x = 1"]) == ""
