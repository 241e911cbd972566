"""Which loss belongs to which optimizer, and to updates by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.engine import Served, loaded, run
from tutor.wire.events import LossBroken, LossesRecorded, TrainingNoted

pytestmark = pytest.mark.xdist_group("torch")

TWO = """
a, b, x = nn.Linear(2, 1), nn.Linear(2, 1), torch.ones(3, 2)
a_optimizer = optim.SGD(a.parameters(), lr=0.01)
b_optimizer = optim.Adam(b.parameters(), lr=0.01)
"""
BOTH_THEN_BOTH = """
for i in range(4):
    a_loss = (a(x) ** 2).mean()
    b_loss = 100 + (b(x) ** 2).mean()
    a_optimizer.zero_grad(); b_optimizer.zero_grad()
    a_loss.backward(); b_loss.backward()
    a_optimizer.step(); b_optimizer.step()
"""
BY_HAND = """
w = torch.ones(1, requires_grad=True)
for i in range(90):
    by_hand = 1000 + (w * w).sum()
    by_hand.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
    w.grad = None
"""
STEPS = """
for i in range(5):
    loss = (a(x) ** 2).mean()
    a_optimizer.zero_grad()
    loss.backward()
    a_optimizer.step()
"""


def curves(served: Served) -> dict[str, list[float]]:
    """Return the told losses by the names of their curves."""
    names = {each.curve: each.name for note in served.all(TrainingNoted) for each in note.curves}
    numbers: dict[int, int] = {}
    losses: dict[int, float] = {}
    for event in served.all(LossesRecorded):
        for place, loss in enumerate(event.losses):
            losses[event.first + place] = loss
            numbers[event.first + place] = event.curves[place] if event.curves else 0
    found: dict[str, list[float]] = {}
    for place in sorted(losses):
        found.setdefault(names.get(numbers[place], "?"), []).append(losses[place])
    return found


def test_each_optimizer_has_the_loss_that_reaches_its_parameters() -> None:
    served = run(
        TWO + BOTH_THEN_BOTH,
        "[(each.optimizer, len(each.losses), len(each.step_log)) for each in trace.optimizers]",
        "all(loss > 99 for loss in trace.optimizers[1].losses)",
        "len(trace.losses), [record.index for record in trace.step_log[:4]]",
        live=True,
    )
    told = curves(served)
    assert list(map(len, told.values())) == [4, 4]
    (small, large) = told.values()
    assert max(small) < 90 < min(large)
    shown = [answer.shown for answer in served.answers]
    assert shown == ["[('SGD', 4, 4), ('Adam', 4, 4)]", "True", "(8, [0, 1, 0, 1])"]


def test_a_loss_that_reaches_both_is_of_the_optimizer_that_has_no_other() -> None:
    source = """
for i in range(4):
    fake = b(x)
    a_loss = (a(torch.cat([fake.detach(), fake.detach()], 1)) ** 2).mean()
    b_loss = 100 + (a(torch.cat([fake, fake], 1)) ** 2).mean()
    a_optimizer.zero_grad(); b_optimizer.zero_grad()
    a_loss.backward(); b_loss.backward()
    a_optimizer.step(); b_optimizer.step()
"""
    served = run(TWO + source, live=True)
    (small, large) = curves(served).values()
    assert len(small) == len(large) == 4
    assert max(small) < 90 < min(large)


def test_a_second_backward_for_the_same_parameters_is_no_other_optimizers() -> None:
    source = """
for i in range(3):
    a_optimizer.zero_grad()
    (0.1 * a.weight.norm()).backward()
    loss = 50 + (a(x) ** 2).mean()
    loss.backward()
    a_optimizer.step()
"""
    served = run(source, "[round(loss) >= 50 for loss in trace.losses]", given=TWO)
    assert served.answers[0].shown == "[True, True, True]"


def test_a_joint_loss_is_told_once() -> None:
    source = """
for i in range(3):
    loss = (a(x) ** 2).mean() + (b(x) ** 2).mean()
    a_optimizer.zero_grad(); b_optimizer.zero_grad()
    loss.backward()
    a_optimizer.step(); b_optimizer.step()
"""
    served = run(TWO + source, "trace.steps, len(trace.losses)", live=True)
    assert served.answers[0].shown == "(6, 3)"
    assert list(map(len, curves(served).values())) == [3]


def test_an_optimizer_that_is_made_anew_goes_on_with_its_curve() -> None:
    source = """
for epoch in range(4):
    a_optimizer = optim.SGD(a.parameters(), lr=0.1 / (epoch + 1))
    loss = (a(x) ** 2).mean()
    a_optimizer.zero_grad()
    loss.backward()
    a_optimizer.step()
