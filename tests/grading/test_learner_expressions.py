"""Which expressions of a check a learner could have written."""

from __future__ import annotations

import pytest

from tutor.grading.learner_expressions import is_learner_expression

NAMES = {"model", "sigmoid", "loss", "x"}


@pytest.mark.parametrize(
    "expression",
    ["loss", "model[0].weight", "sigmoid(2.4)", "model(x)", "loss.item()", "loss > 0", "x[-1] * 2"],
)
def test_names_places_and_calls_are_the_learners(expression: str) -> None:
    assert is_learner_expression(expression, NAMES)


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "1.0",
        "given.x",
        "trace.steps",
        "run(model, x)",
        "sigmoid(given.x)",
        "[loss, x]",
        "[s for s in x]",
        "loss if x else model",
        "(lambda: loss)()",
        "sigmoid(x, x, x, x, x, x, x, x, x, x, x, x)",
        "loss\n+ x",
        "1 +",
    ],
)
def test_all_else_is_the_lessons(expression: str) -> None:
    assert not is_learner_expression(expression, NAMES)
