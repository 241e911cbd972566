"""Runs one program in this process: prelude, givens and the learner's part in a fresh `__main__`.

The result is a `ProgramRun`, from which events are made and questions answered. Functions that a
program might replace, such as `exec`, are kept aside here when the module is imported.
"""

from __future__ import annotations

import ast
import linecache
import logging
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import partial
from types import CodeType, ModuleType
from typing import Literal, TypeAlias

from tutor.wire.commands import Program
from tutor.wire.events import ErrorFacts, Executed, GivenChange
from tutor.worker.assigned_names import assigned_names, assigned_values
from tutor.worker.capture_warnings import WarningCapture
from tutor.worker.error_facts import error_facts, format_error
from tutor.worker.fingerprint import Fingerprint
from tutor.worker.givens import Givens
from tutor.worker.global_state import reset_interpreter, seed_everything
from tutor.worker.limits import lift_memory_limit
from tutor.worker.line_shapes import LineShapes
from tutor.worker.naming import own_names
from tutor.worker.plain_signals import IGNORE, SIGNALS, handler_of, set_handler
from tutor.worker.recorder import Recorder
from tutor.worker.shown_losses import BY_HAND
from tutor.worker.stack import BEFORE_FILE, EXERCISE_FILE, GIVEN_FILE, split_lines
from tutor.worker.step_reporter import StepReporter
from tutor.worker.streams import OutputCapture, silence
from tutor.worker.trace import OptimizerTrace, Trace
from tutor.worker.training_hooks import WATCH

Outcome: TypeAlias = Literal["finished", "raised", "exited", "memory", "processes", "stopped"]
"""The end of a program, as far as its own process can tell."""

_OUT_OF_MEMORY = re.compile(
    r"can't allocate memory|[Uu]nable to allocate|not enough memory|"
    r"CUDA out of memory|CUDA error: out of memory|CUBLAS_STATUS_ALLOC_FAILED"
)
_clock = time.perf_counter
_exec = exec
_set_timer = signal.setitimer
_TIMERS = (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF)
_namespace_of: Callable[[ModuleType], dict[str, object]] = vars(ModuleType)["__dict__"].__get__
"""Works like `vars`, even for a module whose class the program has changed."""
_NO_TRAINING = Recorder()
"""The empty record of a part that was not run. The hooks never receive it."""


@dataclass
class ProgramRun:
    """A program that runs or has run, and its results; `run_program` fills them in."""

    program: Program
    keeps_states: bool = True
    """True if tensors are copied at each step and backward pass, for questions about them."""
    line_shapes: LineShapes | None = None
    """The shapes of the values that lines bind; None if they were not requested."""
    main: ModuleType = field(default_factory=lambda: ModuleType("__main__"))
    givens: Givens = field(default_factory=lambda: Givens({}))
    given_recorder: Recorder = _NO_TRAINING
    """The recorder of the training in the givens."""
    recorder: Recorder = _NO_TRAINING
    """The recorder of the training in the learner's part."""
    warning_capture: WarningCapture = field(default_factory=WarningCapture)
    tree: ast.Module = field(default_factory=lambda: ast.Module([], []))
    """The syntax tree of the learner's part; empty if that cannot be compiled."""
    outcome: Outcome = "finished"
    error: ErrorFacts | None = None
    """The exception that ended the program, None if it finished."""
    before: dict[str, object] = field(default_factory=dict)
    """A copy of the namespace from before the learner's part."""
    printed: str = ""
    """The beginning of what was written to stdout."""
    replaced: tuple[str, ...] = ()
    """Names of library functions that the learner's part replaced; they have been restored."""
    milliseconds: float = 0.0
    """Wall time of all three parts."""
    _assigned: tuple[str, ...] | None = field(default=None, init=False)

    @property
    def namespace(self) -> dict[str, object]:
        """The program's global names and their values, as a live dictionary."""
        return _namespace_of(self.main)

    def assigned(self) -> tuple[str, ...]:
        """Return the names that the learner's part has bound at the top level, once it is over."""
        if self._assigned is None:
            self._assigned = assigned_names(self.tree, self.before, self.namespace)
        return self._assigned

    def trace(self) -> Trace:
        """Return the record of the training that questions see as `trace`."""
        warnings = (f"{fact.category}: {fact.message}" for fact in self.warning_capture.facts())
        return _trace_of(
            self.recorder,
            warnings="\n".join(warnings),
            printed=self.printed,
            assigned=self.assigned(),
            error=format_error(self.error) if self.error else "",
            given=_trace_of(self.given_recorder),
        )

    def executed(self, fixed: Collection[str] = ()) -> Executed:
        """Return the event with the results of the run.

        `fixed` names the givens whose value may change in place.
        """
        return Executed(
            outcome=self.outcome,
            error=self.error,
            bound=assigned_values(self.assigned(), self.namespace),
            given_changes=self._given_changes(fixed),
            warnings=self.warning_capture.facts(),
            replaced=self.replaced,
            milliseconds=self.milliseconds,
            shapes=self.line_shapes.found(self.namespace) if self.line_shapes else (),
        )

    def _given_changes(self, fixed: Collection[str]) -> tuple[GivenChange, ...]:
        return self.givens.changes(self.namespace, fixed)


