"""Judge the order of a program's lines, by running the program that they make.

An order step is judged as its equivalent code step, so that every order that works is right. Only
decoys have messages of their own: they are to blame if the program is right without them.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from tutor.course.model import CodeStep, Exercise, OrderStep, StepBase
from tutor.course.step_tables import Decoy
from tutor.grading.grade import grade
from tutor.grading.judge import judge_program
from tutor.grading.once import once_for_each
from tutor.grading.submission import read_submission
from tutor.grading.verdict import Runner, Verdict

UNCHANGED = (
    "The lines are still in their shuffled order. Move them until the program does its task, then "
    "check again."
)
NOTHING_IN = "You took out all lines. Put in the lines that the program needs, then check again."

_SHARED = (
    *StepBase.__struct_fields__,
    *("scaffold", "solution", "prelude", "given", "hints", "seed", "fixed", "limit_s", "limit_mb"),
    *("network", "gpu", "files", "data", "uses", "used", "checks", "variations"),
    *("hint_for", "asks", "exemptions"),
)
"""Fields and properties that a code step has, too."""


@once_for_each
def as_code(step: OrderStep) -> CodeStep:
    """Return the equivalent code step, whose scaffold has the shuffled lines."""
    shared = {name: getattr(step, name) for name in _SHARED}
    return CodeStep(**shared, unchanged=UNCHANGED, own_misconceptions=step.misconceptions)


async def grade_order(
    step: OrderStep, source: str, runner: Runner, others: Sequence[Exercise] = ()
) -> Verdict:
    """Return the verdict on the program as an order of the step's lines."""
    if not set(_written(source)) - {"", *_written(step.around)}:
        return Verdict("not-attempted", "empty-answer", NOTHING_IN)
    code = as_code(step)
    verdict = await grade(code, source, runner, others)
    decoys = [decoy for decoy in step.decoys if decoy.line.strip() in _written(source)]
    if not decoys or not (verdict.accepted or verdict.kind == "reject"):
        return verdict
    if verdict.accepted:
        return _with_remark(verdict, decoys[0])
    without = "\n".join(
        "" if line.strip() in [decoy.line.strip() for decoy in decoys] else line
        for line in source.split("\n")
    )
    rest = await judge_program(code, read_submission(code, without), runner, live=False)
    if not rest.accepted:
        return verdict
    return structs.replace(
        verdict, slug="decoy-line", message=decoys[0].why, line=_line_of(decoys[0], source)
    )


def _with_remark(verdict: Verdict, decoy: Decoy) -> Verdict:
    """Return an acceptance with a remark on a line that does no harm where it is."""
    remark = f"It works with `{decoy.line.strip()}` in that place, too. {decoy.why}"
    if verdict.kind == "accept-with-note":
        return structs.replace(verdict, notes=(*verdict.notes, remark))
    return structs.replace(verdict, kind="accept-with-note", slug="decoy-line", message=remark)


def _written(source: str) -> list[str]:
    """Return the lines without indentation; empty ones in place of those taken out."""
    lines = (line.strip() for line in source.splitlines())
    return ["" if line.startswith("#") else line for line in lines]


def _line_of(decoy: Decoy, source: str) -> int:
    return _written(source).index(decoy.line.strip()) + 1
