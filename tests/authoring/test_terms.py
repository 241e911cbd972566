"""The linter's rules for terms."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.lessons import LESSON, READ, sound_course, write_course
from tutor.authoring.course_rules import check_terms

LOSS = '\n[[term]]\nname = "loss"\nsay = "How wrong: 0 is best."\n'


def told(root: Path, lesson: str, concepts: str) -> list[str]:
    write_course(root, lesson=lesson, step=READ + f"concepts = {concepts}\n")
    problems = check_terms(sound_course(root))
    return [str(problem).removeprefix(f"{root}/first/") for problem in problems]


def test_a_concept_with_a_term_is_in_order(tmp_path: Path) -> None:
    assert told(tmp_path, LESSON + LOSS, '["loss"]') == []


@pytest.mark.parametrize(
    ("lesson", "concepts", "problem"),
    [
        (LESSON, '["loss"]',
         "01-hello.toml:5: concepts[1]: no lesson.toml has a `[[term]]` named `loss`"),
        (LESSON + LOSS, '["loss", "los"]',
         "01-hello.toml:5: concepts[2]: no lesson.toml has a `[[term]]` named `los`: "
         "did you mean `loss`?"),
        (LESSON + LOSS, "[]", "lesson.toml:5: term[1].name: warning: no step has the concept "
         "`loss`"),
        (LESSON + 'concepts = ["loss"]\n', "[]",
         "lesson.toml:3: concepts[1]: warning: no step has the concept `loss`"),
        (LESSON + LOSS.replace("0 is", "{key:terms} and {key:termz}: 0 is"), '["loss"]',
         "lesson.toml:6: term[1].say: there is no action `termz`: did you mean `terms`?"),
    ],
)  # fmt: skip
def test_each_rule(tmp_path: Path, lesson: str, concepts: str, problem: str) -> None:
    assert told(tmp_path, lesson, concepts) == [problem]


def test_a_term_is_defined_in_one_lesson_alone(tmp_path: Path) -> None:
    told(tmp_path, LESSON + LOSS, '["loss"]')
    other = tmp_path / "second"
    other.mkdir()
    (other / "lesson.toml").write_text(LESSON + LOSS)
    (other / "01-bye.toml").write_text(READ.replace("hello", "bye"))
    (tmp_path / "course.toml").write_text(
        'format = 1\ntitle = "A course"\norder = ["first", "second"]\n'
    )
    (problem,) = check_terms(sound_course(tmp_path))
    assert problem.file == other / "lesson.toml"
    assert problem.message == "`loss` is defined in the lesson first already"
