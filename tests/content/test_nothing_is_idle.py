"""Each check and variation of a step is needed: without it the linter has something to say.

Where a step has one check, or a check leads to a note, the loader says it: tests/authoring.
"""

from __future__ import annotations

import pytest
from msgspec import structs

from tests.support.lessons import chapter
from tests.support.sampling import drawn
from tutor.authoring.program_rules import check_programs
from tutor.authoring.step_findings import StepFindings
from tutor.client.client import WorkerClient
from tutor.course.model import CodeStep
from tutor.toml_text import KeyPath

pytestmark = [
    pytest.mark.process,
    pytest.mark.asyncio(loop_scope="package"),
    pytest.mark.xdist_group("content"),
    pytest.mark.timeout(300),  # the linter tries all wrong programs of a step
]

STEPS = {step.id: step for step in chapter().steps() if isinstance(step, CodeStep)}
NEEDED_BY_THE_FORMAT = {("rare-class", "variations", 0)}
"""What only the format asks for: its two functions are asked about rows of the checks' own, so no
wrong one depends on the digit that is given."""
DROPPED = [
    (step.id, field, index)
    for step in STEPS.values()
    for field in ("checks", "variations")
    for index, each in enumerate(getattr(step, field))
    if not each.note and (field == "variations" or len(step.checks) > 1)
    if (step.id, field, index) not in NEEDED_BY_THE_FORMAT
]


class Complained(Exception):
    """The linter said something: what it would say after that is not waited for."""


class FirstFinding(StepFindings):
    def error(self, path: KeyPath, message: str) -> None:
        raise Complained(message)

    warning = error


@pytest.mark.parametrize(("step_id", "field", "index"), drawn(DROPPED, 2, "dropped"))
async def test_without_it_the_linter_complains(
    client: WorkerClient, step_id: str, field: str, index: int
) -> None:
    step = STEPS[step_id]
    rest = [each for place, each in enumerate(getattr(step, field)) if place != index]
    with pytest.raises(Complained):
        await check_programs(
            structs.replace(step, **{field: tuple(rest)}), client, FirstFinding(step)
        )
