"""The cells of notebooks, programs and pages that anybody may have made."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from tutor.grading.length import MAX_CODE
from tutor.progress.notebook_cells import CannotRead, NotebookCell, read_cells


def notebook(*cells: object, nbformat: object = 4) -> bytes:
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": nbformat}).encode()


def cell(
    source: object, kind: str = "code", metadata: Mapping[str, object] | None = None
) -> dict[str, object]:
    return {"cell_type": kind, "source": source, "metadata": metadata or {}, "outputs": []}


def cells_of(*cells: object) -> tuple[NotebookCell, ...]:
    return read_cells(".ipynb", notebook(*cells)).cells


def program(text: str) -> tuple[NotebookCell, ...]:
    return read_cells(".py", text.encode()).cells


class TestNotebooks:
    def test_code_is_read_and_texts_are_counted(self) -> None:
        file = read_cells(
            ".ipynb", notebook(cell("# 1 One", "markdown"), cell("x = 1"), cell(""), cell("y = 2"))
        )
        assert file.texts == 1
        assert [(each.name, each.code, each.headings) for each in file.cells] == [
            ("cell 2", "x = 1", ("1 One",)),
            ("cell 4", "y = 2", ("1 One",)),
        ]

    def test_a_source_may_be_a_list_of_lines(self) -> None:
        assert [each.code for each in cells_of(cell(["x = 1\n", "y = 2"]))] == ["x = 1\ny = 2"]

    def test_both_marks_tell_the_step_and_the_line_counts_first(self) -> None:
        marked = "# nntutor: one\na = 1\n\n# nntutor: one, your code\nx = 1"
        first, second, third = cells_of(
            cell(marked, metadata={"nntutor": "two"}),
            cell("y = 1", metadata={"nntutor": "two"}),
            cell("z = 1", metadata={"nntutor": ["two"]}),
        )
        assert (first.mark, first.code, first.is_own, first.goes_on) == (
            "one",
            "x = 1",
            True,
            False,
        )
        assert (second.mark, second.code, second.goes_on) == ("two", "y = 1", True)
        assert third.mark == ""

    def test_other_tools_have_names_for_cells(self) -> None:
        metadata = {"nbgrader": {"grade_id": "sigmoid"}, "tags": ["answer:softmax", "hide", 3]}
        assert cells_of(cell("x", metadata=metadata))[0].ids == ("sigmoid", "softmax")

    @pytest.mark.parametrize(
        ("each", "why"),
        [
            (cell("text", "raw"), "neither code nor text"),
            (cell("%%bash\nls"), "not Python but %%bash"),
            (cell(None), "damaged: it has no source"),
            (cell([1, 2]), "damaged: it has no source"),
            ({"cell_type": "code"}, "damaged: it has no source"),
            ("cell", "damaged: it has no source"),
            (cell("x" * (MAX_CODE + 1)), "longer than 256 KB, the most that nntutor runs"),
        ],
    )
    def test_what_is_no_code_is_left_out_with_the_reason(self, each: object, why: str) -> None:
        assert [found.why_not for found in cells_of(each)] == [why]

    @pytest.mark.parametrize(
        ("content", "told"),
        [
            (b"<!DOCTYPE html><html>", "not a notebook: line 1 of it is not what Jupyter writes"),
            (b'{"cells": [],\n"nbformat"', "not a notebook: its end is missing"),
            (b'{"cells": [{"source": "x = ', "not a notebook: its end is missing"),
            (b" \n", "not a notebook: it is empty"),
            (b"[]", "it has no format number"),
            (b'{"nbformat": "4"}', "it has no format number"),
            (notebook(nbformat=3), "format 3, and 4 is what is read. Open it in Jupyter, save it"),
            (notebook(nbformat=5), "format 5"),
            (b'{"nbformat": 4, "cells": {}}', "no list of cells"),
            (b"[" * 100_000, "nested too deeply"),
            (b'{"nbformat": 4, "cells": ' + b"[" * 100_000, "nested too deeply"),
            (b"9" * 10_000, "not a notebook: it has a number that is too long"),
            (b"\xff\xfe", "not UTF-8: see line 1"),
            (notebook(*[0] * 2001), "more than 2,000 cells"),
        ],
    )
    def test_what_is_no_notebook_is_refused(self, content: bytes, told: str) -> None:
        with pytest.raises(CannotRead) as refusal:
            read_cells(".ipynb", content)
        assert told in str(refusal.value)

    def test_a_heading_holds_for_those_below_it(self) -> None:
        texts = ("# 1\n\n## 1.1\n\n### a", "### b", "## 1.2", "# 2\n```\n# no\n```")
        cells = [each for text in texts for each in (cell(text, "markdown"), cell("x"))]
        assert [each.headings for each in cells_of(*cells)] == [
            ("1", "1.1", "a"),
            ("1", "1.1", "b"),
            ("1", "1.2"),
            ("2",),
        ]

    def test_outputs_are_never_read(self) -> None:
        html = {"output_type": "display_data", "data": {"text/html": "<script>" + "x" * 9999}}
        (found,) = cells_of(cell("x = 1") | {"outputs": [html, float("nan")]})
        assert found.code == "x = 1"

    def test_the_end_of_the_name_says_what_it_is(self) -> None:
        with pytest.raises(CannotRead, match=r"\.ipynb, \.py, \.md"):
            read_cells(".html", b"")


class TestPrograms:
    def test_editors_and_jupyter_begin_cells_in_their_own_ways(self) -> None:
        text = (
            "import a\n# %% First\nx = 1\n#%%\n\ny = 2\n# In[3]:\nz = 3\n# %% [markdown]\n# # T\n"
        )
        file = read_cells(".py", text.encode())
        assert [(each.name, each.code) for each in file.cells] == [
            ("line 1", "import a"),
            ("line 3", "x = 1"),
            ("line 6", "y = 2"),
            ("line 8", "z = 3"),
        ]
        assert file.texts == 1

    def test_headings_among_comments_stand_above_what_follows(self) -> None:
        first, second = program("# ## One\n\nx = 1\n# # no heading\ny = 1\n\n# ## Two\n\nz = 1\n")
        assert (first.headings, first.name, first.code) == (
            ("One",),
            "line 3",
            "x = 1\n# # no heading\ny = 1",
        )
        assert (second.headings, second.name) == (("Two",), "line 9")
        assert first.group != second.group

    def test_an_answer_may_hold_what_begins_a_cell(self) -> None:
        text = (
            "# nntutor: a, your code\nx = 1\n# %% mine\ny = 1\n# nntutor: a, end\n\n# %% B\nz = 1\n"
        )
        first, second = program(text)
        assert (first.mark, first.code) == ("a", "x = 1\n# %% mine\ny = 1")
        assert (second.mark, second.code, second.name) == ("", "z = 1", "line 8")

    def test_many_marks_take_no_more_than_their_time(self) -> None:
        text = "# nntutor: a, your code\n" * 100_000 + "# nntutor: b, end\n" * 100_000
        assert len(program(text)) == 1


class TestPages:
    def test_fences_that_say_so_hold_python(self) -> None:
        text = (
            "# One\n\n```python\nx = 1\n```\n\nText\n\n~~~ {.python}\ny = 1\n```\n~~~\n\n"
            "```\nout\n```\n\n```py\nz = 1"
        )
        file = read_cells(".md", text.encode())
        assert [(each.name, each.code, each.why_not) for each in file.cells] == [
            ("line 4", "x = 1", ""),
            ("line 10", "y = 1\n```", ""),
            ("line 15", "out", "a fence without the word python"),
            ("line 19", "z = 1", ""),
        ]
        assert file.cells[0].headings == ("One",)
        assert file.texts == 2
