"""The end of a plain run: its outcome in words, with the learner's line that it is about.

The reducer makes the summary, panes show it. It must not hold the run's values, which may be large.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from msgspec import Struct

from tutor.course.model import OwnProgram, Step
from tutor.grading.errors import explain_ending, explain_or_quote, explain_warning, quote
from tutor.grading.kinds import grading_of
from tutor.grading.wording import listed
from tutor.session.state import Activity, PartRun
from tutor.session.words.model_text import bound_shape_text
from tutor.session.words.run_text import missed_line
from tutor.text import printable, size_words
from tutor.wire.events import ErrorFacts, LineShape, Observation, Outcome, WrittenFile

MAX_SHAPES = 2_000
"""Shapes that are read; a program that the worker has compiled has fewer."""
MAX_FILES = 3
"""Written files that are named."""
MAX_CHARACTERS = 200
"""Characters at the end of one line; there is no room for more."""


class RunSummary(Struct, frozen=True):
    """The end of a plain run, as the panes show it below the output."""

    outcome: Outcome
    message: str = ""
    """Markdown that explains the exception or the end from outside; empty if the run finished."""
    evidence: tuple[str, ...] = ()
    error: str = ""
    line: int | None = None
    remarks: tuple[str, ...] = ()
    """Sentences about warnings and about a run that took longer than a check allows."""
    values: tuple[tuple[str, str], ...] = ()
    shapes: tuple[tuple[int, str], ...] = ()
    """Lines of the program, from 1, with the shapes of what they bound."""
    source: str = ""
    """The learner's whole text, also where only some of its lines have run."""
    milliseconds: float = 0.0
    part: PartRun | None = None


def run_summary(
    observation: Observation, activity: Activity, step: Step | None = None
) -> RunSummary:
    executed, part = observation.executed, activity.part
    error = executed.error if executed is not None else None
    raised = error if observation.outcome == "raised" else None
    line = error.line if error is not None else None
    message = ""
    if raised is not None:
        missed = missed_line(raised, part, step) if part is not None else ""
        message = printable(missed or explain_or_quote(raised).message)
    else:
        line = observation.line or line
    if observation.outcome not in ("finished", "raised"):
        message = explain_ending(
            observation, activity.limits, judging=False, source=activity.source
        ).message
    return RunSummary(
        outcome=observation.outcome,
        message=message,
        evidence=tuple(map(printable, quote(raised))) if raised is not None else (),
        error=raised.type_name if raised is not None else "",
        line=line,
        remarks=tuple(dict.fromkeys(_remarks(observation, step, raised, activity.check_seconds))),
        values=grading_of(step).shown_values(step, observation) if observation.answers else (),
        shapes=shapes_by_line(executed.shapes) if executed is not None else (),
        source=part.whole if part is not None else activity.source,
        milliseconds=observation.milliseconds,
        part=part,
    )


def shapes_by_line(shapes: Iterable[LineShape]) -> tuple[tuple[int, str], ...]:
    texts: dict[int, list[str]] = {}
    for shape in islice(shapes, MAX_SHAPES):
        text = f"{shape.name} {bound_shape_text(shape)}".strip()
        texts.setdefault(shape.line, []).append(printable(text))
    joined = ((line, "  ".join(parts)) for line, parts in texts.items())
    return tuple((line, text) for line, text in joined if len(text) <= MAX_CHARACTERS)


def _remarks(
    observation: Observation, step: Step | None, raised: ErrorFacts | None, check_seconds: float
) -> Iterator[str]:
    own = [each.title for each in step.used if each.own] if step is not None else []
    if own and raised is not None and any(at.file == "before.py" for at in raised.frames):
        titles = listed(f"“{title}”" for title in own)
        yield (
            f"It was raised in your own answer to {titles}, which runs before your program. A "
            "check uses the tutor's solution instead where yours does not work here."
        )
    seconds = observation.milliseconds / 1_000
    if 0 < check_seconds < round(seconds, 1) and observation.outcome != "stopped":
        yield (
            f"It took {seconds:.1f} s, but a check allows {check_seconds:g} s. Make it faster "
            "before you check it."
        )
    if isinstance(step, OwnProgram) and observation.executed is not None:
        yield from _on_files(observation.executed.written, step.title)
        if observation.outcome == "exited" and "usage:" in observation.error_output:
            yield f"Its arguments come after `--`, as in `nntutor try {step.title} -- --help`."
    if raised is None and observation.executed is not None:
        for warning in observation.executed.warnings:
            explanation = explain_warning(warning)
            if explanation is not None:
                yield printable(explanation.message)


def _on_files(written: Sequence[WrittenFile], title: str) -> Iterator[str]:
    if not written:
        return
    told = [f"{printable(each.path)} ({size_words(each.size)})" for each in written[:MAX_FILES]]
    if len(written) > MAX_FILES:
        told.append(f"{len(written) - MAX_FILES} more")
    pronoun = "it" if len(written) == 1 else "them"
    yield (
        f"It wrote {listed(told)}. To keep {pronoun} after this run, run {title} with Python "
        "itself."
    )
