"""Evaluates expressions in the namespace of a finished program, each in a temporary fork.

So an expression cannot change the namespace, and one that never ends, uses up memory or ends its
process costs only that fork. The program's process only waits meanwhile. Neither process is
trusted: the warden enforces the same limits, and the client validates the events as it does all
events of a learner process.
"""

from __future__ import annotations

import ast
import os
import resource
import select
import signal
import time
from typing import NoReturn

import numpy as np
import torch
from msgspec.structs import replace

from tutor.wire import frames
from tutor.wire.commands import EVALUATION_MB, EVALUATION_SECONDS, Evaluate
from tutor.wire.events import (
    MAX_SHOWN,
    ErrorFacts,
    Evaluated,
    Evaluation,
    EvaluationOutcome,
    StatementKind,
)
from tutor.wire.question_code import QUESTION_FILE
from tutor.worker import limits, linux, memory
from tutor.worker.channel_protocol import EventChannel
from tutor.worker.error_facts import error_facts
from tutor.worker.execute import ProgramRun, outcome_of
from tutor.worker.global_state import reset_interpreter, set_print_columns
from tutor.worker.guard import clean
from tutor.worker.streams import OutputCapture

SHOWN_ELEMENTS = 200
"""Maximum size of a tensor or array that is shown whole; of a larger one, only its corners are."""

_CHUNK = 64 * 1024
_STATEMENTS: tuple[tuple[tuple[type[ast.stmt], ...], StatementKind], ...] = (
    ((ast.Assign, ast.AugAssign, ast.AnnAssign), "assignment"),
    ((ast.Import, ast.ImportFrom), "import"),
)
_compile, _eval, _repr = compile, eval, repr
_clock = time.monotonic
_fork, _getpid, _exit = os.fork, os.getpid, os._exit
_setpgid, _waitpid, _kill, _killpg = os.setpgid, os.waitpid, os.kill, os.killpg
_pipe, _open, _close, _dup2 = os.pipe, os.open, os.close, os.dup2
_read, _write = os.read, os.write
_poll = select.poll
_getrlimit, _setrlimit = resource.getrlimit, resource.setrlimit
_Signals = signal.Signals


def answer_until_closed(channel: EventChannel, run: ProgramRun) -> None:
    """Evaluate one expression after the other, until the app closes the channel."""
    limits.lift_file_limit()
    while True:
        try:
            command = channel.receive()
        except EOFError:
            return
        if isinstance(command, Evaluate):
            channel.send(Evaluated(command.number, _evaluate_apart(run, command)))


def _evaluate_apart(run: ProgramRun, command: Evaluate) -> Evaluation:
    if run.error is not None and not run.tree.body:
        return Evaluation("not-run")
    try:
        reader, writer = _pipe()
    except OSError as error:
        return Evaluation("raised", error=error_facts(error, {}))
    try:
        pid = _fork()
    except OSError:
        _close(reader)
        _close(writer)
        return Evaluation("processes")
    if pid == 0:
        _close(reader)
        _be_fork(run, command, writer)
    _close(writer)
    evaluation = _read_in_time(reader)
    code = _end(pid)
    _close(reader)
    return Evaluation("ended", detail=_how_ended(code)) if evaluation is None else evaluation


def _how_ended(code: int) -> str:
    if code >= 0:
        return f"exit status {code}"
    try:
        return _Signals(-code).name
    except ValueError:  # most real-time signals have no name
        return f"signal {-code}"


def _read_in_time(reader: int) -> Evaluation | None:
    """Return the evaluation from the fork; None if it ended without sending one."""
    decoder = frames.events_reader()
    poll = _poll()
    poll.register(reader, select.POLLIN)
    deadline = _clock() + EVALUATION_SECONDS
    while (left := deadline - _clock()) > 0:
        if not poll.poll(left * 1000):
            break
        data = _read(reader, _CHUNK)
        if not data:
            return None
        try:
            events = decoder.feed(data)
        except frames.FrameError:
            return None
        if events:
            return events[0].evaluation if isinstance(events[0], Evaluated) else None
    return Evaluation("timeout")


