"""A run as lines: its progress, its end, and its output."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tutor.grading.wording import counted
from tutor.plain.command_names import INTERRUPT
from tutor.plain.markdown_lines import lines_of, spoken_line
from tutor.plain.teller import first_and_last
from tutor.session.run_summary import RunSummary
from tutor.session.state import Activity, State
from tutor.session.timeline import RunRecord
from tutor.session.words.spoken_text import spoken_number
from tutor.wire.events import Outcome

FIRST, LAST = 8, 3
"""Lines printed from the beginning and from the end of a program's output."""

MAX_HEARD = 400
"""Maximum characters printed of one line of output."""

MIN_APART_S, MAX_APART_S = 10, 30
"""Minimum and maximum seconds between two progress lines of a run."""

_ENDS: dict[Outcome, str] = {
    "finished": "Finished",
    "raised": "Stopped by an error",
    "timeout": "Stopped: its time is over",
    "stopped": "Stopped",
    "lost": "Not run",
}
_FLOOD = re.compile(r"([^\w\s])\1{3,}")


def apart_s(activity: Activity) -> int:
    """Return the seconds between two progress lines: a quarter of the time limit, bounded."""
    quarter = int(activity.limits.seconds / 4)
    return min(MAX_APART_S, max(MIN_APART_S, quarter))


def start_line(activity: Activity) -> str:
    """Name what runs, its time limit, and the command that ends it."""
    doing = "Checking" if activity.kind == "check" else "Running"
    most = counted(round(activity.limits.seconds), "second")
    return f"{doing}: at most {most}. {INTERRUPT} stops it."


def progress_line(activity: Activity, run: RunRecord) -> str:
    """Describe the run's progress, with the time last."""
    time = f"{activity.seconds} of at most {activity.limits.seconds:.0f} seconds"
    if activity.kind != "check" and run.losses:
        epoch = f", epoch {len(run.facts.epochs) + 1}" if run.facts.epochs else ""
        loss = spoken_number(run.losses[-1])
        return f"Training: step {len(run.losses)}{epoch}. Loss {loss}. After {time}."
    return f"Still {'checking' if activity.kind == 'check' else 'running'}: after {time}."


def waiting_line(state: State, start: str = "Waiting") -> str:
    """Name the reason why a queued run waits."""
    reason = state.worker.reason if state.worker.phase == "waiting" else ""
    return f"{start}: {reason or 'PyTorch is being prepared.'} {INTERRUPT} cancels."


def ending_lines(ending: RunSummary, run: RunRecord) -> Iterator[str]:
    """Yield how a run without a check ended, with the time last."""
    took = duration_words(ending.milliseconds)
    end = _ENDS.get(ending.outcome, "Ended")
    if ending.outcome == "finished":
        yield " ".join(filter(None, [f"{end}.", loss_words(run), took]))
    else:
        where = f", line {ending.line}" if ending.line is not None else ""
        yield f"{end}: {ending.error}{where}." if ending.error else f"{end}."
        yield from lines_of(ending.message, {})
        for line in ending.evidence:
            yield f"Evidence: {' '.join(line.split())}"
        if run.error is not None and run.error.frames:
            yield "Type trace for the calls that led there."
        yield took
    for remark in ending.remarks:
        for place, line in enumerate(lines_of(remark, {})):
            yield line if place else f"Remark: {line}"
    yield from value_lines(ending.values)


def duration_words(milliseconds: float) -> str:
    seconds = round(milliseconds / 1000, 1)
    if seconds < 0.1:
        return "It took less than a tenth of a second."
    return f"It took {spoken_number(seconds)} second{'s' if seconds != 1 else ''}."


def value_lines(values: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Yield the values that a step shows after a run, each with its label."""
    for label, value in values:
        yield f"{spoken_line(label)}: {' '.join(value.split())}"


def loss_words(run: RunRecord) -> str:
    """Return the number of training steps, and the first and last loss."""
    losses = run.losses
    if not losses:
        return ""
    first, last = losses[0], losses[-1]
    if len(losses) == 1:
        return f"1 step, loss {spoken_number(first)}."
    went = "fell" if last < first else "rose" if last > first else "went"
    return (
        f"{counted(len(losses), 'step')}: the loss {went} from {spoken_number(first)} "
        f"to {spoken_number(last)}."
    )


def output_lines(run: RunRecord, where: Sequence[str] = ()) -> Iterator[str]:
    """Yield the first and last lines of the program's output, each with its number.

    `where` names the file with the whole output, if there is one.
    """
    pieces, _ = run.output_since(0)
    printed = [line for line in "".join(text for _, text in pieces).splitlines() if line.strip()]
    if printed:
        yield f"Output: {counted(len(printed), 'line')}."
    yield from where
    numbered = [f"Output {number}: {heard(line)}" for number, line in enumerate(printed, 1)]
    ask = "" if where else ": type output for the file with all of them"
    more = f"{{count}} lines are left out here{ask}."
    yield from first_and_last(numbered, FIRST, LAST, more)


def heard(line: str) -> str:
    """Return a line of output with rules and bars counted, and runs of blanks as one.

    Only the beginning of a very long line is returned.
    """
    left = len(line) - MAX_HEARD
    line = _FLOOD.sub(lambda found: f" {len(found[0])} times {found[1]} ", line[:MAX_HEARD])
    more = f" and {left} more characters" if left > 0 else ""
    return " ".join(line.split()) + more
