"""The JSON schemas fit every lesson, refuse what the loader refuses, and stand in docs/schema.

After a change of the model, `python -m tests.authoring.test_lesson_schema` writes them anew.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from tests.support.lessons import CODE, LAB, NUMBER, PREDICT, QUIZ, READ
from tutor.authoring.lesson_schema import SCHEMAS, schema_text
from tutor.course.families import FAMILY_FOLDER
from tutor.course.kinds import KINDS

ROOT = Path(__file__).parents[2]
SCHEMA_FOLDER = ROOT / "docs" / "schema"


def _sort_of(file: Path) -> str:
    if file.parent.name == FAMILY_FOLDER:
        return "family"
    return file.stem if file.name in ("course.toml", "lesson.toml") else "step"


def _errors(sort: str, table: dict[str, Any]) -> list[str]:
    return [error.message for error in Draft7Validator(SCHEMAS[sort]()).iter_errors(table)]


@pytest.mark.parametrize("sort", SCHEMAS)
def test_the_files_in_docs_are_those_of_the_model(sort: str) -> None:
    Draft7Validator.check_schema(SCHEMAS[sort]())
    kept = (SCHEMA_FOLDER / f"{sort}.json").read_text(encoding="utf-8")
    assert kept == schema_text(sort), f"python -m {__name__} writes them anew"


def test_every_file_of_the_lessons_fits() -> None:
    files = sorted((ROOT / "lessons").rglob("*.toml"))
    assert {_sort_of(file) for file in files} == set(SCHEMAS)
    for file in files:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
        assert _errors(_sort_of(file), table) == [], file


@pytest.mark.parametrize("step", [READ, QUIZ, NUMBER, PREDICT, CODE, LAB])
def test_a_step_of_each_kind_fits(step: str) -> None:
    assert tomllib.loads(step)["kind"] in KINDS
    assert _errors("step", tomllib.loads(step)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('kind = "code"', 'kind = "cod"'),
        ('kind = "code"', ""),
        ('title = "Twice as much"', ""),
        ('title = "Twice as much"', "title = 2"),
        ('title = "Twice as much"', 'title = "Twice"\ntitel = "Twice"'),
        ('same = "y"', 'same = "y"\ndtype = "exact"'),
        ('same = "y"', 'smae = "y"'),
        ('given.x = "-5"', "given.x = -5"),
    ],
)
def test_what_does_not_fit_a_code_step_is_refused(old: str, new: str) -> None:
    assert old in CODE
    assert _errors("step", tomllib.loads(CODE.replace(old, new)))


def write() -> None:
    """Write the schemas as they are now."""
    for sort in SCHEMAS:
        (SCHEMA_FOLDER / f"{sort}.json").write_text(schema_text(sort), encoding="utf-8")


if __name__ == "__main__":
    write()
