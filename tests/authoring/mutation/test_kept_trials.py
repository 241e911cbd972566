"""Which kept trials count."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import structs

from tests.grading.steps import sigmoid_step
from tutor.authoring.mutation import kept_trials
from tutor.authoring.mutation.kept_trials import KeptTrials
from tutor.authoring.mutation.rules import mutants_of_step
from tutor.authoring.mutation.trial import Trial
from tutor.course.model import CodeStep
from tutor.course.step_tables import Check, Exemption

STEP = sigmoid_step()
MUTANTS = mutants_of_step(STEP)
TRIALS = tuple(
    Trial(mutant.change, "", "reject", "wrong-value", "No.", False) for mutant in MUTANTS
)


@pytest.fixture
def kept(tmp_path: Path) -> KeptTrials:
    trials = KeptTrials(tmp_path / "cache" / "mutants")
    trials.write(STEP, TRIALS)
    return trials


def test_what_was_written_is_read(kept: KeptTrials) -> None:
    assert kept.read(STEP, MUTANTS) == TRIALS


@pytest.mark.parametrize(
    "other",
    [
        structs.replace(STEP, title="Another", hints=("Look.",), after="Well."),
        structs.replace(STEP, exemptions=(Exemption(mutant="line 1", reason="It is so."),)),
        structs.replace(STEP, file=Path("elsewhere.toml")),
    ],
)
def test_what_the_trials_do_not_depend_on_may_change(kept: KeptTrials, other: CodeStep) -> None:
    assert kept.read(other, MUTANTS) == TRIALS


@pytest.mark.parametrize(
    "other",
    [
        structs.replace(STEP, solution=STEP.solution + "\nprint()"),
        structs.replace(STEP, checks=(Check(same="probability", rtol=0.1),)),
        structs.replace(STEP, text="Compute `sigmoid` and `probability`."),
        structs.replace(STEP, variations=()),
    ],
)
def test_another_step_has_none(kept: KeptTrials, other: CodeStep) -> None:
    assert kept.read(other, MUTANTS) is None


def test_other_mutants_have_none(kept: KeptTrials) -> None:
    assert kept.read(STEP, MUTANTS[1:]) is None


@pytest.mark.parametrize("content", [b"", b"[1]", b"\xff\xfe", b"[" * 5_000])
def test_a_broken_file_counts_for_nothing(tmp_path: Path, kept: KeptTrials, content: bytes) -> None:
    (file,) = (tmp_path / "cache" / "mutants").iterdir()
    file.write_bytes(content)
    assert kept.read(STEP, MUTANTS) is None


def test_without_a_folder_or_room_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for folder in (None, tmp_path / "file" / "mutants"):
        KeptTrials(folder).write(STEP, TRIALS)
        assert KeptTrials(folder).read(STEP, MUTANTS) is None


def test_the_oldest_files_go(
    tmp_path: Path, kept: KeptTrials, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_trials, "MAX_FILES", 2)
    for number in range(4):
        kept.write(structs.replace(STEP, seed=number + 1), TRIALS)
    assert len(list((tmp_path / "cache" / "mutants").iterdir())) == 2
