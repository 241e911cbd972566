"""How a plain run ended: its outcome in words, with the learner's line that it is about.

The reducer makes the summary, panes show it. It must not hold the run's values, which may be large.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from tutor.course.model import Step
from tutor.session.state import PartRun
from tutor.wire.commands import Limits
from tutor.wire.events import ErrorFacts, Executed, Observation, Outcome


class RunSummary(Struct, frozen=True):
    """The end of a plain run, as the panes show it below the output."""

    outcome: Outcome
    message: str = ""
    """Markdown that explains the exception or the end from outside; empty if the run finished."""
    evidence: tuple[str, ...] = ()
    """The learner's line and Python's own message."""
    error: str = ""
    """Type name of the exception; empty if none was raised."""
    line: int | None = None
    """The learner's line that the end is about."""
    remarks: tuple[str, ...] = ()
    """Sentences about warnings and about a run that took longer than a check allows."""
    values: tuple[tuple[str, str], ...] = ()
    """Labels and texts of the values that the step shows after a run."""
    shapes: tuple[tuple[int, str], ...] = ()
    """Lines of the program, from 1, with the shapes of what they bound."""
    source: str = ""
    """The learner's whole text, also where only some of its lines have run."""
    milliseconds: float = 0.0
    part: PartRun | None = None
    """Which lines have run, if only some have."""


def run_summary(
    observation: Observation,
    limits: Limits,
    *,
    step: Step | None = None,
    source: str = "",
    check_seconds: float = 0.0,
    part: PartRun | None = None,
) -> RunSummary:
    """Return the summary of an observed run, without the step's values.

    `limits` and `source` are those of the run; `check_seconds` is what a check of the program
    allows, 0 if it cannot be checked; `part` says which lines ran, if only some did.
    """
    from tutor.grading.errors import explain_ending, quote  # not before a run
    from tutor.session.words.shapes_text import shapes_by_line
    from tutor.text import printable

    executed = observation.executed
    whole = part.whole if part is not None else source
    shapes = shapes_by_line(executed.shapes) if executed is not None else ()
    error = executed.error if executed is not None else None
    if observation.outcome == "raised" and error is not None:
        return RunSummary(
            outcome="raised",
            message=printable(_error_words(error, part, step)),
            evidence=tuple(map(printable, quote(error))),
            error=error.type_name,
            line=error.line,
            remarks=(*_remarks_on_earlier(step, error), *_slow_remarks(observation, check_seconds)),
            shapes=shapes,
            source=whole,
            milliseconds=observation.milliseconds,
            part=part,
        )
    message = ""
    if observation.outcome not in ("finished", "raised"):
        explained = explain_ending(observation, limits, judging=False, source=source)
        message = explained.message
    return RunSummary(
        outcome=observation.outcome,
        message=message,
        line=observation.line or (error.line if error else None),
        remarks=(*_slow_remarks(observation, check_seconds), *_warning_remarks(executed)),
        shapes=shapes,
        source=whole,
        milliseconds=observation.milliseconds,
        part=part,
    )


def _error_words(error: ErrorFacts, part: PartRun | None, step: Step | None) -> str:
    from tutor.grading.errors import explain_or_quote  # not before a run

    if part is not None:
        from tutor.session.words.part_text import missed_line  # few run some lines alone

        if words := missed_line(error, part, step):
            return words
    return explain_or_quote(error).message


def _remarks_on_earlier(step: Step | None, error: ErrorFacts) -> Iterator[str]:
    """Yield where an error is from that the learner's own answers to earlier steps raised."""
    own = [each.title for each in step.used if each.own] if step is not None else []
    if own and any(frame.file == "before.py" for frame in error.frames):
        from tutor.grading.wording import listed  # hardly ever needed

        titles = listed(f"“{title}”" for title in own)
        yield (
            f"It was raised in your own answer to {titles}, which runs before your program. A "
            "check takes the tutor's solution in its place where yours does not do here."
        )


def _slow_remarks(observation: Observation, check_seconds: float) -> tuple[str, ...]:
    """Return a remark if a check would not have waited so long for the program."""
    seconds = observation.milliseconds / 1_000
    if not 0 < check_seconds < round(seconds, 1) or observation.outcome == "stopped":
        return ()
    return (
        f"It took {seconds:.1f} s, and a check allows {check_seconds:g} s. "
        "Make it do less before you check it.",
    )


def values_of(step: Step | None, observation: Observation) -> tuple[tuple[str, str], ...]:
    """Return labels and texts of the values that the step shows after a run of its program."""
    if not observation.answers:
        return ()
    from tutor.grading.kinds import grading_of  # not before a run

    return grading_of(step).shown_values(step, observation)


def _warning_remarks(executed: Executed | None) -> tuple[str, ...]:
    from tutor.grading.errors import explain_warning
    from tutor.text import printable

    explanations = [explain_warning(warning) for warning in executed.warnings] if executed else []
    return tuple(
        dict.fromkeys(printable(each.message) for each in explanations if each is not None)
    )
