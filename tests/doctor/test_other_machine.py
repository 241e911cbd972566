"""What is said of the way to another machine, link by link."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tutor import __version__
from tutor.client.connection import Connection
from tutor.doctor.findings import Finding, report
from tutor.doctor.other_machine import examine_connection
from tutor.wire.node import Welcome

FINE = Connection(
    command=("srun", "--mem=4G"),
    path="/usr/bin/srun",
    seconds=0.7,
    welcome=Welcome(version=__version__, python="3.11.7", host="node7", job="13"),
    exit_status=0,
)


def _states(connection: Connection, reason: str = "") -> tuple[str, list[str]]:
    """Return all that is said, as one line, and the states in order."""
    findings: list[Finding] = list(examine_connection(connection, reason, 0.16))
    return " ".join(report(findings).split()), [each.state for each in findings]


def test_a_chain_that_holds_is_good_in_each_link() -> None:
    said, states = _states(FINE)
    assert states == ["good"] * 4
    for part in (
        "`srun --mem=4G`, found at /usr/bin/srun.",
        "node7 (job 13) answered after 0.7 s.",
        f"It has nntutor {__version__} and Python 3.11.7.",
        "Closed in 0.2 s, and nothing was left there.",
    ):
        assert part in said


def test_a_command_that_is_not_there_is_the_end() -> None:
    said, states = _states(Connection(("srun",)))
    assert states == ["bad"]
    assert "`srun` was not found. Correct `command` under [worker]" in said


@pytest.mark.parametrize(
    ("status", "reason", "told"),
    [
        (None, "", "No machine answered yet. Its last message: job 13 queued."),
        (255, "`ssh` ended before nntutor answered: refused.", "answered: refused."),
    ],
)
def test_where_no_node_answers_it_is_told_why(status: int | None, reason: str, told: str) -> None:
    hint = "This is inside job 13: `--overlap`."
    silent = Connection(("ssh",), "/bin/ssh", waiting="job 13 queued.", hint=hint)
    said, states = _states(replace(silent, exit_status=status), reason)
    assert states == ["good", "bad"]
    assert f"{told} {hint}" in said


def test_what_a_shell_prints_first_another_version_and_a_bad_end_are_told() -> None:
    connection = replace(
        FINE,
        before_marker=b"Welcome!\n\x1b[31m" + b"x" * 999,
        welcome=Welcome(version="99.1", host="node7"),
        exit_status=137,
        hint="Say `--overlap`.",
    )
    said, states = _states(connection, "On node7 there is nntutor 99.1.")
    assert states == ["good", "good", "bad", "note", "note", "note"]
    assert "On node7 there is nntutor 99.1." in said
    assert "Say `--overlap`." in said
    assert "the other machine printed: Welcome!" in said
    assert "\x1b" not in said
    assert "`srun` ended with status 137." in said