def _end(pid: int) -> int:
    """End the fork with its process group; return its exit status or -signal."""
    for kill in (_killpg, _kill):
        try:
            kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # it has not made its own process group yet
    try:
        return os.waitstatus_to_exitcode(_waitpid(pid, 0)[1])
    except ChildProcessError:
        return 0  # the program ignores SIGCHLD, so there is no exit status


def _be_fork(run: ProgramRun, command: Evaluate, writer: int) -> NoReturn:
    """Evaluate the expression in a process just forked, send the result, and exit."""
    try:
        own = _getpid()
        _setpgid(0, 0)
        linux.die_with_parent()
        _close_outputs()
        _limit_memory()
        if torch.get_num_threads() != 1:  # a fork has none of the program's threads
            torch.set_num_threads(1)
        evaluation = _evaluate(run, command)
        if _getpid() == own:  # else the expression itself has forked
            _send(writer, Evaluated(command.number, evaluation))
    finally:
        _exit(0)


def _close_outputs() -> None:
    """Redirect descriptors 1 and 2 to /dev/null: nothing reads them in a fork."""
    null = _open("/dev/null", os.O_WRONLY)
    for descriptor in (1, 2):
        _dup2(null, descriptor)
    _close(null)


def _limit_memory() -> None:
    _, hard = _getrlimit(resource.RLIMIT_DATA)
    wanted = memory.data_kb() * 1024 + EVALUATION_MB * 1024 * 1024
    soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    _setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _send(writer: int, event: Evaluated) -> None:
    data = frames.encode(event)
    while data:
        data = data[_write(writer, data) :]


def _evaluate(run: ProgramRun, command: Evaluate) -> Evaluation:
    expression = command.expression.strip()
    try:
        code = _compile(expression, QUESTION_FILE, "eval", dont_inherit=True)
    except Exception as error:
        return _no_expression(expression, error)
    output = OutputCapture(None)
    output.install()
    _shorten_values(command.columns)
    error_raised: BaseException | None = None
    shown = ""
    try:
        value = _eval(code, run.namespace)
        shown = "" if value is None else _repr(value)
    except BaseException as error:
        error_raised = error
    reset_interpreter()
    limits.lift_memory_limit()
    printed = output.text()
    if error_raised is not None:
        facts = error_facts(error_raised, run.namespace, run.program.source)
        return _cut(Evaluation(_outcome_of(error_raised, facts), printed=printed, error=facts))
    return _cut(Evaluation("value", shown or ("" if printed else "None"), printed))


def _no_expression(expression: str, error: Exception) -> Evaluation:
    try:
        statements = ast.parse(expression, QUESTION_FILE)
    except Exception:
        facts = replace(error_facts(error, {}), line=1, source_line=expression)
        if isinstance(error, SyntaxError):
            facts = replace(facts, column=error.offset)
        return Evaluation("raised", error=facts)
    kind: StatementKind = "other" if statements.body else "none"
    for kinds, name in _STATEMENTS:
        if statements.body and isinstance(statements.body[0], kinds):
            kind = name
    return Evaluation("statement", statement=kind)


def _shorten_values(columns: int) -> None:
    """Set print options for short tensors and arrays of `columns` characters a line."""
    torch.set_printoptions(threshold=SHOWN_ELEMENTS)  # type: ignore[no-untyped-call] # torch has no types here
    np.set_printoptions(threshold=SHOWN_ELEMENTS)
    if columns:
        set_print_columns(columns)


def _outcome_of(error: BaseException, facts: ErrorFacts) -> EvaluationOutcome:
    outcome = outcome_of(error, facts.message)
    return outcome if outcome in ("memory", "processes") else "raised"


def _cut(evaluation: Evaluation) -> Evaluation:
    """Return the evaluation with its texts cut to a size that can be sent."""
    shown, printed = (clean(text, MAX_SHOWN) for text in (evaluation.shown, evaluation.printed))
    is_cut = max(len(evaluation.shown), len(evaluation.printed)) > MAX_SHOWN
    return replace(evaluation, shown=shown, printed=printed, is_cut=is_cut)
