"""Findings as text."""

from __future__ import annotations

import pytest

from tutor.doctor.findings import Finding, bad, good, healthy, note, report

FINDINGS = (
    good("Terminal", "TERM is xterm."),
    note("Terminal", "16 colours.", "Set TERM."),
    bad("Worker", "torch is not installed.", "Install it."),
)


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")


def test_sections_marks_and_a_sum() -> None:
    assert report(FINDINGS, encoding="utf-8") == (
        "Terminal\n"
        "  ✓ TERM is xterm.\n"
        "  – 16 colours. Set TERM.\n"
        "\n"
        "Worker\n"
        "  ✗ torch is not installed. Install it.\n"
        "\n"
        "One thing needs attention."
    )


def test_only_what_is_bad_makes_it_unhealthy() -> None:
    assert not healthy(FINDINGS)
    assert healthy(FINDINGS[:2])
    assert report(FINDINGS[:2], encoding="utf-8").endswith(
        "Everything that the tutor needs is here."
    )
    assert report(FINDINGS[2:] * 2, encoding="utf-8").endswith("2 things need attention.")


def test_long_findings_are_wrapped_below_their_text_and_paths_stay_whole() -> None:
    path = "/home/someone/with-a/very-long/path-to/the-lessons"
    shown = report([good("Lessons", f"The lessons were found in {path} after a while.")])
    assert shown.splitlines()[:4] == [
        "Lessons",
        "  ✓ The lessons were found in",
        f"    {path}",
        "    after a while.",
    ]


def test_an_encoding_without_the_marks_gets_others() -> None:
    shown = report([*FINDINGS, good("Lessons", "Größe ≥ 1")], encoding="latin-1")
    assert "  ok  TERM is xterm." in shown
    assert "  -   16 colours." in shown
    assert "  BAD torch is not installed." in shown
    assert "  ok  Größe ? 1" in shown


def test_what_a_terminal_would_obey_is_shown_as_an_escape() -> None:
    shown = report([Finding("Terminal", "good", "TERM is \x1b[2J\n.")], encoding="utf-8")
    assert "  ✓ TERM is \\x1b[2J ." in shown
