"""A digest of everything besides the lesson that affects verdicts: the tutor and the libraries."""

from __future__ import annotations

import hashlib
import platform
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import tutor

JUDGING = ("worker", "wire", "grading", "course")
"""Parts of the tutor that affect the verdict on an answer."""

_LIBRARIES = ("torch", "numpy", "msgspec")


@cache
def surroundings(parts: tuple[str, ...] = JUDGING) -> bytes:
    """Return a digest of these parts of the tutor, of Python and of the libraries."""
    digest = hashlib.sha256(repr((sys.version, platform.machine())).encode())
    for name in _LIBRARIES:
        digest.update(f"{name} {_version_of(name)}\0".encode())
    package = Path(tutor.__file__).parent
    for part in parts:
        for file in sorted((package / part).rglob("*.py")):
            digest.update(f"{file.name}\0".encode() + file.read_bytes())
    return digest.digest()


def _version_of(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
