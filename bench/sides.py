"""A checkout that is measured: its interpreter, what it is, and a round in a fresh process.

The subjects of this checkout measure the other one as well: its process imports `tutor` from there,
and `bench` and `tests` from here. So a subject uses of the tutor what both of them have.
"""

from __future__ import annotations

import importlib
import json
import os
import platform
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.measure import ROOT, Row, of_bench


@dataclass(frozen=True)
class Side:
    """A checkout to be measured, and the interpreter that it is installed in."""

    root: Path
    python: Path

    @staticmethod
    def here() -> Side:
        """Return this checkout, in the interpreter that runs; raise ValueError as `at` does."""
        return Side(ROOT, Path(sys.executable))._checked()

    @staticmethod
    def at(root: Path) -> Side:
        """Return another checkout, in the environment that lies in it.

        Raises ValueError if that has none, or one that would start the tutor of somewhere else.
        """
        python = root.resolve() / ".venv" / "bin" / "python"
        if not python.exists():
            raise ValueError(f"{python} does not exist: make it with `python3 -m venv .venv`")
        return Side(root.resolve(), python)._checked()

    def _checked(self) -> Side:
        told = self._output("import tutor; print(tutor.__file__)")
        if not Path(told or "/").resolve().is_relative_to(self.root):
            raise ValueError(
                f"{self.python} starts the tutor of {told or 'nowhere'}: run its `pip install -e .`"
            )
        return self

    def compile(self) -> None:
        """Have bytecode written for everything, so that no round pays for it."""
        folders = [str(self.root / name) for name in ("tutor", "tests", "bench")]
        subprocess.run(
            [str(self.python), "-m", "compileall", "-q", *folders, str(ROOT / "bench")],
            check=False,  # a test may hold a file that is no Python
            stdout=subprocess.DEVNULL,
            env=environment(),
        )
        self._output("import textual.app, torch")

    def _output(self, program: str) -> str:
        process = subprocess.run(
            [str(self.python), "-P", "-c", program],
            check=False,
            capture_output=True,
            text=True,
            cwd="/",
            env=environment(),
        )
        return process.stdout.strip()

    def facts(self) -> Facts:
        """Return what is measured, on which machine."""
        program = (
            "import platform\nfrom importlib.metadata import version\nprint(platform"
            ".python_version(), *(version(p) for p in ('nntutor', 'textual', 'torch')))"
        )
        python, version, textual, torch = self._output(program).split()
        return Facts(
            version=f"{version}{self._commit()}",
            date=datetime.now(UTC).strftime("%Y-%m-%d %H:%M"),
            machine=f"{os.cpu_count()} cores, {_processor()}, Linux {platform.release()}",
            software=f"Python {python}, textual {textual}, torch {torch}",
            load=round(os.getloadavg()[0], 1),
        )

    def _commit(self) -> str:
        """Return the date and title of the commit, and whether files have changed since."""
        git = ["git", "-C", str(self.root)]
        title = subprocess.run(
            [*git, "log", "-1", "--format=%cs “%s”"], check=False, capture_output=True, text=True
        ).stdout.strip()
        changed = subprocess.run(
            [*git, "status", "--porcelain", "tutor", "lessons"],
            check=False,
            capture_output=True,
            text=True,
        ).stdout
        return (f", {title}" if title else "") + (" and changes" if changed else "")

    def measure(self, subject: str) -> list[Row]:
        """Measure one round in a fresh process, and return its rows.

        Raises RoundError if it fails.
        """
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            rows = Path(folder) / "rows.jsonl"
            process = subprocess.run(
                of_bench(__name__, subject, str(rows), python=str(self.python)),
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                cwd=folder,
                env=environment(Path(folder)),
            )
            if process.returncode:
                raise RoundError(process.stderr.strip() or f"ended with {process.returncode}")
            return read_rows(rows)


class RoundError(Exception):
    """A round could not be measured; the message is what its process told."""


@dataclass(frozen=True)
class Facts:
    """What was measured when, and on which machine: enough to know what rows can be compared."""

    version: str
    date: str
    machine: str
    software: str
    load: float
    """Processes in the queue when it began."""

    def __str__(self) -> str:
        return (
            f"nntutor {self.version}, {self.date} UTC, {self.machine}, load {self.load}; "
            f"{self.software}"
        )


def measure_one(subject: str, file: str) -> None:
    """Measure one round in this process, and write its rows into the file, a line each."""
    module = importlib.import_module(f"bench.{subject.replace('-', '_')}")
    with open(file, "w", encoding="utf-8") as lines:
        for row in module.measure():
            values = asdict(row) | {"values": list(row.values), "reference": list(row.reference)}
            print(json.dumps(values), file=lines, flush=True)


def read_rows(file: Path) -> list[Row]:
    """Return the rows that `measure_one` has written."""
    return [Row(**json.loads(line)) for line in file.read_text("utf-8").splitlines()]


def environment(home: Path | None = None) -> dict[str, str]:
    """Return an environment in which bytecode is written and nothing of the user's is touched."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NNTUTOR_")}
    for name in ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PYTHONHOME"):
        kept.pop(name, None)
    if home:
        kept |= {
            "XDG_DATA_HOME": str(home / "share"),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_CACHE_HOME": str(home / "cache"),
        }
    return kept


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


if __name__ == "__main__":
    measure_one(*sys.argv[1:])
