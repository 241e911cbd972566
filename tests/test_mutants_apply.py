"""The list of mutants keeps up with the code: `python -m tests.run_mutants` runs what it says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.run_mutants import Result, judge, verdict
from tests.support.mutants import (
    ROOT,
    DoesNotApply,
    Mutant,
    choose,
    read_mutants,
)

MIN_ROWS = 240
MUTANTS = read_mutants()

DOUBLE = Mutant(1, "It is three times.", "double.py", "2 * x", "3 * x", ("test_it.py::test_twice",))
TESTS = "from double import double\n\ndef test_twice():\n    assert double(3) == 6\n"


def test_there_are_many_and_no_two_are_the_same() -> None:
    assert len(MUTANTS) >= MIN_ROWS
    assert len({(each.file, each.old, each.new) for each in MUTANTS}) == len(MUTANTS)
    assert len({each.why for each in MUTANTS}) == len(MUTANTS)


def test_every_row_applies() -> None:
    for mutant in MUTANTS:
        text = (ROOT / mutant.file).read_text()
        faulty = mutant.applied_to(text)
        assert faulty != text, mutant
        compile(faulty, mutant.file, "exec")


def test_a_row_whose_text_is_not_there_once_is_told() -> None:
    assert DOUBLE.applied_to("return 2 * x") == "return 3 * x"
    for text in ("return x", "2 * x + 2 * x"):
        with pytest.raises(DoesNotApply, match=r"stands [02] times in double\.py"):
            DOUBLE.applied_to(text)


def test_the_tests_of_all_rows_are_there() -> None:
    wanted = sorted({test for mutant in MUTANTS for test in mutant.tests})
    collect = [sys.executable, "-m", "pytest", "-n", "0", "--collect-only", "-q", *wanted]
    done = subprocess.run(collect, cwd=ROOT, capture_output=True, text=True, check=False)
    assert [line for line in done.stderr.splitlines() if "not found" in line] == []
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("failed", "status", "problem"),
    [
        (("a.py::test_one[1]", "a.py::test_two"), 1, ""),
        (("a.py::test_one[1]",), 1, "survives a.py::test_two"),
        (("a.py::test_one_more", "a.py::test_two"), 1, "survives a.py::test_one"),
        ((), 0, "survives a.py::test_one and a.py::test_two"),
        ((), 2, "cannot be judged: pytest ended with 2\nno module"),
        ((), None, "takes longer than 300 seconds"),
    ],
)
def test_a_row_dies_if_all_of_its_tests_fail(
    failed: tuple[str, ...], status: int | None, problem: str
) -> None:
    mutant = Mutant(1, "", "", "", "", ("a.py::test_one", "a.py::test_two"))
    assert verdict(mutant, Result(status, failed, "no module")) == problem


def test_a_fault_is_seen_in_a_copy_which_is_then_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "double.py").write_text("def double(x):\n    return 2 * x\n")
    (tmp_path / "test_it.py").write_text(TESTS)
    assert judge(DOUBLE, tmp_path) == ""
    harmless = Mutant(2, "", "double.py", "2 * x", "x * 2", DOUBLE.tests)
    assert judge(harmless, tmp_path) == "survives test_it.py::test_twice"
    assert judge(Mutant(3, "", "none.py", "2", "3", DOUBLE.tests), tmp_path).startswith("does not")
    assert judge(Mutant(4, "", "double.py", "2 *", "2 ((", DOUBLE.tests), tmp_path).startswith(
        "does not apply"
    )
    assert "2 * x" in (tmp_path / "double.py").read_text()


def test_rows_are_chosen_by_number_or_by_a_seed() -> None:
    assert choose(MUTANTS, [2, 1], 0, 0) == MUTANTS[:2]
    assert choose(MUTANTS, [], 0, 0) == MUTANTS
    drawn = choose(MUTANTS, [], 5, 7)
    assert len(drawn) == 5
    assert drawn == choose(MUTANTS, [], 5, 7)
    assert len({tuple(m.number for m in choose(MUTANTS, [], 5, seed)) for seed in range(9)}) > 1
    with pytest.raises(ValueError, match="there is no row 9999"):
        choose(MUTANTS, [9999], 0, 0)


@pytest.mark.parametrize(
    "row",
    [
        "file: a.py\n- 1\n+ 2\ntests: a.py::b",
        "# Why.\nfile: a.py\n+ 2\ntests: a.py::b",
        "# Why.\nfile: a.py\n- 1\n+ 2",
        "# Why.\nfile: a.py\nfile: b.py\n- 1\n+ 2\ntests: a.py::b",
        "# Why.\nfile: a.py\n- 1\nelse\n+ 2\ntests: a.py::b",
    ],
)
def test_a_row_that_cannot_be_read_is_told_by_its_number(tmp_path: Path, row: str) -> None:
    path = tmp_path / "mutants.txt"
    path.write_text(f"# Heading, not a row.\n\n# Why.\nfile: a.py\n- 1\ntests: a.py::b\n\n{row}\n")
    with pytest.raises(ValueError, match="row 2"):
        read_mutants(path)
