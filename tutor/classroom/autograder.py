"""Results in the formats of autograders, for `nntutor grade --format`. The caller judges.

A step that the tutor could not judge gets no score at all: 0 would blame the learner.
"""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

from tutor import __version__
from tutor.classroom.escaped_markdown import with_own_marks
from tutor.classroom.grades import marked_steps
from tutor.classroom.hand_in import course_digest, torch_version
from tutor.course.model import CheckedStep, Course
from tutor.grading.verdict import Verdict
from tutor.text import printable

NOTHING = "Nothing was handed in for this step."
NOT_JUDGED = (
    "`{step}` could not be judged; the answer is not at fault. It has no score yet. {reason}"
)
NO_SCORE = "No answer was judged. The score is 0 only because Gradescope needs a score."

Judge: TypeAlias = Callable[[str, str, Mapping[str, str]], Awaitable[Verdict]]
"""Judges a program as a step's answer; takes accepted programs of earlier steps by id."""


ResultsFormat: TypeAlias = Literal["gradescope", "autolab"]


class UnknownMarked(Exception):
    """Raised for a step or lesson to mark that does not exist."""


class StepResult(Struct, frozen=True):
    """The verdict on the answer to a step."""

    step: CheckedStep
    verdict: Verdict | None
    """None if there was no answer."""
    seconds: float = 0.0

    @property
    def is_judged(self) -> bool:
        """Return True if the step has a score, even 0."""
        verdict = self.verdict
        return verdict is None or (verdict.kind != "tutor-fault" and verdict.outcome != "lost")

    @property
    def is_right(self) -> bool:
        return self.verdict is not None and self.verdict.accepted

    @property
    def score(self) -> float:
        return self.step.points if self.is_right else 0.0


async def judge_submission(
    steps: Sequence[CheckedStep], programs: Mapping[str, str], judge: Judge
) -> tuple[StepResult, ...]:
    """Judge the programs in the order of the steps, each after the accepted ones before it."""
    results = []
    accepted: dict[str, str] = {}
    for step in steps:
        program = programs.get(step.id)
        if program is None:
            results.append(StepResult(step, None))
            continue
        start = time.perf_counter()
        verdict = await judge(step.id, program, accepted)
        results.append(StepResult(step, verdict, time.perf_counter() - start))
        if verdict.accepted:
            accepted[step.id] = program
    return tuple(results)


def to_mark(course: Course, marked: Collection[str]) -> tuple[CheckedStep, ...]:
    """Return the exercises to mark, by ids of lessons and steps; all without any ids.

    Raises UnknownMarked.
    """
    steps = marked_steps(course)
    unknown = set(marked) - {name for step in steps for name in (step.id, step.lesson)}
    if unknown:
        raise UnknownMarked(f"There is no lesson or exercise `{min(unknown)}` to mark.")
    return tuple(each for each in steps if not marked or {each.id, each.lesson} & set(marked))


def result_bytes(
    results_format: ResultsFormat,
    results: Sequence[StepResult],
    problems: Sequence[str],
    course: Course,
) -> bytes:
    """Return the results in this format; `problems` are those of the submission."""
    if results_format == "autolab":
        return autolab_lines(results, problems)
    facts = {
        "nntutor": __version__,
        "torch": torch_version(),
        "course_digest": course_digest(course),
    }
    return gradescope_json(results, problems, facts)


def gradescope_json(
    results: Sequence[StepResult], problems: Sequence[str], facts: Mapping[str, str]
) -> bytes:
    """Return results.json for Gradescope; `facts` are stored in it for the teacher."""
    told = [_message(each) for each in results if not each.is_judged] + list(problems)
    record: dict[str, object] = {
        "tests": [_gradescope_test(each) for each in results if each.is_judged],
        "execution_time": round(sum(each.seconds for each in results), 1),
        "extra_data": dict(facts),
    }
    if not record["tests"]:
        record["score"] = 0
        told.insert(0, NO_SCORE)
    if told:
        output = with_own_marks(printable("\n\n".join(told)))
        record |= {"output": output, "output_format": "md"}
    return json.dumps(record, indent=1).encode() + b"\n"


def _gradescope_test(result: StepResult) -> dict[str, object]:
    step = result.step
    return {
        "name": step.title,
        "score": result.score,
        "max_score": step.points,
        "status": "passed" if result.is_right else "failed",
        "output": with_own_marks(_message(result)),
        "output_format": "md",
        "visibility": "visible",
    }


def autolab_lines(results: Sequence[StepResult], problems: Sequence[str]) -> bytes:
    """Return the output for Autolab: messages, and the scores by step as the last line."""
    parts = [*problems, *(f"{each.step.title}\n{_message(each)}" for each in results)]
    scores = {each.step.id: each.score for each in results if each.is_judged}
    text = printable("\n\n".join(parts)) + "\n\n" + json.dumps({"scores": scores}) + "\n"
    return text.encode("utf-8", "replace")


def _message(result: StepResult) -> str:
    """Return the feedback on the step in Markdown."""
    verdict = result.verdict
    if verdict is None:
        return NOTHING
    if not result.is_judged:
        return NOT_JUDGED.format(step=result.step.id, reason=verdict.message)
    parts = [verdict.message.strip() or ("Right." if verdict.accepted else "Not right yet.")]
    if verdict.evidence:
        parts.append("```\n" + "\n".join(verdict.evidence).replace("```", "'''") + "\n```")
    parts += verdict.notes
    return printable("\n\n".join(parts))
