"""A file of several exercises, judged as the answer to one of them."""

from __future__ import annotations

from tests.grading.steps import GIVEN, sigmoid_step
from tests.support.python_runner import PythonRunner
from tutor.course.model import Exercise
from tutor.grading.grade import grade
from tutor.grading.verdict import Verdict
from tutor.wire.commands import Execute, Question
from tutor.wire.events import Observation

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


async def test_once_a_run_was_stopped_nothing_else_is_run_and_nothing_is_judged() -> None:
    class StoppedLater(PythonRunner):
        """The learner stops the check once the program has run with the step's own givens."""

        async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
            seen = await super().observe(command, questions)
            return seen if command.program.given == GIVEN else Observation("stopped")

    runner = StoppedLater()
    parts = (ANOTHER, GIVEN, RIGHT, GIVEN, WRONG)
    others = [Exercise(ANOTHER), Exercise(GIVEN)]
    verdict = await grade(sigmoid_step(), "\n".join(parts), runner, others)
    assert (verdict.kind, verdict.slug, verdict.outcome) == ("not-attempted", "stopped", "stopped")
    assert "was stopped" in verdict.message
    own = [each for each in runner.commands if isinstance(each, Execute)]
    assert len({each.program.source for each in own}) == 1
