"""What follows from a step is worked out once, and never mixed up with another step's."""

from __future__ import annotations

from tests.grading.steps import sigmoid_step
from tutor.grading.once import _MOST, once_for_each
from tutor.grading.plan import author_commands, learner_questions, scenarios


def test_it_is_worked_out_once_for_the_same_object() -> None:
    calls: list[list[int]] = []

    @once_for_each
    def total(numbers: list[int], start: int = 0) -> int:
        calls.append(numbers)
        return sum(numbers, start)

    first, equal = [1, 2], [1, 2]
    assert [total(first), total(first), total(equal), total(first, start=5)] == [3, 3, 3, 8]
    assert calls == [first, equal, first]


def test_only_the_last_results_are_kept() -> None:
    calls = 0

    @once_for_each
    def one_more(_number: list[int]) -> int:
        nonlocal calls
        calls += 1
        return calls

    lists = [[number] for number in range(_MOST + 1)]
    assert [one_more(each) for each in lists] == list(range(1, _MOST + 2))
    assert one_more(lists[-1]) == _MOST + 1
    assert one_more(lists[0]) == _MOST + 2, "it was the oldest"


def test_an_answer_finds_the_plan_of_its_step_made() -> None:
    step = sigmoid_step()
    for plan in (scenarios, learner_questions, author_commands):
        assert plan(step) is plan(step)
    assert scenarios(step) is not scenarios(sigmoid_step())
