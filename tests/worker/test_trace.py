"""What is recorded of a training, and what the vocabulary makes of it."""

from __future__ import annotations

import pytest

from tests.support.engine import Served, run
from tutor.wire.events import LossesRecorded
from tutor.wire.values import FloatValue, SequenceValue

pytestmark = pytest.mark.xdist_group("torch")

MODEL = """
model = nn.Sequential(nn.Linear(16, 8), nn.ReLU(), nn.Linear(8, 2))
input_tensor = torch.randn(1, 16)
output_tensor = torch.tensor([1])
criterion = nn.CrossEntropyLoss()
lr = 0.01
"""
LOOP = """
optimizer = optim.{optimizer}
for epoch in range({epochs}):
    optimizer.zero_grad()
    output = model(input_tensor)
    loss = criterion(output, output_tensor)
    loss.backward()
    optimizer.step()
"""
ADAM = LOOP.format(optimizer="Adam(model.parameters(), lr=lr)", epochs=5)
RIGHT = "gradient_used(lambda m: given.criterion(m(given.input_tensor), given.output_tensor), {k})"


def _shown(served: Served) -> list[str]:
    assert served.status == 0, served.output
    return [answer.shown for answer in served.answers]


def _losses(served: Served) -> list[float]:
    told = [loss for event in served.all(LossesRecorded) for loss in event.losses]
    firsts = [event.first for event in served.all(LossesRecorded)]
    assert firsts == sorted(firsts)
    return told


def test_frozen_parameters_count_as_gradients_of_zero() -> None:
    source = "for p in model[0].parameters():\n    p.requires_grad = False\n" + ADAM
    served = run(source, RIGHT.format(k=0), given=MODEL)
    scale, cosine = served.answers[0].shown.strip("()").split(", ")
    assert 0 < float(scale) < 1
    assert 0 < float(cosine) < 1


def test_five_epochs_of_adam() -> None:
    served = run(
        ADAM + "final = loss.item()",
        "(trace.backwards, trace.steps, trace.zero_grads)",
        "trace.events[:4]",
        "len(trace.step_log), trace.step_log[0].optimizer, trace.step_log[0].lr",
        "[torch.equal(a.after[0], b.before[0]) "
        "for a, b in zip(trace.step_log, trace.step_log[1:])]",
        "[p is q for p, q in zip(trace.step_log[4].parameters, model.parameters())]",
        "torch.equal(trace.step_log[4].after[0], model[0].weight)",
        "torch.equal(trace.step_log[4].gradient[0], model[0].weight.grad)",
        "moved(model[0].weight), unchanged('model'), unchanged('input_tensor')",
        "torch.equal(old(model[0].weight), trace.step_log[-1].before[0])",
        RIGHT.format(k=0),
        RIGHT.format(k=4),
        "trace.losses[-1] == final",
        "(trace.given.steps, trace.given.losses)",
        given=MODEL,
        live=True,
    )
    assert _shown(served) == [
        "(5, 5, 5)",
        "('zero_grad', 'backward', 'step', 'zero_grad')",
        "(5, 'Adam', 0.01)",
        "[True, True, True, True]",
        "[True, True, True, True]",
        "True",
        "True",
        "(True, False, True)",
        "True",
        "(1.0, 1.0)",
        "(1.0, 1.0)",
        "True",
        "(0, ())",
    ]
    losses = _losses(served)
    assert len(losses) == 5
    assert losses == sorted(losses, reverse=True)


def test_what_the_givens_trained_is_kept_apart() -> None:
    served = run(
        "x = 1", "trace.steps", "trace.given.steps", "len(trace.given.losses)", given=MODEL + ADAM
    )
    assert _shown(served) == ["0", "5", "5"]


@pytest.mark.parametrize(
    ("change", "scale", "cosine"),
    [
        (("loss.backward()", "(-loss).backward()"), 1.0, -1.0),
        (("loss = criterion", "loss = 3 * criterion"), 3.0, 1.0),
        (("    optimizer.zero_grad()\n", ""), None, None),
    ],
)
def test_the_gradient_that_a_step_used(
    change: tuple[str, str], scale: float | None, cosine: float | None
) -> None:
    served = run(ADAM.replace(*change), RIGHT.format(k=1), given=MODEL)
    value = served.answers[0].value
    assert isinstance(value, SequenceValue)
    got = [item.value for item in value.items if isinstance(item, FloatValue)]
    if scale is None:
        assert got[0] > 1.5, "gradients piled up"
    else:
        assert got == pytest.approx([scale, cosine])


def test_a_closure_and_two_optimizers() -> None:
    source = """
optimizer = optim.LBFGS(model.parameters(), lr=lr, max_iter=3)
def closure():
    optimizer.zero_grad()
    loss = criterion(model(input_tensor), output_tensor)
    loss.backward()
    return loss
optimizer.step(closure)
other = optim.SGD(model.parameters(), lr=0.5)
other.step()
"""
    served = run(
        source,
        "trace.steps, len(trace.losses), trace.backwards >= 2",
        "[entry.optimizer for entry in trace.step_log]",
        "[all(g is not None for g in entry.gradient) for entry in trace.step_log]",
        given=MODEL,
    )
    assert _shown(served) == ["(2, 1, True)", "['LBFGS', 'SGD']", "[True, True]"]


