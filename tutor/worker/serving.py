"""Carries out one command in the learner process: runs, reports, answers, and sends `Done`."""

from __future__ import annotations

import builtins
import signal
import sys
import time
from collections.abc import Callable

from msgspec import structs

from tutor.wire import frames
from tutor.wire.commands import RUN_CONTROL, Ask, Execute, ObserveAll, Program, Question
from tutor.wire.events import Answer, Answered, BatchObserved, Done, ErrorFacts, Executed
from tutor.wire.question_code import question_bytes, read_question
from tutor.wire.values import Missing
from tutor.worker.channel_protocol import EventChannel
from tutor.worker.evaluation import answer_until_closed
from tutor.worker.execute import ProgramRun, run_program
from tutor.worker.expressions import Expressions
from tutor.worker.fingerprint import Fingerprint
from tutor.worker.global_state import restore_libraries, set_print_columns, use_threads
from tutor.worker.gpu_setup import make_ready
from tutor.worker.layer_watch import LayerWatch
from tutor.worker.line_shapes import LineShapes, may_trace
from tutor.worker.live_reporter import MODEL, LiveReporter
from tutor.worker.plot_imports import ImportWatch
from tutor.worker.plot_reporter import CURRENT, PlotReporter
from tutor.worker.probed_views import PROBES
from tutor.worker.program_folder import WrittenFiles, own_folder
from tutor.worker.show_map import MAPS, show_map
from tutor.worker.show_pad import NEWEST, show_pad
from tutor.worker.show_plot import show_plot
from tutor.worker.show_surface import SURFACE, show_surface
from tutor.worker.step_reporter import StepReporter
from tutor.worker.streams import OutputCapture
from tutor.worker.view_probes import ViewProbes

STDOUT = 1
SHOWING_SECONDS = 1.3
"""Seconds that the views may take at the end of a run, at most."""
_clock = time.monotonic
_MAX_BATCH_OUTPUT = 16_384
"""Maximum characters of output that are sent for each program in a batch."""


_REHEARSAL_PROGRAM = Program(
    "import torch\nfrom torch import nn",
    "x = torch.ones(1, 1)",
    "model = nn.Sigmoid()\noutput = model(x)\nprint(end='')",
)


