"""Of a run that nobody sees, the app is told the steps alone."""

from __future__ import annotations

import pytest

from tests.support.engine import PRELUDE, loaded, serve
from tests.worker.test_live_reporter import Clock, Pipe
from tutor.wire.commands import Execute, Program
from tutor.wire.events import Answered, Done, Executed, LossesRecorded

pytestmark = pytest.mark.xdist_group("torch")

TRAINING = """
model = nn.Linear(2, 1)
optimizer = optim.SGD(model.parameters(), lr=0.1)
for n in range(5):
    loss = model(torch.ones(3, 2)).mean()
    loss.backward()
    optimizer.step()
"""
BY_HAND = """
w = torch.ones(2, requires_grad=True)
for n in range(70):
    loss = (w * w).sum()
    loss.backward()
    w = (w - 0.1 * w.grad).detach().requires_grad_()
"""


@pytest.mark.parametrize(("source", "steps"), [(TRAINING, 5), (BY_HAND, 70), ("n = 1", 0)])
def test_its_losses_are_told_and_nothing_else_is(source: str, steps: int) -> None:
    program = Program(PRELUDE, "", source)
    command = Execute(program, counts_steps=True, views=("map", "model"))
    served = serve(command, ("n",))
    assert {type(event) for event in served.events} <= {LossesRecorded, Executed, Answered, Done}
    assert sum(len(event.losses) for event in served.all(LossesRecorded)) == steps
    watched = serve(Execute(program, live=True), ("n",))
    told = [loss for event in watched.all(LossesRecorded) for loss in event.losses]
    assert [loss for event in served.all(LossesRecorded) for loss in event.losses] == told
    assert served.answers == watched.answers


def test_they_are_told_while_it_trains_twenty_times_a_second() -> None:
    loaded()
    import torch

    from tutor.worker.recorder import Recorder
    from tutor.worker.step_reporter import StepReporter

    pipe, clock = Pipe(), Clock()
    reporter = StepReporter(pipe, clock)
    recorder = Recorder(reporter, keeps_states=False)
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    for count in range(100):
        recorder.after_backward((torch.tensor(float(count)),), True, float(count))
        recorder.after_step(optimizer)
        clock.now += 0.01
    assert 15 <= len(pipe.events) <= 21
    reporter.finish(recorder)
    assert pipe.losses() == [float(count) for count in range(100)]


def test_most_steps_pass_without_a_call_of_the_reporter(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded()
    import torch

    from tutor.worker.recorder import Recorder
    from tutor.worker.step_reporter import StepReporter
    from tutor.worker.training_hooks import WATCH, recorded

    calls: list[Recorder] = []
    after = StepReporter.after

    def counted(reporter: StepReporter, recorder: Recorder) -> None:
        calls.append(recorder)
        after(reporter, recorder)

    monkeypatch.setattr(StepReporter, "after", counted)
    recorder = Recorder(StepReporter(Pipe()), keeps_states=False)
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    run_backward = recorded(lambda *_, **__: None)
    WATCH.follow(recorder)
    for count in range(200):
        run_backward((torch.tensor(float(count)),), accumulate_grad=True)
        recorder.after_step(optimizer)
    WATCH.stop()
    assert recorder.by_step.kept.tolist() == [float(count) for count in range(200)]
    assert len(calls) < 50
