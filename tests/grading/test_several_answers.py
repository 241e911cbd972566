"""A file of several exercises, judged as the answer to one of them."""

from __future__ import annotations

from tests.grading.steps import GIVEN, sigmoid_step
from tests.support.python_runner import PythonRunner
from tutor.course.model import Exercise
from tutor.grading.grade import grade
from tutor.grading.verdict import Verdict

ANOTHER = "a = 7"
RIGHT = "probability = 1 / (1 + math.exp(-x))"
WRONG = "probability = 0.5"


async def judged(*lines: str, others: tuple[str, ...] = (ANOTHER,)) -> Verdict:
    exercises = [Exercise(given) for given in others]
    return await grade(sigmoid_step(), "\n".join(lines), PythonRunner(), exercises)


async def test_an_answer_may_use_what_stands_above_its_exercise() -> None:
    verdict = await judged("one = 1", ANOTHER, GIVEN, "probability = one / (one + math.exp(-x))")
    assert verdict.accepted, verdict.message
    assert any(note.startswith("Lines 3 to 4 were judged") for note in verdict.notes)


async def test_a_name_that_stands_nowhere_is_still_told() -> None:
    verdict = await judged(ANOTHER, GIVEN, "probability = nowhere / 2")
    assert (verdict.kind, verdict.error) == ("reject", "NameError")


async def test_where_each_of_two_parts_may_be_meant_the_right_one_counts() -> None:
    both = (ANOTHER, GIVEN)
    for parts in ((RIGHT, GIVEN, WRONG), (WRONG, GIVEN, RIGHT)):
        assert (await judged(ANOTHER, GIVEN, *parts, others=both)).accepted
    wrong = await judged(ANOTHER, GIVEN, WRONG, GIVEN, "probability = 2", others=both)
    assert wrong.kind == "reject"


async def test_a_given_that_the_file_makes_in_its_own_way_is_no_part_of_the_answer() -> None:
    step = sigmoid_step(given=f"{GIVEN}\nscore = x * 1")

    async def verdict_on(*lines: str) -> Verdict:
        return await grade(step, "\n".join(lines), PythonRunner(), [Exercise(ANOTHER)])

    async def kind_of(*lines: str) -> str:
        return (await verdict_on(*lines)).kind

    own = ("def read():", "    return 2.4", "score = read()")
    answer = "probability = 1 / (1 + math.exp(-score))"
    assert (await verdict_on(*own, answer)).notes == ()
    assert await kind_of(*own, answer) == await kind_of(*own, ANOTHER, answer) == "accept"
    assert await kind_of("score = 5", answer) == "reject"
    assert await kind_of(*own, "probability = 0.9168 + 0 * score") == "reject"
    assert await kind_of(*own, f"{answer} + 0.1") == "reject"
