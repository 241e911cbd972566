"""The command line of `python -m bench`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from bench import __main__ as command
from bench import stored, table
from bench.measure import Row
from bench.sides import Facts, RoundError, Side

Rows = Mapping[str, stored.Kept]
VALUES = {"here": 1.0, "there": 2.0}


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Two sides that are measured at once, and files that may be written."""

    def measure(side: Side, subject: str) -> list[Row]:
        if subject == "long":
            raise RoundError("a fault")
        return [Row(f"{subject}'s row", [VALUES[side.root.name]], means="So long.")]

    monkeypatch.setattr(Side, "here", lambda: Side(Path("/here"), Path("python")))
    monkeypatch.setattr(Side, "at", lambda root: Side(Path("/") / root, Path("python")))
    monkeypatch.setattr(Side, "compile", lambda side: None)
    monkeypatch.setattr(Side, "facts", lambda side: Facts(side.root.name, "today", "", "", 0))
    monkeypatch.setattr(Side, "measure", measure)
    monkeypatch.setattr(stored, "NOW", tmp_path / "now.jsonl")
    monkeypatch.setattr(stored, "BEFORE", tmp_path / "before.jsonl")
    monkeypatch.setattr(table, "write_results", _write_into(tmp_path / "RESULTS.md"))
    return iter([tmp_path])


def _write_into(file: Path) -> Callable[[Sequence[str], Rows, Rows], None]:
    def write(subjects: Sequence[str], now: Rows, before: Rows) -> None:
        file.write_text(table.results(subjects, now, before))

    return write


def test_subjects_are_measured_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command.main(["start", "check", "--rounds", "3"])
    text = capsys.readouterr().out
    assert "| start's row (n=3) |" in text
    assert text.index("start's row") < text.index("check's row")
    assert list(tmp_path.iterdir()) == []


def test_without_names_all_are_measured(capsys: pytest.CaptureFixture[str]) -> None:
    command.main(["--rounds", "1"])
    text = capsys.readouterr().out
    assert [name for name in command.SUBJECTS if f"{name}'s row" not in text] == ["long"]
    assert "1 of 1 rounds of long failed; the last: here: a fault" in text


def test_each_subject_has_rounds_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    command.main(["cold"])
    assert "| cold's row (n=6) |" in capsys.readouterr().out


def test_two_checkouts_are_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command.main(["--against", "there", "start", "--rounds", "6"])
    assert "| 2 ms | better: 0.50× in 6 pairs |" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_both_of_two_checkouts_are_kept(tmp_path: Path) -> None:
    command.main(["--against", "there", "start", "--rounds", "6", "--store"])
    now, before = stored.read(stored.NOW)["start"], stored.read(stored.BEFORE)["start"]
    assert (now.rows[0].median, now.facts.version) == (1, "here")
    assert (before.rows[0].median, before.facts.version) == (2, "there")
    assert "better: 0.50×" in (tmp_path / "RESULTS.md").read_text()


def test_today_stands_beside_what_was_kept_before(capsys: pytest.CaptureFixture[str]) -> None:
    command.main(["--before", "there", "start", "--rounds", "2", "--store"])
    assert not stored.NOW.exists()
    command.main(["start", "--rounds", "2", "--store"])
    assert "| 2 ms | ≈ 0.50× |" in capsys.readouterr().out
    assert stored.read(stored.BEFORE)["start"].facts.version == "there"


def test_results_are_written_without_a_measurement(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command.main(["--before", "there", "start", "--rounds", "2", "--store"])
    (tmp_path / "RESULTS.md").unlink()
    capsys.readouterr()
    command.main(["--results"])
    assert "start's row" in (tmp_path / "RESULTS.md").read_text()
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "arguments", [["no-such"], ["--rounds", "0"], ["--against", "a", "--before", "b"]]
)
def test_a_wrong_command_is_refused(arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        command.main(arguments)


def test_a_checkout_that_cannot_be_measured_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(root: Path) -> Side:
        raise ValueError(f"{root} is no checkout")

    monkeypatch.setattr(Side, "at", refuse)
    with pytest.raises(SystemExit, match="x is no checkout"):
        command.main(["--against", "x"])
