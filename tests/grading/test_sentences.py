"""The plain sentence for a missed check, and the evidence beside it."""

from __future__ import annotations

import pytest

from tutor.course.step_tables import Check
from tutor.grading.compare import Difference
from tutor.grading.plan import Scenario
from tutor.grading.scenario_result import CheckOutcome, UnusableName
from tutor.grading.sentences import (
    drop_quoted,
    evidence_for,
    evidence_of,
    plain_sentence,
    results_of,
)
from tutor.wire.events import ErrorFacts, LayerShapes
from tutor.wire.values import BoolValue, Missing


@pytest.mark.parametrize("name", ["NoAnswer", "ValueTooLarge"])
def test_names_that_only_the_tutor_has_are_never_shown(name: str) -> None:
    error = ErrorFacts(name, "inner words")
    miss = CheckOutcome(Check(same="y"), Scenario(), Missing(), Missing(), error=error)
    told = (plain_sentence(miss).message, *evidence_of(miss))
    assert told[0].startswith("`y` ")
    assert not any(word in text for text in told for word in (name, "inner words"))


@pytest.mark.parametrize(
    ("message", "line", "stays"),
    [
        ("`y`: you got 0.8000. That is 0.1 too small.", "you got: y = 0.79999999", False),
        ("`y`: you got 0.9200. That is 0.1 too small.", "you got: y = tensor([[0.9200]])", False),
        ("You have `92.0`: that is in percent.", "you got: y = 92.0", False),
        ("You have 92.0, in percent.", "you got: y = 92.0", True),
        ("`y`: 1 of 2 numbers are off.", "you got: y = [1.0, 2.0]", True),
        ("`y` is a str.", "line 1: y = '2'", True),
    ],
)
def test_evidence_is_what_the_message_does_not_tell(message: str, line: str, stays: bool) -> None:
    assert drop_quoted((line,), message) == ((line,) if stays else ())


INSIDE = Check(same="trace.step_log[-1].loss", name="the loss of each step")


def raised(error: ErrorFacts, *unfit: UnusableName) -> CheckOutcome:
    return CheckOutcome(INSIDE, Scenario(), Missing(), Missing(), error=error, unfit=unfit)


def missed(name: str, shown: str) -> CheckOutcome:
    difference = Difference("value", shown, "2", off=1, total=1)
    return CheckOutcome(
        Check(same=name),
        Scenario(),
        Missing(),
        Missing(),
        difference=difference,
        about=name,
        shown=shown,
    )


@pytest.mark.parametrize(
    ("unfit", "said"),
    [
        ((), "The loss of each step could not be checked. Compare your lines with the task."),
        (
            (UnusableName("model"),),
            "The loss of each step could not be checked: there is no `model`.",
        ),
        (
            (
                UnusableName("model", "None", "a module (`Linear`)"),
                UnusableName("loss", "a tensor"),
            ),
            "The loss of each step could not be checked: `model` is None, but should be a module "
            "(`Linear`).",
        ),
        (
            (UnusableName("model", "a list"), UnusableName("loss", "a tensor")),
            "The loss of each step could not be checked. Print `model` and `loss`, and compare "
            "with the task.",
        ),
    ],
)
def test_what_only_the_check_raised_is_never_told(
    unfit: tuple[UnusableName, ...], said: str
) -> None:
    miss = raised(ErrorFacts("IndexError", "tuple index out of range"), *unfit)
    assert plain_sentence(miss).message == said
    assert evidence_of(miss) == ()
    assert results_of([miss])[0].message == said


def test_what_the_learners_line_raised_in_a_check_is_told() -> None:
    error = ErrorFacts("IndexError", "list index out of range", line=2, source_line="  x[7]")
    assert evidence_of(raised(error)) == ("line 2: x[7]", "IndexError: list index out of range")


def test_of_a_layer_that_failed_in_a_check_its_shapes_are_told_and_no_message() -> None:
    layer = LayerShapes("model[0]", "Linear", (2, 7), took=(1, 8), failed=True)
    lines = evidence_of(raised(ErrorFacts("RuntimeError", "shapes", layers=(layer,))))
    assert lines == ("model[0]  Linear(7, 2)  (1, 8) does not fit: it takes 7 numbers",)


def test_a_value_of_the_lessons_own_expression_is_not_told() -> None:
    difference = Difference("value", "1.0", "2.0", place=(0,), offset=-1.0, off=1, total=5)
    miss = CheckOutcome(INSIDE, Scenario(), Missing(), Missing(), difference=difference)
    assert plain_sentence(miss).message == "The loss of each step: not right yet."
    assert evidence_of(miss) == ()
    false = CheckOutcome(
        Check(true="unchanged('x')", name="x"),
        Scenario(),
        BoolValue(False),
        BoolValue(True),
        difference=Difference("value", "False", "True"),
        about="x",
        shown="[2, 3]",
    )
    assert plain_sentence(false).message == "`x` is not as it should be."
    assert evidence_of(false) == ("you got: x = [2, 3]",)


def test_evidence_shows_the_mistake_that_the_message_is_about() -> None:
    misses = [missed("linear", "7"), missed("output", "9")]
    assert evidence_for("`output` is the linear one.", misses) == ("you got: linear = 7",)
    assert evidence_for("`output` is too large.", misses) == ("you got: output = 9",)
    assert evidence_for("The bias is missing.", misses) == ()
    assert evidence_for("The bias is missing.", misses[:1]) == ("you got: linear = 7",)


def test_checks_of_one_name_are_one_line() -> None:
    held = CheckOutcome(
        Check(true="callable(y)", name="y"), Scenario(), Missing(), Missing(), about="y"
    )
    lines = results_of([held, missed("y", "7"), missed("z", "8")])
    assert [(line.name, line.passed) for line in lines] == [("y", False), ("z", False)]
    assert results_of([held, held])[0].passed


def test_a_line_has_the_name_of_its_check_without_marks() -> None:
    named = Check(true="fits(net)", name="`net` and the line of `model`")
    (line,) = results_of([CheckOutcome(named, Scenario(), Missing(), Missing())])
    assert line.name == "net and the line of model"


def test_of_long_givens_the_evidence_has_one_row() -> None:
    scenario = Scenario(label="scores = np.array([" + "800.0, " * 40 + "1.0])", varied=("scores",))
    line, got = evidence_of(
        CheckOutcome(Check(same="y"), scenario, Missing(), Missing(), about="y", shown="7")
    )
    assert line.startswith("with scores = np.array([800.0, ")
    assert len(line) == 74
    assert got == "you got: y = 7"