def _trace_of(
    recorder: Recorder,
    *,
    warnings: str = "",
    printed: str = "",
    assigned: tuple[str, ...] = (),
    error: str = "",
    given: Trace | None = None,
) -> Trace:
    records = tuple(recorder.step_log.records) if recorder.step_log is not None else ()
    return Trace(
        backwards=recorder.backwards,
        steps=recorder.steps,
        zero_grads=recorder.zero_grads,
        events=tuple(recorder.events),
        losses=recorder.losses().of_curves(lambda curve: curve != BY_HAND),
        step_log=records,
        optimizers=tuple(
            OptimizerTrace(
                kind.type_name,
                recorder.by_step.of_curves(index.__eq__),
                tuple(each for each in records if each.index == index),
            )
            for index, kind in enumerate(recorder.trained.kinds)
        ),
        warnings=warnings,
        printed=printed,
        assigned=assigned,
        error=error,
        given=given,
    )


def run_program(
    run: ProgramRun,
    output: OutputCapture,
    fingerprint: Fingerprint,
    make_listener: Callable[[ProgramRun], StepReporter] | None = None,
) -> None:
    """Run the program to its end, restore what it replaced, and fill in the rest of `run`.

    Never raises because of the program. `make_listener` is called once, when the learner's part is
    about to begin, for the listener that follows its training.
    """
    _make_main(run)
    output.install()
    run.warning_capture.listen()
    fingerprint.begin()
    code = _compiled_source(run)
    if code is not None and _run_before(run) and _run_given(run):
        run.before = dict(run.namespace)
        listener = make_listener(run) if make_listener else None
        run.recorder = Recorder(listener, keeps_states=run.keeps_states)
        if run.line_shapes is not None:
            run.line_shapes.loops.count = run.recorder.count_rounds
        error = _run_code(run, code, run.recorder)
        run.replaced = fingerprint.restore()  # before anything else needs a builtin
        _ignore_signals()
        _record_error(run, error, given=False)
    run.printed = output.text()


def _make_main(run: ProgramRun) -> None:
    """Make the run's `__main__` and the source of its files known to Python.

    pickle and the processes of a data loader look classes up in `__main__`. Tracebacks and
    `inspect` take the source from linecache, since there is no file with it.
    """
    run.main.__file__ = run.program.command_line[0]
    sys.argv = [*run.program.command_line]
    logging.setLogRecordFactory(partial(_log_record, run.main.__file__))
    sys.modules["__main__"] = run.main
    program = run.program
    parts = (BEFORE_FILE, program.prelude), (GIVEN_FILE, program.given)
    for name, text in (*parts, (EXERCISE_FILE, program.source)):
        lines = [f"{line}\n" for line in split_lines(text)]
        linecache.cache[name] = (len(text), None, lines, name)


def _log_record(main: str, *facts: object, **more: object) -> logging.LogRecord:
    """Return a record of a log, which names the program's own file."""
    record = logging.LogRecord(*facts, **more)  # type: ignore[arg-type] # as logging passes them
    if record.pathname == EXERCISE_FILE:
        record.pathname = record.filename = main
    return record


