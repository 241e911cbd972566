"""Which step a cell goes to, by marks, names, headings, givens and names; where to none, why."""

from __future__ import annotations

from pathlib import Path
from typing import SupportsIndex

import pytest
from msgspec.structs import replace

from tests.progress.test_notebook_cells import cell, notebook
from tests.support.lessons import sound_course
from tests.support.used_steps import OWN, TWICE, used_course
from tutor.course.model import Course
from tutor.progress.lesson_script import NOT_ANSWERED as COMMENTED
from tutor.progress.lesson_script import lesson_script
from tutor.progress.matched_cells import NOT_ANSWERED, MatchedCells, match_cells
from tutor.progress.notebook_cells import read_cells
from tutor.progress.script_formats import FORMATS

HALF = """\
id = "half"
kind = "code"
title = "Half of it"
section = "2.4b"
text = "Store half of `times` as `half`, and the rest as `rest`."
given = "times = 2"
scaffold = "half = ..."
solution = "half = times / 2\\nrest = times - half"
hints = ["Which operator divides?", "Divide `times` by 2."]

[[check]]
same = "(half, rest)"

[[vary]]
given.times = "3"
"""
ORDER = """\
id = "sorted"
kind = "order"
title = "In order"
text = "Put the lines in order."
lines = "a = 1\\nb = a + 1"
hints = ["What needs `a`?", "`a` comes first."]

[[check]]
same = "b"

[[vary]]
seed = 2
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """Three steps of which each uses the one before; the last two share their given code."""
    return sound_course(used_course(tmp_path_factory.mktemp("used"), half=HALF, sorted=ORDER))


def found_in(course: Course, *cells: object) -> MatchedCells:
    file = read_cells(".ipynb", notebook(*cells))
    matched = match_cells(course, file.cells)
    named = [*(each for answer in matched.answers for each in answer.cells)]
    named += [each for choices in matched.doubtful for each in choices[0].cells]
    named += [left.cell for left in matched.left_out]
    assert {each.number for each in named} == set(range(len(file.cells))), "each is accounted for"
    return matched


def answers(matched: MatchedCells) -> dict[str, str]:
    return {each.step.id: each.code for each in matched.answers}


def left_out(matched: MatchedCells) -> list[tuple[str, str]]:
    return [(left.cell.name, left.why) for left in matched.left_out]


def marked(step: str, code: str = "x = 1") -> dict[str, object]:
    source = f"# nntutor: {step}\nside = 9\n\n# nntutor: {step}, your code\n{code}"
    return cell(source, metadata={"nntutor": step})


class TestMarks:
    def test_of_copies_the_last_one_counts(self, course: Course) -> None:
        matched = found_in(course, *(marked("square", f"x = {number}") for number in range(3)))
        assert answers(matched) == {"square": "x = 2"}
        why = "cell 3 answers `square`, too, and is the last"
        assert left_out(matched) == [("cell 1", why), ("cell 2", why)]

    def test_a_cell_that_was_split_goes_on_below(self, course: Course) -> None:
        below = cell("y = 2", metadata={"nntutor": "square"})
        assert answers(found_in(course, marked("square"), below)) == {"square": "x = 1\n\ny = 2"}

    def test_where_the_line_is_lost_the_givens_go(self, course: Course) -> None:
        bare = cell(f"side = 3\n{OWN}", metadata={"nntutor": "square"})
        assert answers(found_in(course, bare)) == {"square": OWN}

    def test_where_the_answer_has_no_mark_of_its_own_the_givens_go(self, course: Course) -> None:
        assert answers(found_in(course, cell(f"# nntutor: square\nside = 3\n{OWN}"))) == {
            "square": OWN
        }

    @pytest.mark.parametrize(
        ("above", "below"),
        [
            ("# edge = 2", "# volume = ...\nvolume = 8"),
            ("edge = 2\nvolume = 8", "# volume = ..."),
            ("edge = 2", "volume = 8"),
        ],
    )
    def test_an_open_step_may_be_answered_in_the_notebook(
        self, course: Course, above: str, below: str
    ) -> None:
        told = f"# {COMMENTED}\n{above}\n\n# nntutor: cube, your code\n{below}"
        code = answers(found_in(course, cell(f"# nntutor: cube\n{told}")))["cube"]
        assert [line for line in code.split("\n") if line and line[0] != "#"] == ["volume = 8"]

    def test_what_cannot_be_read_is_taken_as_it_is(self, course: Course) -> None:
        assert answers(found_in(course, marked("square", "area = ("))) == {"square": "area = ("}

    def test_a_mark_of_another_course_leads_nowhere(self, course: Course) -> None:
        matched = found_in(course, marked("elsewhere"))
        assert left_out(matched) == [
            ("cell 1", "marked for `elsewhere`, which is no step of this course with code")
        ]

    def test_the_former_name_of_a_step_leads_to_it(self, tmp_path: Path) -> None:
        renamed = used_course(tmp_path, twice=TWICE.replace('"twice"\n', '"twice"\nwas = "both"\n'))
        assert answers(found_in(sound_course(renamed), marked("both"))) == {"twice": "x = 1"}

    @pytest.mark.parametrize("code", ["a = 1\nb = a + 1", "b = a + 1\n# a = 1"])
    def test_lines_in_an_order_are_one_also_where_some_were_taken_out(
        self, course: Course, code: str
    ) -> None:
        assert answers(found_in(course, marked("sorted", code))) == {"sorted": code}

    def test_an_unchanged_scaffold_is_no_answer(self, course: Course) -> None:
        matched = found_in(course, marked("twice", "both = ..."), marked("half", ""))
        assert answers(matched) == {}
        assert {why for _, why in left_out(matched)} == {NOT_ANSWERED}

    def test_it_counts_before_what_is_found_otherwise(self, course: Course) -> None:
        matched = found_in(course, marked("square"), cell("side = 3\narea = 9\nsquare = 1"))
        assert answers(matched) == {"square": "x = 1"}
        assert left_out(matched) == [("cell 2", "cell 1 is marked for `square`")]

    def test_lines_that_are_only_moved_are_those_of_the_step(self, course: Course) -> None:
        assert answers(found_in(course, marked("sorted", "a = 1\nb = a + 1")))
        matched = found_in(course, marked("sorted", "a = 1\nb = a + 2"))
        assert left_out(matched) == [("cell 1", "other lines than those of `sorted`")]


@pytest.mark.parametrize("end", FORMATS)
@pytest.mark.parametrize(
    "code",
    [
        "# %% mine\narea = 1\n#%%\n\n# In[3]:\narea = 2",
        'text = """\n```python\n```\n# %% [markdown]\n# ## 1 Two\n"""\n\tarea = (',
        "# nntutor: cube\n# nntutor: cube, your code\nvolume = 8",
        '"""Mine."""\nfrom __future__ import (\n    annotations,\n)\narea: int = 1',
        "# at the top\n\n\n\narea = 1  ",
    ],
)
def test_whatever_stands_in_an_answer_comes_back(course: Course, end: str, code: str) -> None:
    script = lesson_script(course.lessons[0], {"square": code}, {}, {"cube": f"%time\n{code}"})
    file = read_cells(end, FORMATS[end](script))
    assert answers(match_cells(course, file.cells)) == {
        "square": code.rstrip("\n"),
        "cube": f"%time\n{code}",
    }


