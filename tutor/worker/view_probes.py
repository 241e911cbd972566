"""Gets data from the running program for the open views, by one mechanism for all of them.

A view that only draws reported data does not need it. A view that has to call the learner's model
or count something has a `ViewProbe`. While the program runs, views on screen are updated as often
as their share of its time allows. The step's other views are updated only while the program is
paused, and once at its end. The program must not notice a probe: models are called through
`AskedApart`, and an error in a probe is not the program's error.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Protocol

from tutor.wire.events import FromLearner
from tutor.worker.allowance import Allowance
from tutor.worker.asking_apart import AskedApart
from tutor.worker.line_shapes import LineShapes
from tutor.worker.parameter_history import KeyFrame
from tutor.worker.recorder import Recorder
from tutor.worker.seen_calls import SeenCall, SeenCalls
from tutor.worker.trained_names import scopes_of_program

SHARE = 0.006
"""Share of the time of a run that all probes may take together while it runs."""
EVERY = 0.25
"""Seconds between two turns of the probes, or more where they are slow."""
MAX_CLOSING_SECONDS = 0.6
"""CPU seconds at the end of a run after which no more probes are closed."""


class ProgramNow:
    """The present state of a run, for probes to read."""

    def __init__(
        self,
        namespace: dict[str, object],
        recorder: Recorder,
        calls: Sequence[SeenCall],
        apart: AskedApart,
        key_frames: Sequence[KeyFrame],
    ) -> None:
        self.namespace = namespace
        self.recorder = recorder
        self.calls = calls
        """The calls of models and losses in the last observed step."""
        self.apart = apart
        self.key_frames = key_frames
        """The trained tensors at some of the steps."""

    def scopes(self) -> list[Mapping[str, object]]:
        """Return the variables of the program: global ones, and those of functions that run."""
        return scopes_of_program() or [self.namespace]

    @property
    def step(self) -> int:
        """The number of completed training steps."""
        return self.recorder.shown.series.count


class ViewProbe(Protocol):
    """The source of one view's data. It lives as long as the run."""

    def look(self, program: ProgramNow) -> None:
        """Note objects that do not exist later, such as the data of a training function.

        This is called after the first step of each run, even of an unwatched one. It must be quick.
        """
        ...

    def take(self, program: ProgramNow) -> Iterable[FromLearner]:
        """Return the events that show the program as it is now; none if there is nothing new."""
        ...

    def keep(self, frames: Sequence[KeyFrame]) -> None:
        """Note the state besides parameters that belongs to the last frame. Must be quick."""
        ...

    def close(self, program: ProgramNow) -> Iterable[FromLearner]:
        """Yield the events that show the program after its end."""
        ...


MakeProbe = Callable[[], ViewProbe]


class ViewProbes:
    """The probes of one run."""

    def __init__(
        self,
        probes: Mapping[str, MakeProbe],
        namespace: dict[str, object],
        *,
        views: Iterable[str] = (),
        watched: Iterable[str] = (),
        clock: Callable[[], float] = time.perf_counter,
        line_shapes: LineShapes | None = None,
    ) -> None:
        """Make the probes of `views`, and record the calls of the first step.

        `watched` are the views that are on screen. `line_shapes` does not record calls of probes.
        """
        self._probes = {name: probes[name]() for name in views if name in probes}
        self._watched: tuple[str, ...] = ()
        self._namespace = namespace
        self.apart = AskedApart(namespace, line_shapes)
        self._calls = SeenCalls()
        self.key_frames: Sequence[KeyFrame] = ()
        """The trained tensors at some of the steps; empty if no history is kept."""
        self._clock = clock
        self._allowance = Allowance(SHARE, elapsed=clock)
        self._has_looked = not self._probes
        self.next_turn = float("inf")
        """The time of the next turn while the program runs; inf while there will be none."""
        if self._probes:
            self._calls.look()
            self.watch(watched)

    def watch(self, views: Iterable[str]) -> None:
        """Update only these views from now on while the program runs."""
        self._watched = tuple(view for view in views if view in self._probes)
        is_due = self._watched or not self._has_looked
        self.next_turn = self._clock() if is_due else float("inf")

    def turn(self, recorder: Recorder) -> list[FromLearner]:
        """Return the watched views' events if it is their turn, after step or backward.

        Each turn needs the calls of one step. Those of the first turn are recorded already.
        """
        if self._clock() < self.next_turn:
            return []
        if wait := self._allowance.wait():
            self.next_turn = self._clock() + wait
            return []
        if self._has_looked and not self._calls.is_looking:
            self._calls.look()
            return []
        started = self._allowance.now()
        self._calls.close()
        program = self._now(recorder)
        if not self._has_looked:
            self._has_looked = True
            for probe in self._probes.values():
                with suppress(Exception):
                    probe.look(program)
        events = [*self._taken(self._watched, program)]
        self._allowance.spend(started)
        self.next_turn = self._clock() + max(EVERY, self._allowance.wait())
        if not self._watched:
            self.next_turn = float("inf")
        return events

    def keep(self) -> None:
        """Let the probes note the state that belongs to the last key frame."""
        for probe in self._probes.values():
            with suppress(Exception):
                probe.keep(self.key_frames)

    def all_now(self, recorder: Recorder) -> list[FromLearner]:
        """Return the events of all views, watched or not, since the program is to pause."""
        return [*self._taken(self._probes, self._now(recorder))]

    def end(self) -> None:
        """Stop recording calls: the program is over, and the tutor may call its models."""
        self._calls.close()
        self.next_turn = float("inf")

    def close(self, recorder: Recorder) -> Iterator[FromLearner]:
        """Yield the events of all views at the end of the run; only then may they be slow."""
        self.end()
        started = time.thread_time()
        program = self._now(recorder)
        for probe in self._probes.values():
            for event in _events_of(probe.close, program):
                yield event
                if time.thread_time() - started > MAX_CLOSING_SECONDS:
                    return

    def _now(self, recorder: Recorder) -> ProgramNow:
        calls, frames = self._calls.calls, self.key_frames
        return ProgramNow(self._namespace, recorder, calls, self.apart, frames)

    def _taken(self, names: Iterable[str], program: ProgramNow) -> Iterator[FromLearner]:
        for name in names:
            yield from _events_of(self._probes[name].take, program)


def _events_of(
    ask: Callable[[ProgramNow], Iterable[FromLearner]], program: ProgramNow
) -> Iterator[FromLearner]:
    """Yield the probe's events until it raises; the error must not reach the program."""
    try:
        yield from ask(program)
    except Exception:
        pass
