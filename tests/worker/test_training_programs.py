"""Programs as people write them: of each, what its file says is told, and nothing else.

And following one changes nothing of it: watched, paused at each phase or neither, it computes the
same bits.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.support.digests import DIGEST, digest_in, unhooked_digest
from tests.support.engine import PRELUDE, run, serve
from tutor.session.losses import loss_view, printed_numbers, shown_curve
from tutor.session.tensors import default_name
from tutor.session.timeline import RunRecord
from tutor.wire.commands import Execute, Program, Resume, StepPhase
from tutor.wire.events import (
    InventoryTaken,
    LossesRecorded,
    Paused,
    StepRecorded,
    TrainingNoted,
)

pytestmark = pytest.mark.xdist_group("torch")

FOLDER = Path(__file__).parent / "training_programs"
PROGRAMS = sorted(path.stem for path in FOLDER.glob("*.toml"))


@cache
def program_file(name: str) -> dict[str, Any]:
    """Return the file of a program: the program, and under `told` what is told of it."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text())


def source_of(name: str) -> str:
    return str(program_file(name)["program"])


def told_of(name: str) -> dict[str, object]:
    """Run the program as the app does for Run, and return what the app knows of it then."""
    served = run(source_of(name), live=True, shapes=True, step_log=False)
    assert served.executed.outcome == "finished", served.executed.error
    record = RunRecord()
    kinds = (LossesRecorded, TrainingNoted, InventoryTaken, StepRecorded)
    record.take(tuple(event for event in served.events if isinstance(event, kinds)))
    view, facts = loss_view(record, None), record.facts
    curves = record.by_curve.curves()
    names = {each.number: facts.name_of(each.number) for each in curves}
    first = shown_curve(curves, None)
    printed = printed_numbers([served.output])
    told = {
        "curves": {names.get(each.number, "loss"): len(each.losses) for each in curves},
        "first": names.get(first.number, "loss") if first is not None and len(curves) > 1 else "",
        "tensor": default_name(record.inventory),
        "checks": {each.name: len(each.losses) for each in facts.checked.values()},
        "beside": view.check_name,
        "epochs": len(view.borders),
        "rates": [each.rate for each in view.rates] if len(view.rates) > 1 else [],
        "kept": {each.name: len(each.numbers) for each in facts.kept},
        "printed": f"{printed.name}: {len(printed.numbers)}" if printed and not curves else "",
    }
    return {key: value for key, value in told.items() if value}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_is_followed_as_one_would_say_it(name: str) -> None:
    assert told_of(name) == program_file(name)["told"]


@pytest.mark.parametrize("name", PROGRAMS)
def test_following_a_program_changes_no_bit_of_it(name: str) -> None:
    source = source_of(name) + DIGEST
    watched = run(source, live=True, shapes=True, step_log=False)
    assert watched.executed.outcome == "finished", watched.executed.error
    judged = run(source)
    digest = unhooked_digest(source)
    assert len(digest) == 64
    assert digest_in(watched.output) == digest, "watched"
    assert digest_in(judged.output) == digest, "not watched"


@pytest.mark.parametrize("name", ["plain_loop", "gan", "validation", "by_hand_no_grad"])
def test_pausing_at_each_phase_changes_no_bit(name: str) -> None:
    source = source_of(name) + DIGEST
    program = Program(PRELUDE, "", source, 0)
    command = Execute(program, live=True, hold=1, step_log=False, shapes=True)
    phases = [StepPhase(number) for number in range(2, 40)]
    held = serve(command, controls=[*phases, Resume()])
    assert held.executed.outcome == "finished", held.executed.error
    assert len(held.all(Paused)) > 10
    assert digest_in(held.output) == unhooked_digest(source)