class TestOtherNames:
    def test_other_tools_may_name_the_step(self, course: Course) -> None:
        named = cell("anything = 1", metadata={"nbgrader": {"grade_id": "Cube"}})
        assert answers(found_in(course, named)) == {"cube": "anything = 1"}

    def test_the_title_may_stand_above_it(self, course: Course) -> None:
        heading = cell("## 1.2 A cube, from a square!", "markdown")
        matched = found_in(course, heading, cell("edge = 2"), cell("volume = ("))
        assert answers(matched) == {"cube": "edge = 2\n\nvolume = ("}

    def test_a_section_tells_steps_of_the_same_givens_apart(self, course: Course) -> None:
        below = cell("times = 2\nhalf = both = rest = 1")
        assert answers(found_in(course, cell("# 2.4 Halves\n## To do", "markdown"), below)) == {
            "half": "half = both = rest = 1"
        }


class TestGivens:
    def test_they_begin_an_answer_and_are_left_out(self, course: Course) -> None:
        source = f"import math\n\nside = 3  # as told\n\n# Mine\n{OWN}"
        assert answers(found_in(course, cell(source))) == {
            "square": f"import math\n\n# Mine\n{OWN}"
        }

    def test_an_answer_goes_on_until_the_next_one(self, course: Course) -> None:
        matched = found_in(
            course,
            cell("side = 3"),
            cell(OWN),
            cell("print(area)"),
            cell("edge = 2\nvolume = 8"),
            cell("# Notes", "markdown"),
            cell("print(3)"),
        )
        assert answers(matched) == {"square": f"{OWN}\n\nprint(area)", "cube": "volume = 8"}
        assert left_out(matched) == [("cell 6", "no step matches")]

    def test_a_try_with_other_givens_is_another(self, course: Course) -> None:
        matched = found_in(course, cell("edge = 2\nvolume = 8"), cell("edge = 3\nvolume = 27"))
        assert answers(matched) == {"cube": "volume = 8"}
        assert left_out(matched) == [("cell 2", "no step matches")]

    def test_a_cell_may_hold_several_answers(self, course: Course) -> None:
        source = f"side = 3\n{OWN}\n\nedge = 2\nvolume = 8"
        assert answers(found_in(course, cell(source))) == {"square": OWN, "cube": "volume = 8"}

    def test_givens_alone_are_no_answer(self, course: Course) -> None:
        matched = found_in(course, cell("edge = 2"))
        assert left_out(matched) == [("cell 1", "what is given in `cube`, and no answer")]

    def test_what_it_needs_of_the_cells_above_comes_with_it(self, course: Course) -> None:
        function = "def root(x):\n    # as taught\n    return np.sqrt(x) * RATE"
        above = f"import numpy as np; from os import path\n\nRATE = 2\nlow = 1\n\n{function}\n"
        below = cell("edge = 2\nvolume = root(64) * low")
        (found,) = found_in(course, cell(above), cell("low = sum([1])"), below).answers
        needed = f"import numpy as np\n\nRATE = 2\n\n{function}"
        assert found.code == f"{needed}\n\nvolume = root(64) * low"

    def test_where_several_steps_have_them_somebody_is_asked(self, course: Course) -> None:
        matched = found_in(course, cell("times = 2\nboth = half = rest = 1"))
        assert [[each.step.id for each in choices] for choices in matched.doubtful] == [
            ["twice", "half"]
        ]

    def test_where_one_of_them_asks_for_what_is_bound_nobody_is(self, course: Course) -> None:
        assert answers(found_in(course, cell("times = 2\nboth = 1"))) == {"twice": "both = 1"}


