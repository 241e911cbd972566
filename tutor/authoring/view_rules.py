"""The linter's rule for views: a step names none that stays empty.

It needs a run that reports its views, and ignores their content.
"""

from __future__ import annotations

from collections.abc import Sequence

from tutor.authoring.step_findings import StepFindings
from tutor.grading.verdict import Runner
from tutor.wire.commands import Execute


async def check_views(
    views: Sequence[str], command: Execute, program: str, runner: Runner, findings: StepFindings
) -> None:
    """Check that the run has content for each of the views.

    `program` names the program that the command runs.
    """
    if not views:
        return
    observation = await runner.observe(command, ())
    for index, view in enumerate(views):
        if view not in observation.views:
            message = f"a run of {program} has nothing for the view `{view}`"
            findings.error(("views", index), message)
