"""A training of a million steps: what is kept of it, in the worker and in the app, and how much."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise

import pytest

from tests.support.engine import loaded
from tutor.session.losses import loss_view
from tutor.session.timeline import RunRecord
from tutor.wire.events import StepRecorded

pytestmark = pytest.mark.xdist_group("torch")

STEPS = 1_000_000
LOWEST, HIGHEST, NO_NUMBER = 654_321, 765_432, 876_543


def all_losses() -> list[float]:
    losses = [1.0 + (step * 7919 % 1000) / 1000 for step in range(STEPS)]
    losses[LOWEST], losses[HIGHEST], losses[NO_NUMBER] = -5.0, 99.0, math.nan
    return losses


def test_the_curve_keeps_its_first_its_last_and_its_extremes_and_little_else() -> None:
    loaded()
    from tutor.worker.loss_series import MAX_WHOLE, LossSeries

    series, record, losses = LossSeries(), RunRecord(), all_losses()
    append = series.append
    for loss in losses:
        append(loss)
    series.catch_up()
    assert len(series.kept) <= MAX_WHOLE + 2 * (STEPS - MAX_WHOLE) // 100 + 1
    record.take(tuple(series.batches(0)))
    assert len(record.losses) == STEPS
    for step in (0, 1, LOWEST, HIGHEST, STEPS - 1):
        assert record.losses[step] == losses[step]
    view = loss_view(record, None)
    assert view.broken_step == NO_NUMBER + 1
    known = [loss for loss in view.losses if math.isfinite(loss)]
    assert (min(known), max(known)) == (-5.0, 99.0)
    assert len(known) == len(series.kept) - 1


def test_key_frames_come_from_all_of_it_and_thin_out() -> None:
    loaded()
    import torch

    from tutor.worker.allowance import Allowance
    from tutor.worker.parameter_history import (
        FREE_SECONDS,
        MAX_KEPT,
        MAX_KEYFRAMES,
        SHARE,
        ParameterHistory,
    )
    from tutor.worker.recorder import Recorder

    now = 0.0
    recorder = Recorder()
    history = ParameterHistory({}, Allowance(SHARE, FREE_SECONDS, lambda: now, lambda: now))
    parameter = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([parameter], lr=0.1)
    series, record, sent = recorder.by_step, RunRecord(), 0

    def take_all(events: Iterable[StepRecorded]) -> int:
        nonlocal sent
        found = tuple(events)
        record.take(found)
        sent += len(found)
        return len(found)

    recorder.after_backward((torch.tensor(1.0),), True, 1.0)
    recorder.after_step(optimizer)
    for step in range(0, STEPS, 100):
        now, series.count = step / 1000, step + 1
        history.take(recorder, series)
        if step % 10_000 == 0:
            history.send(series, take_all)
    history.send(series, take_all)
    kept = [step for step, _ in reversed([*record.recording.before(None)])]
    assert 50 < len(kept) <= MAX_KEYFRAMES
    assert kept[0] == 0
    assert kept[-1] > 0.97 * STEPS
    gaps = [after - before for before, after in pairwise(kept)]
    assert max(gaps) < STEPS / 25, "they come from all of it"
    assert len(history.kept) <= MAX_KEPT
    assert sent < 3_000