"""
    served = run(TWO + source, "len(trace.optimizers)", live=True)
    assert served.answers[0].shown == "1"
    rates = [each.rate for note in served.all(TrainingNoted) for each in note.rates]
    assert rates == pytest.approx([0.1, 0.05, 0.1 / 3, 0.025])


@pytest.mark.parametrize("hand_first", [True, False])
def test_updates_by_hand_and_an_optimizer_have_a_curve_each(hand_first: bool) -> None:
    source = TWO + (BY_HAND + STEPS if hand_first else STEPS + BY_HAND)
    served = run(source, "len(trace.losses)", live=True)
    told = curves(served)
    assert {name: len(losses) for name, losses in told.items()} == {"loss": 5, "by hand": 90}
    assert min(told["by hand"]) >= 1000 > max(told["loss"])
    assert served.answers[0].shown == "5", "the trace counts the steps of optimizers"


def test_after_a_long_preparation_the_first_backward_is_no_update_by_hand() -> None:
    wait = "import time\nuntil = time.monotonic() + 1.2\nwhile time.monotonic() < until: pass\n"
    served = run(TWO + wait + STEPS, live=True)
    assert {name: len(losses) for name, losses in curves(served).items()} == {"loss": 5}


W = "w = torch.tensor([1.0, 2.0], requires_grad=True)\n"
STEP = "    optimizer.zero_grad()\n    loss.backward()\n    optimizer.step()\n"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "x = torch.linspace(0, 10, 20)\noptimizer = optim.SGD([w], lr=0.5)\n"
            "for i in range(60):\n    loss = ((w[0] * x - 2 * x) ** 2).mean()\n",
            ("rate", "loss"),
        ),
        (
            "optimizer = optim.SGD([w], lr=0.1)\n"
            "for i in range(3):\n    p = torch.clamp(w - 1, min=0)\n    logs = torch.log(p)\n"
            "    loss = -(logs * torch.tensor([1.0, 0.0])).sum()\n",
            ("log of 0", "logs"),
        ),
        (
            "optimizer = optim.SGD([w], lr=0.1)\n"
            "for i in range(3):\n    loss = torch.log(w - 1.5).sum()\n",
            ("log of a negative number", "loss"),
        ),
        (
            "x = torch.tensor([1.0, float('nan')])\noptimizer = optim.SGD([w], lr=0.1)\n"
            "for i in range(3):\n    out = w * x\n    loss = out.sum()\n",
            ("data", "x"),
        ),
        (
            "optimizer = optim.SGD([w], lr=0.1)\n"
            "for i in range(3):\n    ratio = 1 / (w - 1)\n    loss = ratio.sum()\n",
            ("division by 0", "ratio"),
        ),
        (
            "optimizer = optim.SGD([w], lr=0.1)\n"
            "for i in range(3):\n    grown = torch.exp(100 * w)\n    loss = grown.sum()\n",
            ("overflow of exp", "grown"),
        ),
        (
            "optimizer = optim.SGD([w], lr=0.1)\n"
            "for i in range(3):\n    loss = (w - 1).sqrt().sum() + 1\n",
            ("weights", "w"),
        ),
    ],
)
def test_the_first_loss_that_is_no_number_is_told_with_what_broke_it(
    source: str, expected: tuple[str, str]
) -> None:
    served = run(W + source + STEP, live=True)
    assert served.executed.outcome == "finished", served.executed.error
    (broken,) = (each.broken for each in served.all(TrainingNoted) if each.broken is not None)
    assert isinstance(broken, LossBroken)
    assert (broken.reason, broken.name) == expected
    assert broken.line is not None
    losses = curves(served)["loss"]
    assert losses[broken.step - 1] - losses[broken.step - 1] != 0
    assert all(loss - loss == 0 for loss in losses[: broken.step - 1])


class Deaf:
    """A listener to whom nothing is told."""

    is_holding = False
    next_after = next_step = math.inf

    def before(self, phase: object, recorder: object) -> None: ...

    def after(self, recorder: object) -> None: ...


def told_of(rounds: Sequence[tuple[int, int, int]]) -> tuple[object, ...]:
    """Return the record of a training of rounds: backwards, and steps of each optimizer."""
    import torch

    from tutor.worker.recorder import Recorder
    from tutor.worker.training_hooks import WATCH, recorded

    recorder = Recorder(cast(Any, Deaf()), keeps_states=False)
    run_backward = recorded(lambda *_, **__: None)
    WATCH.follow(recorder)
    parameters = [torch.ones(1, requires_grad=True) for _ in range(2)]
    optimizers = [torch.optim.SGD([each], lr=0.1) for each in parameters]
    loss = 0.0
    for backwards, *steps in rounds:
        for _ in range(backwards):
            loss += 1.0
            run_backward((torch.tensor(loss),), accumulate_grad=True)
        for optimizer, count in zip(optimizers, steps, strict=True):
            for _ in range(count):
                recorder.after_step(optimizer)
    WATCH.stop()
    shown = recorder.shown
    all_series = (shown.series, recorder.by_step, recorder.by_backward)
    kept = [(series.count, [*series.kept], bytes(series.curves)) for series in all_series]
    counts = recorder.backwards, recorder.steps, recorder.count_rounds()
    return kept, shown.hand_curve, shown.changed_from, counts


_FEW = st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 1))
_PLAIN = st.just((1, 1, 0))
_MANY = st.tuples(st.sampled_from([33, 63, 64, 65, 130]), st.integers(0, 1), st.integers(0, 1))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(_PLAIN, _FEW, _MANY), max_size=12))
def test_what_comes_between_plain_steps_is_told_as_if_none_were_plain(
    rounds: list[tuple[int, int, int]],
) -> None:
    loaded()
    from tutor.worker.recorder import Recorder

    told = told_of(rounds)
    with pytest.MonkeyPatch.context() as patch:
        never = property(lambda _: False, lambda _, value: None)
        patch.setattr(Recorder, "is_plain", never, raising=False)
        assert told_of(rounds) == told
