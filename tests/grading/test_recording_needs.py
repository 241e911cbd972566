"""Whether the copies of tensors that a question reads are taken while the program runs."""

from __future__ import annotations

import inspect
from dataclasses import fields

import pytest

from tests.support.engine import loaded, run
from tutor.grading.recording_needs import COUNTED, STATE_FUNCTIONS, need_step_log
from tutor.wire.commands import Question

pytestmark = pytest.mark.xdist_group("torch")


@pytest.mark.parametrize(
    "expression",
    [
        "trace.step_log[-1].lr",
        "trace.given.step_log",
        "trace",
        "vars(trace)",
        "[moved(weight) for weight in weights(model)]",
        "not trace.error and grad_of(w) is None",
        "gradient_used(lambda m: m(x))[0]",
        "(lambda t: t)(trace).losses",
        "trace.zero_grads > 0",
        "'grad' in trace.events",
        "1 +",
    ],
)
def test_what_reads_an_earlier_state_needs_it(expression: str) -> None:
    assert need_step_log([Question("1"), Question(expression)])


@pytest.mark.parametrize(
    "expression", ["model.old", "trace.losses[-1]", "unchanged('x')", "'moved' in trace.assigned"]
)
def test_what_does_not_does_without(expression: str) -> None:
    assert not need_step_log([Question(expression)])


def test_the_functions_are_those_of_the_worker() -> None:
    """A function that was left out would be answered by a LookupError."""
    loaded()
    from tutor.worker.reference import Reference
    from tutor.worker.trace import Trace

    public = {name for name, _ in inspect.getmembers(Reference, inspect.isfunction)}
    assert {*STATE_FUNCTIONS, "unchanged"} == {n for n in public if not n.startswith("_")}
    assert {field.name for field in fields(Trace)} - COUNTED == {
        *("step_log", "given", "optimizers", "zero_grads", "events")
    }


SOURCE = """
optimizer = optim.SGD(model.parameters(), lr=0.1)
for step in range(3):
    model(torch.ones(1, 2)).sum().backward()
    optimizer.step()
"""


def test_without_the_copies_nothing_is_answered_wrongly() -> None:
    questions = ("trace.steps", "len(trace.losses)", *(f"{n}(model.weight)" for n in _OF_A_TENSOR))
    served = run(
        SOURCE, *questions, "unchanged('model')", given="model = nn.Linear(2, 1)", step_log=False
    )
    assert [answer.shown for answer in served.answers[:2]] == ["3", "3"]
    errors = [answer.error for answer in served.answers[2:-1]]
    assert {error and error.type_name for error in errors} == {"LookupError"}
    assert served.answers[-1].shown == "False"


_OF_A_TENSOR = sorted(STATE_FUNCTIONS - {"gradient_used"})
