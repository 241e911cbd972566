"""A checkout that is measured, and the process that a round has."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

from bench import sides
from bench.measure import ROOT, Row
from bench.sides import RoundError, Side


def test_a_round_runs_in_a_process_of_its_own_and_says_why_it_fails() -> None:
    with pytest.raises(RoundError, match=r"No module named 'bench\.no_such'"):
        Side.here().measure("no-such")


def test_rows_come_from_the_process_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = Row("it", [1.0, 2.0], "s", "that", [3.0], "≤ 2", means="So.", digest="ab", matched=True)
    module = ModuleType("bench.two_words")
    module.measure = lambda: [row]  # type: ignore[attr-defined] # a subject is a module
    monkeypatch.setitem(sys.modules, "bench.two_words", module)
    sides.measure_one("two-words", str(tmp_path / "rows"))
    assert sides.read_rows(tmp_path / "rows") == [row]


def test_this_checkout_is_the_one_that_is_measured() -> None:
    side = Side.here()
    assert side.root == ROOT
    facts = side.facts()
    assert facts.version
    assert "textual" in facts.software


def test_a_checkout_without_an_environment_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\.venv/bin/python does not exist"):
        Side.at(tmp_path)


def test_an_environment_that_starts_another_checkout_is_refused(tmp_path: Path) -> None:
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    with pytest.raises(ValueError, match=r"starts the tutor of .*tutor/__init__\.py"):
        Side.at(tmp_path)


def test_nothing_of_the_user_reaches_a_round(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NNTUTOR_CONFIG", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH"):
        monkeypatch.setenv(name, "1")
    environment = sides.environment(tmp_path)
    assert not {"NNTUTOR_CONFIG", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH"} & set(environment)
    assert environment["XDG_CACHE_HOME"] == str(tmp_path / "cache")