UPDATE = """
weight0 = model[0].weight
grads0 = weight0.grad
with torch.no_grad():
    weight0 -= lr * grads0
"""
BACKWARD = "criterion(model(input_tensor), output_tensor).backward()\n"


@pytest.mark.parametrize(
    ("given", "source"), [(MODEL + BACKWARD, UPDATE), (MODEL, BACKWARD + UPDATE)]
)
def test_a_manual_update_is_judged_against_the_last_backward_or_the_givens(
    given: str, source: str
) -> None:
    served = run(
        source,
        "torch.allclose(weight0 - old(weight0), -given.lr * grad_of(model[0].weight))",
        "torch.equal(before_update(weight0), old(weight0))",
        "moved(model[0].weight), moved(model[2].weight)",
        given=given,
    )
    assert _shown(served) == ["True", "True", "(True, False)"]


@pytest.mark.parametrize("update", ["w.data = w.data - w.grad", "w.data -= w.grad"])
def test_the_state_at_the_last_backward_is_that_after_updates_through_data(update: str) -> None:
    source = (
        "w = torch.tensor([4.0], requires_grad=True)\n"
        f"for n in range(2):\n    w.grad = None\n    (3 * w).sum().backward()\n    {update}\n"
    )
    served = run(source, "old(w).item(), w.item()")
    assert _shown(served) == ["(1.0, -2.0)"]


def test_an_update_by_hand_starts_where_the_last_optimizer_step_ended() -> None:
    served = run(
        ADAM + UPDATE,
        "torch.equal(before_update(weight0), trace.step_log[-1].after[0])",
        "torch.allclose(weight0, before_update(weight0) - given.lr * grad_of(weight0))",
        given=MODEL,
    )
    assert _shown(served) == ["True", "True"]


def test_a_new_model_is_compared_by_name() -> None:
    served = run(
        "model = nn.Sequential(nn.Linear(16, 8), nn.ReLU(), nn.Linear(8, 2))",
        "torch.equal(old(model[0].weight), given.model[0].weight)",
        "old(torch.ones(1))",
        given=MODEL,
    )
    assert served.answers[0].shown == "True"
    assert served.answers[1].error is not None
    assert served.answers[1].error.type_name == "LookupError"


def test_losses_without_an_optimizer_are_those_of_each_backward() -> None:
    source = """
w = torch.ones(1, requires_grad=True)
for _ in range(100):
    loss = (w * w).sum()
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
        w.grad = None
grads = torch.autograd.grad((w * w).sum(), w)
torch.ones(2, requires_grad=True).mul(2).backward(torch.ones(2))
"""
    served = run(source, "len(trace.losses), trace.backwards, trace.events[-2:]", live=True)
    assert _shown(served) == ["(101, 102, ('grad', 'backward'))"]
    assert len(_losses(served)) == 101


def test_a_long_training_is_told_whole_and_logged_in_part() -> None:
    served = run(
        LOOP.format(optimizer="SGD(model.parameters(), lr=lr)", epochs=1_200),
        "trace.steps, len(trace.losses), len(trace.step_log)",
        "bool(trace.step_log[199].before), bool(trace.step_log[200].before)",
        RIGHT.format(k=500),
        given=MODEL,
        live=True,
    )
    assert _shown(served)[:2] == ["(1200, 1200, 1000)", "(True, False)"]
    assert served.answers[2].error is not None
    assert len(_losses(served)) == 1_200


def test_module_zero_grad_counts_too() -> None:
    served = run("model.zero_grad()", "trace.zero_grads, trace.events", given=MODEL)
    assert _shown(served) == ["(1, ('zero_grad',))"]


def test_a_failed_backward_is_none() -> None:
    served = run("torch.ones(1).sum().backward()", "trace.backwards, trace.error")
    assert _shown(served)[0].startswith("(0, 'RuntimeError: element 0 of tensors")


def test_training_goes_on_whatever_is_trained() -> None:
    source = """
class T(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        return super().__torch_function__(function, types, args, kwargs or {})
w = torch.ones(1).as_subclass(T).requires_grad_()
(w * 1j).sum().abs().backward()
embedding = nn.Embedding(10, 3, sparse=True)
optimizer = optim.SGD(embedding.parameters(), lr=0.1)
embedding(torch.tensor([1])).sum().backward()
optimizer.step()
empty = optim.SGD([nn.Parameter(torch.ones(1))], lr=torch.tensor(0.1))
empty.step()
done = True
"""
    served = run(source, "done, trace.steps, trace.step_log[0].gradient")
    assert _shown(served) == ["(True, 2, (None,))"]
