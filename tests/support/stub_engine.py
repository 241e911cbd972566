"""An engine without torch, for tests of the worker's processes: it runs plain Python programs.

Questions are evaluated with eval. Values are only numbers, texts and `Other`. A program may call
`phase(name, step)` where a training would come to a phase.
"""

from __future__ import annotations

import sys
import time
import traceback

from tutor.wire.commands import (
    RUN_CONTROL,
    Ask,
    Evaluate,
    Execute,
    Hold,
    ObserveAll,
    Program,
    Question,
    StepPhase,
)
from tutor.wire.events import (
    Answer,
    Answered,
    BatchObserved,
    Done,
    ErrorFacts,
    Evaluated,
    Evaluation,
    Executed,
    Paused,
    Phase,
)
from tutor.wire.values import FloatValue, IntValue, Missing, Other, TextValue, Value
from tutor.worker import limits
from tutor.worker.channel import Channel

_rehearsals: list[None] = []
_trainings: list[None] = []


def load() -> str:
    """Return a version that a test can recognise."""
    return "0.0-stub"


def warm() -> None:
    """Do nothing: there is nothing to prepare."""


def rehearse() -> None:
    """Count the rehearsal; programs find the number of rehearsals under the name `rehearsals`."""
    _rehearsals.append(None)


def rehearse_training() -> None:
    """Count the rehearsal; programs find the number of these under the name `trainings`."""
    _trainings.append(None)


def serve(channel: Channel, command: Execute | ObserveAll) -> None:
    """Run the command and send its events in the order of the real engine."""
    if isinstance(command, ObserveAll):
        for index, program in enumerate(command.programs):
            executed, namespace = _execute(program)
            answers = tuple(_answer(question, namespace) for question in command.questions)
            channel.send(BatchObserved(index, executed, answers))
        channel.send(Done())
        return
    executed, namespace = _execute(command.program, phase=_Probe(channel, command.hold).phase)
    sys.stdout.flush()
    channel.send(executed)
    ask = channel.receive()
    while isinstance(ask, RUN_CONTROL):
        ask = channel.receive()
    assert isinstance(ask, Ask)
    for index, question in enumerate(ask.questions):
        channel.send(Answered(index, _answer(question, namespace)))
    sys.stdout.flush()
    channel.send(Done())
    if command.keep:
        _evaluate(channel, namespace)


def _evaluate(channel: Channel, namespace: dict[str, object]) -> None:
    """Answer until the app has gone, in this process: whatever an expression does ends it."""
    while True:
        try:
            asked = channel.receive()
        except EOFError:
            return
        if isinstance(asked, Evaluate):
            value = repr(eval(asked.expression, {**namespace, "channel": channel}))
            channel.send(Evaluated(asked.number, Evaluation("value", value)))


class _Probe:
    """The stub's phases, at which the program waits when it is asked to."""

    def __init__(self, channel: Channel, hold: int) -> None:
        self._channel = channel
        self._asked = hold

    def phase(self, name: Phase, step: int = 1) -> None:
        """Come to a phase of training: report the pause and wait, if one was asked for."""
        while self._channel.is_waiting():
            self._take()
        reported = self._asked
        if reported:
            self._channel.report(Paused(reported, name, step))
            while self._asked == reported:
                self._take()

    def _take(self) -> None:
        command = self._channel.receive()
        self._asked = command.number if isinstance(command, Hold | StepPhase) else 0


def _execute(program: Program, **names: object) -> tuple[Executed, dict[str, object]]:
    rehearsed = {"rehearsals": len(_rehearsals), "trainings": len(_trainings)}
    namespace = {"__name__": "__main__", **rehearsed, **names}
    started = time.perf_counter()
    try:
        exec(compile(program.given, "given.py", "exec"), namespace)
        exec(compile(program.source, "exercise.py", "exec"), namespace)
    except KeyboardInterrupt:
        return Executed("stopped"), namespace
    except SystemExit:
        return Executed("exited"), namespace
    except MemoryError:
        limits.lift_memory_limit()
        return Executed("memory"), namespace
    except BaseException as error:
        return Executed("raised", _facts(error)), namespace
    return Executed("finished", milliseconds=(time.perf_counter() - started) * 1000), namespace


def _facts(error: BaseException) -> ErrorFacts:
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == "exercise.py"]
    return ErrorFacts(type(error).__name__, str(error), lines[-1] if lines else None)


def _answer(question: Question, namespace: dict[str, object]) -> Answer:
    try:
        result = eval(question.expression, namespace)
    except Exception as error:
        return Answer(Missing(), error=_facts(error))
    return Answer(_value(result), shown=repr(result)[:80])


def _value(result: object) -> Value:
    match result:
        case int():
            return IntValue(result)
        case float():
            return FloatValue(result)
        case str():
            return TextValue(result)
    return Other(type(result).__name__)
