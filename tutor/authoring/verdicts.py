"""Judge many programs as answers to one step, some of them together in a process.

By the grading that learners get. A process of its own for each run costs more than most programs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from tutor.authoring.mutation.batching_runner import BatchingRunner
from tutor.course.model import CodeStep
from tutor.grading.grade import grade
from tutor.grading.verdict import Runner, Verdict

_GROUP = 10
"""Programs whose runs share a process; the runner limits the number of groups at once."""


async def verdicts_on(
    step: CodeStep, programs: Sequence[str], runner: Runner
) -> Mapping[str, Verdict]:
    """Return the verdict on each of the programs, by its source."""
    different = list(dict.fromkeys(programs))
    groups = [different[start : start + _GROUP] for start in range(0, len(different), _GROUP)]
    found = await asyncio.gather(*(_verdicts_on_group(step, group, runner) for group in groups))
    return {program: verdict for group in found for program, verdict in group.items()}


async def _verdicts_on_group(
    step: CodeStep, group: Sequence[str], runner: Runner
) -> dict[str, Verdict]:
    batching = BatchingRunner(runner)
    verdicts = await asyncio.gather(*(grade(step, program, batching) for program in group))
    return dict(zip(group, verdicts, strict=True))
