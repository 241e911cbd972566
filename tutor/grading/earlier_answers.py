"""Judge answers that begin with the learner's own answers to earlier steps.

These were accepted in their own steps, but may not suffice for a later step. Then the solutions of
those steps replace them, so that no right answer is refused because of an earlier one. Nothing is
run here.
"""

from __future__ import annotations

from msgspec import structs

from tutor.course.model import CodeStep
from tutor.grading.verdict import Verdict
from tutor.grading.wording import listed

SLUG = "earlier-answer-differs"


def may_hang_on_earlier_answers(verdict: Verdict) -> bool:
    """Return True if the answer may be right with the solutions of earlier steps."""
    judged = verdict.kind in ("reject", "tutor-fault")
    return judged and verdict.outcome not in ("lost", "stopped")


def with_solutions(step: CodeStep, with_own: Verdict, with_solution: Verdict) -> Verdict:
    """Return the final one of the verdicts with the own answers and with the solutions.

    With its own answers the program is refused. The learner's runs are as in that verdict, unless
    an earlier answer does not even run here.
    """
    if with_own.kind != "tutor-fault" and not with_solution.accepted:
        return with_own
    if with_solution.kind == "tutor-fault":
        return with_solution
    remark = _remark(step, with_own)
    if with_solution.kind == "accept":
        return structs.replace(with_solution, kind="accept-with-note", slug=SLUG, message=remark)
    return structs.replace(with_solution, notes=(*with_solution.notes, remark))


def _remark(step: CodeStep, with_own: Verdict) -> str:
    titles = listed(f"“{each.title}”" for each in step.used if each.own)
    judged = f"This was judged with the tutor's solution in place of your own answer to {titles}."
    if with_own.kind == "tutor-fault":
        return f"{judged} With yours, the code above your program does not run to its end."
    return f"{judged} With yours it would be refused: {with_own.message}"