class Server:
    """The server of one command in this process, with the fingerprint from before any program."""

    def __init__(self) -> None:
        # every program finds them without an import
        for shows in (show_map, show_pad, show_plot, show_surface):
            vars(builtins)[shows.__name__] = shows
        self._fingerprint = Fingerprint()

    def serve(self, channel: EventChannel, command: Execute | ObserveAll) -> None:
        """Carry out the command and send `Done`.

        It is the last event, unless the program is kept: then this returns when the app has gone.
        """
        if isinstance(command, Execute):
            run = self._execute(channel, command)
            channel.send(Done())
            if command.keep:
                answer_until_closed(channel, run)
        else:
            self._observe_all(channel, command)
            channel.send(Done())

    def _make_gpu_ready(self, channel: EventChannel, command: Execute | ObserveAll) -> None:
        make_ready(channel, command.limits.memory_mb)
        # torch adds to itself what belongs to the cards, all or, where none can be had, a part of
        # it: that is no doing of the program
        self._fingerprint = Fingerprint()

    def rehearse(self) -> None:
        """Run a tiny program and restore all that a program could see of it."""
        streams, main = (sys.stdout, sys.__stdout__), sys.modules["__main__"]
        interrupt = signal.getsignal(signal.SIGINT)
        run = ProgramRun(_REHEARSAL_PROGRAM)
        run_program(run, OutputCapture(None), self._fingerprint)
        run.executed()
        Expressions(run).answer(Question("run(model, given.x)"))
        signal.signal(signal.SIGINT, interrupt)
        sys.stdout, sys.__stdout__ = streams  # type: ignore[misc] # as they were
        sys.modules["__main__"] = main

    def _execute(self, channel: EventChannel, command: Execute) -> ProgramRun:
        if command.gpu:
            self._make_gpu_ready(channel, command)
        use_threads(command.limits.threads)
        started = _clock()
        line_shapes = LineShapes() if command.shapes else None
        run = ProgramRun(command.program, command.step_log, line_shapes)
        written = WrittenFiles() if command.live else None
        reporters: list[StepReporter] = []
        layers = _layer_watch(run, command)
        output = OutputCapture(STDOUT)
        if command.columns:
            set_print_columns(command.columns)

        ImportWatch(channel).install()
        plots = PlotReporter(channel) if command.live else None
        CURRENT.reporter = plots
        NEWEST.clear()
        MAPS.begin(channel if command.live else None)
        SURFACE.begin(channel if command.live else None)

        def make_listener(started: ProgramRun) -> StepReporter:
            if command.live:
                reporters.append(_live_reporter(channel, command, started, layers, output.flush))
            else:
                reporters.append(StepReporter(channel))
            return reporters[0]

        listens = command.live or command.counts_steps
        run_program(run, output, self._fingerprint, make_listener if listens else None)
        for reporter in reporters:
            reporter.finish(run.recorder)
        if plots is not None:
            plots.finish()
            channel.send_all(pad.shown() for pad in NEWEST)
            MAPS.finish()
            SURFACE.finish()
        executed = _executed(run, command.fixed)
        if written is not None:
            executed = structs.replace(executed, written=written.found())
        channel.send(executed)
        self._answer(channel, run)
        # the views must not push the run over its time limit
        if command.limits.max_seconds - (_clock() - started) >= SHOWING_SECONDS:
            for reporter in reporters:
                reporter.show_end(run.recorder)  # last, so that it cannot affect an answer
        return run

    def _answer(self, channel: EventChannel, run: ProgramRun) -> None:
        questions = channel.receive()
        while isinstance(questions, RUN_CONTROL):
            questions = channel.receive()  # sent for a program that had ended meanwhile
        if not isinstance(questions, Ask) or not questions.questions:
            return
        expressions = Expressions(run)
        codes = questions.codes or (b"",) * len(questions.questions)
        channel.send_all(
            Answered(index, expressions.answer(question, read_question(code)))
            for index, (question, code) in enumerate(zip(questions.questions, codes, strict=True))
        )

    def _observe_all(self, channel: EventChannel, command: ObserveAll) -> None:
        if command.gpu:
            self._make_gpu_ready(channel, command)
        codes = tuple(question_bytes(question.expression) for question in command.questions)
        for index, program in enumerate(command.programs):
            run = ProgramRun(program, command.step_log)
            with own_folder(command.files):
                batch = self._observe(index, run, command, codes)
            channel.send(batch)

    def _observe(
        self, index: int, run: ProgramRun, command: ObserveAll, codes: tuple[bytes, ...]
    ) -> BatchObserved:
        restore_libraries()
        run_program(run, OutputCapture(None), self._fingerprint)
        executed = _executed(run, command.fixed)
        expressions = Expressions(run)
        answers = tuple(
            expressions.answer(question, read_question(code))
            for question, code in zip(command.questions, codes, strict=True)
        )
        output = run.printed[:_MAX_BATCH_OUTPUT]
        return _fit_into_frame(BatchObserved(index, executed, answers, output))


def _fit_into_frame(batch: BatchObserved) -> BatchObserved:
    """Return the event in a form that fits into one frame.

    If it is too large, it loses the values of names. If that is not enough, the answers become
    errors.
    """
    if _fits_frame(batch):
        return batch
    batch = structs.replace(batch, executed=structs.replace(batch.executed, bound=()))
    if _fits_frame(batch):
        return batch
    too_large = Answer(Missing(), error=ErrorFacts("ValueTooLarge", "the answers fill a frame"))
    return structs.replace(batch, answers=(too_large,) * len(batch.answers))


def _fits_frame(batch: BatchObserved) -> bool:
    try:
        frames.encode(batch)
    except frames.FrameError:
        return False
    return True


def _layer_watch(run: ProgramRun, command: Execute) -> LayerWatch | None:
    """Return the recorder of layers, which the program does not notice; None if unused."""
    if not command.live:
        return None
    hears_calls = not may_trace(command.program)
    return LayerWatch(run.namespace, is_watched=MODEL in command.watched, hears_calls=hears_calls)


def _live_reporter(
    channel: EventChannel,
    command: Execute,
    run: ProgramRun,
    layers: LayerWatch | None,
    flush: Callable[[], None],
) -> LiveReporter:
    line_shapes, names = run.line_shapes, run.namespace
    return LiveReporter(
        channel,
        names,
        given=run.given_recorder,
        layers=layers,
        hold=command.hold,
        flush=flush,
        loops=line_shapes.loops if line_shapes is not None else None,
        pace=command.pace,
        views=ViewProbes(
            PROBES,
            names,
            views=command.views,
            watched=command.watched,
            line_shapes=line_shapes,
        ),
    )


def _executed(run: ProgramRun, fixed: tuple[str, ...] = ()) -> Executed:
    """Return the event about the run, without values if they cannot be read.

    That happens when the program has used up all memory, for example.
    """
    try:
        return run.executed(fixed)
    except Exception:
        return Executed(run.outcome, run.error, milliseconds=run.milliseconds)
