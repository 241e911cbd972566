"""Carries out a command in the learner process: runs, reports, asks, and says that it is done."""

from __future__ import annotations

from tutor.wire.commands import Ask, Execute, ObserveAll, Program, Question
from tutor.wire.events import Answered, BatchObserved, Done, Executed
from tutor.worker.execute import Run, run_program
from tutor.worker.expressions import Expressions
from tutor.worker.fingerprint import Fingerprint
from tutor.worker.live import Live
from tutor.worker.ports import Events
from tutor.worker.recorder import Listener
from tutor.worker.state import restore_libraries
from tutor.worker.streams import Printed

STDOUT = 1
_BATCH_OUTPUT_UP_TO = 16_384


class Server:
    """Of one process that serves one command. Holds what everything was before."""

    def __init__(self) -> None:
        self._fingerprint = Fingerprint()

    def serve(self, events: Events, command: Execute | ObserveAll) -> None:
        """To the end, which is `Done`."""
        if isinstance(command, Execute):
            self._execute(events, command)
        else:
            self._observe_all(events, command)
        events.send(Done())

    def _execute(self, events: Events, command: Execute) -> None:
        run = Run(command.program)
        live: list[Live] = []

        def listen(started: Run) -> Listener:
            live.append(Live(events, started.namespace))
            return live[0]

        run_program(run, Printed(STDOUT), self._fingerprint, listen if command.live else None)
        for teller in live:
            teller.finish(run.recorder)
        events.send(_executed(run, command.fixed))
        questions = events.receive()
        if not isinstance(questions, Ask) or not questions.questions:
            return
        expressions = Expressions(run)
        for index, question in enumerate(questions.questions):
            events.send(Answered(index, expressions.answer(question)))

    def _observe_all(self, events: Events, command: ObserveAll) -> None:
        for index, program in enumerate(command.programs):
            events.send(self._observe(index, program, command.questions))

    def _observe(
        self, index: int, program: Program, questions: tuple[Question, ...]
    ) -> BatchObserved:
        restore_libraries()
        run = Run(program)
        run_program(run, Printed(None), self._fingerprint)
        executed = _executed(run)
        expressions = Expressions(run)
        answers = tuple(expressions.answer(question) for question in questions)
        return BatchObserved(index, executed, answers, run.printed[:_BATCH_OUTPUT_UP_TO])


def _executed(run: Run, fixed: tuple[str, ...] = ()) -> Executed:
    """Without its values, if they cannot be read: after all memory was used, say."""
    try:
        return run.executed(fixed)
    except Exception:
        return Executed(run.ending, run.error, milliseconds=run.milliseconds)
