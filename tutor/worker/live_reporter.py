"""Sends the app losses, steps and the inventory of a training while it runs.

It polls for pause requests fifty times a second. It sends everything, and blocks, only after such a
request.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterable, MutableMapping
from contextlib import suppress

from tutor.wire.events import (
    FromLearner,
    InventoryTaken,
    NameBound,
    Paused,
    Phase,
    TrainingNoted,
)
from tutor.wire.models import ModelsDescribed
from tutor.worker.allowance import Allowance
from tutor.worker.channel_protocol import EventChannel
from tutor.worker.inventory import Training, take_inventory
from tutor.worker.kept_numbers import kept_numbers
from tutor.worker.layer_watch import LayerWatch
from tutor.worker.loop_notes import LoopNotes
from tutor.worker.loss_series import LossSeries
from tutor.worker.parameter_history import GivenParameters, ParameterHistory
from tutor.worker.probes import Probes
from tutor.worker.recorder import Recorder
from tutor.worker.stack import learner_line
from tutor.worker.step_reporter import StepReporter
from tutor.worker.training_hooks import WATCH, before_phase
from tutor.worker.view_probes import ViewProbes

STEPS_EVERY = 0.25
"""Seconds between two batches of snapshots, each with an inventory unless that takes too long: one
large batch costs the training less than many small ones."""
MODEL = "model"
"""The view that shows the layers of models."""
INVENTORY_SHARE = 0.003
"""Share of the training's time that the inventory may take."""
POLL_EVERY = 0.02
"""Seconds between two polls for a pause request; during one, each phase polls."""


