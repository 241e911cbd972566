"""What is said of the worker, from facts as different kernels give them."""

from __future__ import annotations

import errno
from dataclasses import replace

import pytest

from tutor.client.worker_facts import SEEN, WorkerFacts
from tutor.doctor.findings import Finding
from tutor.doctor.worker import SmokeTest, examine_protection, examine_worker, read_switch
from tutor.wire.control import ProbeStep

FINE = WorkerFacts(
    phase="ready",
    level="namespaces",
    steps=(ProbeStep("user namespace"), ProbeStep("pid namespace"), ProbeStep("own /proc")),
    landlock=7,
    nproc_enforced=True,
    own_network=True,
    own_root=True,
    own_proc=True,
    zygote_tasks=1,
    torch_version="2.13.0",
    imported_ms=1234.0,
    spares=2,
)
WENT_WELL = SmokeTest(run_ms=12.4, stop_ms=4.6)


def worker(
    facts: WorkerFacts, smoke_test: SmokeTest = WENT_WELL, torch: str | None = "2.13.0"
) -> list[str]:
    return [f"{found.state}: {found.text}" for found in examine_worker(facts, smoke_test, torch)]


def protection(
    facts: WorkerFacts, *, root: bool = False, switches: dict[str, str] | None = None
) -> list[Finding]:
    values = switches or {}
    return list(examine_protection(facts, root=root, read=lambda name: values.get(name, "")))


def test_a_good_worker_is_good_throughout() -> None:
    assert worker(FINE) == [
        "good: torch 2.13.0, imported in 1.2 s.",
        "good: A small program ran in 12 ms; an endless one was stopped in 5 ms.",
        "good: 2 processes wait ready for the next run.",
    ]
    assert {found.state for found in protection(FINE)} == {"good"}


def test_no_torch_is_bad() -> None:
    facts = WorkerFacts(phase="failed", reason="No module named 'torch'")
    assert worker(facts, SmokeTest("A small program did not finish."), torch=None) == [
        "bad: torch is not installed.",
        "bad: A small program did not finish.",
    ]


def test_a_torch_that_cannot_be_imported_is_bad_with_the_reason() -> None:
    facts = WorkerFacts(phase="failed", reason="libgomp.so.1: cannot open shared object file")
    assert worker(facts)[0] == (
        "bad: torch 2.13.0 is installed, but was not imported: "
        "libgomp.so.1: cannot open shared object file"
    )


def test_threads_in_the_worker_are_bad_and_no_spare_is_noted() -> None:
    assert [line[:4] for line in worker(replace(FINE, zygote_tasks=3, spares=0))] == [
        "good",
        "good",
        "bad:",
        "note",
    ]
    assert worker(replace(FINE, spares=1))[-1].startswith("good: 1 process waits")


def test_before_the_probe_nothing_is_said_of_protection() -> None:
    assert protection(WorkerFacts()) == []


def test_failed_steps_are_named_with_their_errno_and_the_unreached_are_not() -> None:
    steps = (
        ProbeStep("user namespace", errno.ENOSPC),
        ProbeStep("pid namespace", -1),
        ProbeStep("own /proc", 0),
    )
    found = protection(
        replace(FINE, level="landlock-signals", steps=steps),
        switches={"user/max_user_namespaces": "0"},
    )
    assert [finding.state for finding in found] == ["note", "good", "note", "note", "good"]
    assert found[2].text == "No user namespace: No space left on device (ENOSPC)."
    assert found[3].todo == (
        "An administrator can allow them: `sysctl -w user.max_user_namespaces=10000`."
    )


@pytest.mark.parametrize(
    ("name", "value", "setting"),
    [
        ("user/max_pid_namespaces", "0", "user.max_pid_namespaces=10000"),
        ("kernel/unprivileged_userns_clone", "0", "kernel.unprivileged_userns_clone=1"),
        (
            "kernel/apparmor_restrict_unprivileged_userns",
            "1",
            "kernel.apparmor_restrict_unprivileged_userns=0",
        ),
    ],
)
def test_the_switch_that_forbids_namespaces_is_named(name: str, value: str, setting: str) -> None:
    todos = [
        found.todo
        for found in protection(replace(FINE, level="landlock-signals"), switches={name: value})
    ]
    assert [todo for todo in todos if setting in todo]
    allowed = protection(
        replace(FINE, level="landlock-signals"), switches={name: str(1 - int(value))}
    )
    assert [found for found in allowed if "No kernel switch forbids" in found.text]


def test_a_hidden_proc_is_explained() -> None:
    steps = (ProbeStep("own /proc", errno.EPERM),)
    found = protection(replace(FINE, steps=steps, own_proc=False))
    assert found[0].text.endswith(f"they reach no process of yours. {SEEN}")
    assert SEEN not in FINE.protection
    assert found[2].text == "No own /proc: Operation not permitted (EPERM)."
    assert "Containers often hide" in found[2].todo


@pytest.mark.parametrize(
    ("abi", "lacks"),
    [
        (0, "No Landlock: it does not restrict files, renames, truncation, devices, signals."),
        (1, "Landlock 1: it does not restrict renames, truncation, devices, signals."),
        (5, "Landlock 5: it does not restrict signals."),
    ],
)
def test_what_landlock_lacks_is_told(abi: int, lacks: str) -> None:
    assert protection(replace(FINE, landlock=abi))[-1].text == lacks
    alone = protection(replace(FINE, landlock=abi, level="limits-only"))
    assert alone[-1].text == f"{lacks} A program can kill your shell."


def test_root_is_noted_and_bad_where_nothing_protects() -> None:
    assert "programs run as root" in protection(FINE, root=True)[-1].text
    unprotected = replace(FINE, level="limits-only", landlock=0)
    assert protection(unprotected, root=True)[0].state == "bad"
    assert protection(unprotected, root=False)[0].state == "note"
    as_nobody = protection(replace(unprotected, runs_as_nobody=True), root=True)
    assert as_nobody[0].state == "note"
    assert "programs run as the account nobody" in as_nobody[-1].text


@pytest.mark.parametrize("bounded", [True, False])
def test_what_bounds_the_processes_of_root_is_told(bounded: bool) -> None:
    found = protection(replace(FINE, nproc_enforced=bounded), root=True)[-1]
    assert ("The kernel limits how many processes" in found.text) is bounded
    assert ("the worker counts them instead" in found.text) is not bounded


def test_what_a_program_can_reach_is_told_and_why() -> None:
    assert "They see only the files of Python" in protection(FINE)[1].text
    alone = replace(
        FINE,
        level="landlock-signals",
        own_network=False,
        own_root=False,
        steps=(ProbeStep("user namespace", errno.EPERM),),
    )
    found = protection(alone)[1]
    assert found.state == "note"
    assert found.text == (
        "A program can use the network and reach sockets of your other programs here "
        "(no user namespace: Operation not permitted)."
    )
    assert "--trust-answers" in found.todo
    bare = protection(replace(alone, level="limits-only", landlock=0))[1]
    assert "use the network, read your files and reach sockets" in bare.text


def test_a_switch_that_this_kernel_lacks_has_no_value() -> None:
    assert read_switch("kernel/no_such_switch") == ""
    assert read_switch("kernel/ostype") == "Linux"
