"""Commands that lead to a node on this machine, as srun and ssh lead to one elsewhere."""

from __future__ import annotations

from pathlib import Path

SRUN = """\
#!/bin/sh
# as srun, for a cluster of this machine alone
while [ "${1#-}" != "$1" ]; do shift; done
%s
"""


def shell(script: str) -> tuple[str, ...]:
    r"""Return a command that runs a shell script, in which `"$@"` is what starts the node."""
    return ("sh", "-c", script, "sh")


def fake_srun(folder: Path, script: str) -> tuple[str, ...]:
    r"""Return a command named srun that runs a shell script, in which `"$@"` starts the node."""
    file = folder / "srun"
    file.write_text(SRUN % script)
    file.chmod(0o755)
    return (str(file),)


def queued_until(file: Path) -> str:
    """Return the script of an srun whose job waits until there is that file."""
    return (
        "echo 'srun: job 13 queued and waiting for resources' >&2\n"
        f"until [ -e '{file}' ]; do sleep 0.02; done\n"
        "echo 'srun: job 13 has been allocated resources' >&2\n"
        'exec "$@"\n'
    )