class LiveReporter(StepReporter):
    """The reporter of one run that the learner watches."""

    def __init__(
        self,
        channel: EventChannel,
        namespace: MutableMapping[str, object],
        clock: Callable[[], float] = time.perf_counter,
        *,
        given: Recorder | None = None,
        layers: LayerWatch | None = None,
        hold: int = 0,
        flush: Callable[[], None] = lambda: None,
        views: ViewProbes | None = None,
        loops: LoopNotes | None = None,
        pace: float = 0.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Start the clock of the run.

        `given` has recorded the training of the given code, `layers` records the models. `hold` is
        the number of a pause requested before the program began, 0 without one. `flush` writes out
        the program's buffered output. `views` get the data of views that have a probe. `pace` is
        the maximum number of training steps a second, kept by `sleep`; 0: there is none.
        """
        super().__init__(channel, clock)
        self._flush = flush
        self._history = ParameterHistory(namespace)
        self._for_inventory = Allowance(INVENTORY_SHARE, elapsed=clock)
        self._given = given
        self._layers = layers
        self._given_parameters = GivenParameters(namespace)
        self._views = views if views is not None else ViewProbes({}, {})
        self._views.key_frames = self._history.kept
        self._history.on_kept = self._views.keep
        self._pace = pace
        self._sleep = sleep
        self._next_turn = self._started
        """The time before which a training with a pace may not go on."""
        self._paced_step = 0
        self._to_bind: dict[str, int | float] = {}
        self._probes = Probes(
            channel, before_phase, hold, watch=self._watch, bind=self._to_bind.update
        )
        self._namespace = namespace
        self._loops = loops or LoopNotes()
        self._unsent_notes: list[TrainingNoted] = []
        self._paused_step = self._paused_epoch = 0
        """The step and the epoch of the program's last pause."""
        self._next_losses = self._started
        self._next_steps = self._started + STEPS_EVERY
        self._next_poll = self._next_due = 0.0
        """The times of the next poll for a pause request, and of the next data to take or send;
        `next_after` is the earlier one."""
        self.is_holding = hold > 0
        if layers is not None:
            layers.open()  # the given code may have called its models too often

    def before(self, phase: Phase, recorder: Recorder) -> None:
        """Pause the program here if the app has requested it, and show its present state."""
        if threading.get_ident() != self._thread:
            return
        requested = self._probes.requested
        if not requested:
            recorder.is_holding = False
            return
        step = recorder.step_in_progress(phase)
        if self._is_reached(step):
            self._paused_step, self._paused_epoch = step, self._loops.epoch
            self._report_all(recorder, step)
            self._channel.report(Paused(requested, phase, step, learner_line()))
            waiting_since = self._clock()
            try:
                self._probes.wait()
            finally:
                self._started += self._clock() - waiting_since  # the program did not run meanwhile

    def _is_reached(self, step: int) -> bool:
        length = self._probes.length
        if length == "phase":
            return True
        if length == "epoch" and self._loops.notes:
            return self._loops.epoch > self._paused_epoch
        return step > self._paused_step

    def after(self, recorder: Recorder) -> None:
        """Record the step, and offer the app all due events, after a step or a backward."""
        if threading.get_ident() != self._thread:
            return
        if self._pace and recorder.count > self._paced_step:
            self._wait_for_turn(recorder.count)
        now = self._clock()
        if now >= self._next_poll:
            self._next_poll = now + POLL_EVERY
            WATCH.hold(self._probes.requested > 0)
            self._bind_names(recorder.count)
        if now >= self._next_due or recorder.count >= self.next_step:
            self._next_due = self._tell(recorder, now)
        self.next_after = 0.0 if self._pace else min(self._next_due, self._next_poll)

    def _wait_for_turn(self, step: int) -> None:
        """Wait until the next step may begin, and let the app's requests take effect there."""
        self._sleep(max(0.0, self._next_turn - self._clock()))
        self._next_turn = max(self._next_turn, self._clock()) + 1 / self._pace
        self._paced_step = step
        self._next_poll = 0.0

    def _bind_names(self, steps: int) -> None:
        """Bind the names that the app has asked for; the present step is over."""
        bound = []
        for name, number in self._to_bind.items():
            if self._namespace.get(name) != number:
                self._namespace[name] = number
                bound.append(NameBound(name, number, steps))
        self._to_bind.clear()
        if bound:
            self._unsent_notes.append(TrainingNoted(bound=tuple(bound)))

    def _tell(self, recorder: Recorder, now: float) -> float:
        """Take and offer all due data; return the time at which there may be more."""
        self._history.take(recorder, recorder.shown.series)
        ahead, pause = self._history.due(recorder.shown.series)
        self.next_step = min(self._follow_layers(now, recorder), recorder.count + ahead)
        if now >= self._next_losses:
            series = self._offer_losses(recorder, now)
            self._next_losses = now + self._losses_every
            if series is not None:
                self._send_notes(recorder, self._channel.offer)
                self._send_models(self._channel.offer_all)
            if now >= self._next_steps:
                self._next_steps = now + STEPS_EVERY
                self._offer_batch(recorder, series)
        if now >= self._views.next_turn:
            self._channel.offer_all(self._views.turn(recorder))
        if self._layers is not None and self._layers.is_open:
            return 0.0
        return min(now + pause, self._next_losses, self._views.next_turn)

    def _offer_batch(self, recorder: Recorder, series: LossSeries | None) -> None:
        if series is not None:
            self._history.send(series, self._channel.offer_all)
        if not self._for_inventory.wait():
            started = self._for_inventory.now()
            self._channel.offer(self._inventory(recorder))
            self._for_inventory.spend(started)

    def _follow_layers(self, now: float, recorder: Recorder) -> float:
        """Record the models' layers; return the number of steps after which to do it again."""
        if self._layers is None:
            return math.inf
        until_always = self._history.until_always(recorder.shown.series)
        self._layers.after(recorder, now, is_next_always=until_always == 1)
        return min(self._layers.next_step, recorder.count + max(2, until_always)) - 1

    def _send_models(self, send_all: Callable[[Iterable[ModelsDescribed]], int]) -> None:
        if self._layers is not None:
            del self._layers.unsent[: send_all(self._layers.unsent)]

    def _watch(self, views: tuple[str, ...]) -> None:
        self._views.watch(views)
        if self._layers is not None:
            self._layers.watch(is_watched=MODEL in views)
        self._next_due = 0.0

    def _report_all(self, recorder: Recorder, step: int) -> None:
        """Send all losses, steps and the inventory, and block until they are written."""
        self._flush()
        report = self._channel.report
        self._send_recorded(recorder, self._decided(recorder), report)
        for shown in self._views.all_now(recorder):
            report(shown)
        if self._layers is not None:
            self._layers.open(recorder)
            if (models := self._layers.described(recorder, step)).models:
                report(models)
        report(self._inventory(recorder))

    def finish(self, recorder: Recorder) -> None:
        """Send the rest of the losses and steps and a last inventory, when the program is over."""
        self._probes.end()
        self._views.end()
        series = self._decided(recorder) or recorder.shown.series
        self._send_recorded(recorder, series, self._channel.send, ended=True)
        if (start := self._history.start()) is not None:
            self._channel.send(start)
        if self._layers is not None:
            with suppress(Exception):  # models that cannot be read
                if (models := self._layers.finish(recorder)).models:
                    self._channel.send(models)
            self._layers.close()
        self._channel.send(self._inventory(recorder))

    def show_end(self, recorder: Recorder) -> None:
        """Send the final data of the views, after everything that the check needs."""
        for event in self._views.close(recorder):
            self._channel.send(event)

    def _send_recorded(
        self,
        recorder: Recorder,
        series: LossSeries | None,
        send: Callable[[FromLearner], None],
        *,
        ended: bool = False,
    ) -> None:
        """Send losses, snapshots and notes, if the series of losses is decided."""
        if series is not None:
            self._send_losses(series, send)
            self._history.send(series, lambda events: len([*map(send, events)]))
            self._send_models(lambda events: len([*map(send, events)]))
            self._send_notes(recorder, send, ended=ended)
        if (given := self._given_parameters.event()) is not None:
            send(given)

    def _send_notes(
        self, recorder: Recorder, send: Callable[[FromLearner], object], *, ended: bool = False
    ) -> None:
        """Pass new notes on the training to `send`, which returns False to refuse one."""
        checked = recorder.checks.untold(ended=ended)
        is_without = ended and not recorder.shown.series.count
        kept = kept_numbers(self._namespace) if is_without else ()
        event = recorder.notes.untold(self._loops.untold(), checked, kept)
        if event is not None:
            self._unsent_notes.append(event)
        while self._unsent_notes and send(self._unsent_notes[0]) is not False:
            del self._unsent_notes[0]

    def _inventory(self, recorder: Recorder) -> InventoryTaken:
        """Take the inventory; before any training, the givens' trained tensors are first."""
        steps = recorder.count
        tensors, trained = recorder.trained_tensors(), recorder.trained
        if not tensors and self._given is not None:
            tensors = self._given.trained_tensors()
        is_past = trained.are_leaves_renewed and trained.leaves_of < steps and not recorder.steps
        last_seen = trained.leaves_of if is_past else 0
        return take_inventory(self._namespace, Training(tensors, trained.names, steps, last_seen))