def _compiled_source(run: ProgramRun) -> CodeType | None:
    """Return the compiled learner's part, None if it cannot be compiled: that is the run's error.

    Nothing of the program has run yet.
    """
    try:
        flags = ast.PyCF_ONLY_AST
        tree = compile(run.program.source, EXERCISE_FILE, "exec", flags, dont_inherit=True)
        code = compile(tree, EXERCISE_FILE, "exec", dont_inherit=True)
    except Exception as error:
        _record_error(run, error, given=False)
        return None
    run.tree = tree
    return run.line_shapes.noted(run.program, code) if run.line_shapes else code


def _run_before(run: ProgramRun) -> bool:
    """Run the prelude, in silence, and return True if it finished.

    It may contain an answer to an earlier step. Only the names that it binds are kept: its output,
    warnings, training and figures are not part of this program.
    """
    WarningCapture().listen()
    seed_everything(run.program.seed)
    with silence():
        failed = _run_text(run, run.program.prelude, BEFORE_FILE, None)
    if failed is not None:
        _record_error(run, failed, given=True)
        return False
    run.warning_capture.listen()
    return True


def _run_given(run: ProgramRun) -> bool:
    """Run the givens, copy them, and return True if they finished.

    The givens are the names that this part has bound anew.
    """
    seed_everything(run.program.seed)
    run.given_recorder = Recorder(keeps_states=run.keeps_states)
    names = dict(run.namespace)
    failed = _run_text(run, run.program.given, GIVEN_FILE, run.given_recorder)
    if failed is not None:
        _record_error(run, failed, given=True)
        return False
    new = {
        name: obj
        for name, obj in own_names(run.namespace)
        if name not in names or names[name] is not obj
    }
    run.givens = Givens(new)
    return True


def _run_text(
    run: ProgramRun, text: str, file: str, recorder: Recorder | None
) -> BaseException | None:
    try:
        code = compile(text, file, "exec", dont_inherit=True)
    except Exception as error:
        return error
    return _run_code(run, code, recorder)


def _run_code(run: ProgramRun, code: CodeType, recorder: Recorder | None) -> BaseException | None:
    """Run the code, add its time to that of the run, and return the exception that ended it."""
    ended: BaseException | None = None
    started = _clock()
    try:
        WATCH.follow(recorder)
        try:
            _exec(code, run.namespace)
        finally:
            _stop_timers()
    except BaseException as error:
        ended = error
    _stop_timers()  # again: a signal handler of the program may have raised in the `finally`
    WATCH.stop()
    lift_memory_limit()  # the program may have used all the memory it was allowed
    reset_interpreter()
    run.milliseconds += (_clock() - started) * 1_000
    return ended


def _stop_timers() -> None:
    """Stop the program's timers: their signals would interrupt the report."""
    for timer in _TIMERS:
        _set_timer(timer, 0)


def _ignore_signals() -> None:
    """Ignore all signals that have a handler in Python, now that the program is over.

    A late Stop or a handler of the program would raise in the middle of the report. Stop still
    works: the warden follows it with SIGKILL.
    """
    if threading.current_thread() is threading.main_thread():
        for number in SIGNALS:
            if callable(handler_of(number)):
                set_handler(number, IGNORE)


def _record_error(run: ProgramRun, error: BaseException | None, *, given: bool) -> None:
    if error is None:
        return
    run.error = error_facts(error, run.namespace, run.program.source, given)
    run.outcome = outcome_of(error, run.error.message)


def outcome_of(error: BaseException, message: str) -> Outcome:
    """Return how a program ended that raised the exception with this message."""
    kind = type(error)
    if issubclass(kind, KeyboardInterrupt):
        return "stopped"
    if issubclass(kind, SystemExit):
        return "exited"
    if issubclass(kind, MemoryError):
        return "memory"
    if issubclass(kind, RuntimeError) and _OUT_OF_MEMORY.search(message):
        return "memory"
    if issubclass(kind, RuntimeError) and message == "can't start new thread":
        return "processes"
    if issubclass(kind, BlockingIOError) and "Resource temporarily unavailable" in message:
        return "processes"
    return "raised"
