"""A real sshd and a real Slurm of one node, for tests: on free ports, with files of their own.

Where their programs are missing a test is skipped, but not where CI installs them.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.support.wait import wait_until
from tests.support.worker import TEST_MARK

_PATH = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"
_END_S = 10.0
"""Seconds in which a server ends that is told to."""

_SSHD = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
AuthorizedKeysFile {folder}/user.pub
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PidFile none
AcceptEnv {accepted}
{more}
"""

_SLURM = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
CredType=cred/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=none
ReturnToService=2
SchedulerParameters=sched_interval=1
NodeName={host} NodeAddr=127.0.0.1 CPUs=1 State=UNKNOWN
PartitionName=main Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


def require_programs(*names: str, package: str) -> None:
    """Skip the test where one of the programs is missing; fail it where CI should have them."""
    missing = [name for name in names if shutil.which(name, path=_PATH) is None]
    if missing:
        words = f"no {', '.join(missing)} here: install {package}"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(words)


@contextmanager
def ssh_server(folder: Path, more: str = "") -> Iterator[tuple[str, ...]]:
    """Start an sshd with `more` in its config, and yield the command that logs in there."""
    require_programs("sshd", "ssh", "ssh-keygen", package="openssh-server")
    for name in ("host", "user"):
        key = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(key, check=True)
    (port,) = _free_ports(1)
    accepted = f"{TEST_MARK} TMPDIR"
    config = folder / "sshd_config"
    config.write_text(_SSHD.format(port=port, folder=folder, accepted=accepted, more=more))
    options = {
        "StrictHostKeyChecking": "no",
        "UserKnownHostsFile": str(folder / "known"),
        "IdentityFile": str(folder / "user"),
        "IdentitiesOnly": "yes",
        "IdentityAgent": "none",
        "LogLevel": "ERROR",
        "SendEnv": accepted,
    }
    words = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    with (
        _separation_folder(),
        _servers(folder, [["sshd", "-D", "-e", "-f", str(config)]]),
    ):
        wait_until(lambda: _is_open(port), "sshd to listen")
        yield ("ssh", "-F", "none", "-p", str(port), *words, "127.0.0.1")


@contextmanager
def slurm_cluster(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Start a Slurm whose one node is this machine, and have srun use it."""
    require_programs("slurmctld", "slurmd", "srun", "munged", package="slurm-wlm and munge")
    if os.geteuid() != 0:
        pytest.skip("Slurm starts jobs as root only")
    host = socket.gethostname().partition(".")[0]
    for name in ("munge", "state", "spool"):
        (folder / name).mkdir(mode=0o755)
    key = folder / "munge.key"
    key.touch(mode=0o600)
    key.write_bytes(secrets.token_bytes(64))
    config = folder / "slurm.conf"
    config.write_text(_SLURM.format(host=host, ports=_free_ports(2), folder=folder))
    (folder / "cgroup.conf").write_text("CgroupPlugin=disabled\n")
    monkeypatch.setenv("SLURM_CONF", str(config))
    for name in tuple(os.environ):
        if name.startswith("SLURM_") and name != "SLURM_CONF":
            monkeypatch.delenv(name)
    munge = ["munged", "--force", "--foreground", f"--key-file={key}"]
    munge += [f"--{name}-file={folder}/munge.{name}" for name in ("pid", "seed", "log")]
    munge.append(f"--socket={folder}/munge/socket")
    daemons = [
        munge,
        ["slurmctld", "-D", "-f", str(config)],
        ["slurmd", "-D", "-N", host, "-f", str(config)],
    ]
    with _servers(folder, daemons):
        wait_until(lambda: "idle" in said("sinfo", "-h", "-o", "%T"), "the node to be idle")
        try:
            yield
        finally:
            cancel_jobs(*jobs())


def jobs(format_: str = "%i") -> list[str]:
    """Return the jobs of the cluster, each in that format of squeue: by default its number."""
    return said("squeue", "-h", "-o", format_).split()


def cancel_jobs(*numbers: str) -> None:
    """Cancel these jobs, and wait until they are gone."""
    if numbers:
        subprocess.run(["scancel", *numbers], check=True)
    wait_until(lambda: not set(numbers) & set(jobs()), "the jobs to be gone")


def said(*command: str) -> str:
    """Return what a short command prints on stdout."""
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports: list[int] = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def _is_open(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False


@contextmanager
def _separation_folder() -> Iterator[None]:
    """Have the empty folder that an sshd of root needs, which systemd makes elsewhere."""
    folder = Path("/run/sshd")
    is_missing = os.geteuid() == 0 and not folder.exists()
    if is_missing:
        folder.mkdir(mode=0o755)
    try:
        yield
    finally:
        if is_missing:
            folder.rmdir()


@contextmanager
def _servers(folder: Path, commands: Sequence[Sequence[str]]) -> Iterator[None]:
    """Start these in turn, with their messages in the folder, and end them the other way round."""
    started: list[subprocess.Popen[bytes]] = []
    try:
        for name, *arguments in commands:
            program = shutil.which(name, path=_PATH)
            assert program
            with (folder / f"{name}.out").open("wb") as out:
                popen = subprocess.Popen([program, *arguments], stdout=out, stderr=out)
            started.append(popen)
        yield
    finally:
        for popen in reversed(started):
            popen.terminate()
            with suppress(subprocess.TimeoutExpired):
                popen.wait(_END_S)
            popen.kill()
            popen.wait()
