"""Observations of the author's programs, stored in files across starts of the tutor.

Answers are judged by them. So a file counts only for the same command, machine and code, and only
if programs can reach neither the file nor its folder, which is in the data folder. A file that is
broken, missing or cannot be written is never an error: the programs then run again.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import os
import platform
import sys
from pathlib import Path

import msgspec

import tutor
from tutor.client.worker_facts import WorkerFacts
from tutor.files import read_bytes, remove_oldest, replace_file
from tutor.paths import make_private
from tutor.wire.commands import ObserveAll
from tutor.wire.events import Observation

FOLDER = "observed"
"""Name of the folder in the learner's data folder."""

MAX_FILES = 200
MAX_FILE_BYTES = 1024 * 1024
MAX_BYTES = 20 * 1024 * 1024
"""Maximum bytes of all files; beyond that, and beyond `MAX_FILES`, the oldest are removed."""

_DECODER = msgspec.msgpack.Decoder(tuple[Observation, ...])
_DIGEST_BYTES = hashlib.sha256().digest_size

_CODE = ("worker", "wire", "client/author_run.py", "files.py")
"""Parts of the tutor that affect an observation."""
_LIBRARIES = ("torch", "numpy", "msgspec")
_NUMERIC_VARIABLES = ("PYTHON", "OPENBLAS_", "OMP_", "MKL_", "KMP_", "TORCH_", "PYTORCH_", "ATEN_")
"""Prefixes of the environment variables that may change numerical results."""


class KeptObservations:
    """The files with observations in one folder. Several tutors may use it at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, command: ObserveAll, facts: WorkerFacts) -> tuple[Observation, ...] | None:
        """Return the stored result of an earlier run of the command; None without a valid one."""
        if not _is_out_of_reach(facts) or _depends_on_more(command):
            return None
        try:
            content = read_bytes(self._file(command, facts), MAX_FILE_BYTES + 1)
            digest, payload = content[:_DIGEST_BYTES], content[_DIGEST_BYTES:]
            if hashlib.sha256(payload).digest() != digest:
                return None
            observations = _DECODER.decode(payload)
        except (OSError, msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            return None
        return observations if len(observations) == len(command.programs) else None

    def write(
        self, command: ObserveAll, facts: WorkerFacts, observations: tuple[Observation, ...]
    ) -> None:
        """Store the observations of a complete run of the command, if possible."""
        if not _is_out_of_reach(facts) or _depends_on_more(command):
            return
        try:
            payload = msgspec.msgpack.encode(observations)
            content = hashlib.sha256(payload).digest() + payload
            if len(content) <= MAX_FILE_BYTES:
                make_private(self._folder)
                replace_file(self._file(command, facts), content)
                remove_oldest(self._folder, MAX_FILES, MAX_BYTES)
        except (OSError, UnicodeEncodeError):
            pass  # a full disk, or a folder that cannot be written: the next start runs them again

    def _file(self, command: ObserveAll, facts: WorkerFacts) -> Path:
        key = hashlib.sha256(msgspec.msgpack.encode(command))
        key.update(repr((facts.torch_version, facts.level, facts.own_network)).encode())
        key.update(_surroundings())
        return self._folder / key.hexdigest()


def _is_out_of_reach(facts: WorkerFacts) -> bool:
    """Return True if programs can neither read nor write the files, so that they can be trusted."""
    return facts.own_root or facts.landlock > 0


def _depends_on_more(command: ObserveAll) -> bool:
    """Return True if the result may vary: with the network, or with a graphics card."""
    return command.network or command.gpu


@functools.cache
def _surroundings() -> bytes:
    """Return a digest of everything besides command and worker that may affect a result."""
    digest = hashlib.sha256(repr((sys.version, platform.machine(), _processor())).encode())
    for name in _LIBRARIES:
        digest.update(repr(_installed(name)).encode())
    for name in sorted(os.environ):
        if name.startswith(_NUMERIC_VARIABLES):
            digest.update(f"{name}={os.environ[name]}\0".encode("utf-8", "surrogateescape"))
    package = Path(tutor.__file__).parent
    for part in _CODE:
        path = package / part
        for file in sorted(path.glob("*.py")) if path.is_dir() else [path]:
            digest.update(f"{file.name}\0".encode() + file.read_bytes())
    return digest.digest()


def _processor() -> tuple[str, ...]:
    """Return the first processor's model and features, by which kernels are chosen."""
    try:
        text = read_bytes(Path("/proc/cpuinfo"), 8_192).decode(errors="replace")
    except OSError:
        return ()
    lines = text.partition("\n\n")[0].splitlines()
    return tuple(line for line in lines if line.startswith(("model name", "flags", "Features")))


def _installed(name: str) -> tuple[str, int, int]:
    """Return the path of a library, and size and time of its first file."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        return "", 0, 0
    status = os.stat(spec.origin)
    return spec.origin, status.st_size, status.st_mtime_ns