class TestNames:
    def test_several_names_of_one_step_tell_it(self, course: Course) -> None:
        matched = found_in(course, cell("import os"), cell("area = 4"), cell("def square(x): ..."))
        assert answers(matched) == {"square": "area = 4\n\ndef square(x): ..."}
        assert matched.answers[0].why == "binds `area` and `square`"
        assert left_out(matched) == [("cell 1", "only imports")]

    def test_one_name_alone_is_asked_about(self, course: Course) -> None:
        matched = found_in(course, cell("volume = 3"))
        assert [[each.step.id for each in choices] for choices in matched.doubtful] == [["cube"]]

    def test_comments_alone_are_told(self, course: Course) -> None:
        assert left_out(found_in(course, cell("# none here"))) == [("cell 1", "only comments")]

    def test_nobody_is_asked_without_end(self, course: Course) -> None:
        matched = found_in(course, *(cell("volume = 3") for _ in range(22)))
        assert len(matched.doubtful) == 20
        assert left_out(matched) == [
            (f"cell {number}", "in doubt, as are 20 others above") for number in (21, 22)
        ]

    def test_what_is_not_python_is_told(self, course: Course) -> None:
        matched = found_in(course, cell("area = ("))
        assert left_out(matched) == [
            ("cell 1", "not Python, and no step matches otherwise"),
        ]

    def test_paragraphs_of_a_plain_program_stand_for_cells(self, course: Course) -> None:
        text = "x = 1\n\ndef square(n):\n    return n\n\narea = 3\n\nedge = 2\nvolume = 1"
        matched = match_cells(course, read_cells(".py", text.encode()).cells)
        assert set(answers(matched)) == {"square", "cube"}
        assert left_out(matched) == [("line 1", "no step matches")]

    def test_several_statements_on_a_line_are_one_part(self, course: Course) -> None:
        matched = match_cells(course, read_cells(".py", b"x = 1; edge = 2; volume = 8").cells)
        assert [[each.code for each in choices] for choices in matched.doubtful] == [
            ["x = 1; edge = 2; volume = 8"]
        ]


class _Counted(str):
    """A text that counts how often it is split."""

    splits = 0

    def split(self, sep: str | None = None, maxsplit: SupportsIndex = -1) -> list[str]:
        self.splits += 1
        return super().split(sep, maxsplit)


def test_a_program_is_not_split_anew_for_each_paragraph(course: Course) -> None:
    """Else many paragraphs take a time that grows with the square of their number."""

    def splits(paragraphs: int) -> int:
        (program,) = read_cells(".py", b"a = 1\n\n" * paragraphs).cells
        code = _Counted(program.code)
        assert len(match_cells(course, [replace(program, code=code)]).left_out) == 1
        return code.splits

    assert splits(20) == splits(2) > 0


def test_hostile_code_is_accounted_for_as_well(course: Course) -> None:
    cells = [cell("times = 2\n" * 2000), cell("# " + "x" * 200_000), cell("y" * 60_000)]
    cells += [cell("x = " + "(" * 5000), cell("half = " + "-" * 20_000 + "1"), cell("a = 1; b = 2")]
    cells += [cell("a = 1\n") for _ in range(500)]
    assert "more code than can be matched" in {why for _, why in left_out(found_in(course, *cells))}
