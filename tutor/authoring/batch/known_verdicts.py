"""Known verdicts by the digests of their answers: from files, or of this run.

For files, only the positions of the records are stored; of this run, as many records as fit into a
few megabytes, so that a million answers need little memory.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from tutor.authoring.json_lines import json_line, read_json
from tutor.files import open_regular

_MOST_BYTES = 32 * 1024 * 1024
"""Maximum bytes of stored records of this run; beyond that, the oldest are judged again."""

Record = dict[str, object]


class KnownVerdicts:
    """The verdicts that need not be found again."""

    def __init__(self) -> None:
        self._files: list[BinaryIO] = []
        self._places: dict[bytes, tuple[int, int]] = {}
        """Index and position of the file, by digest."""
        self._recent: OrderedDict[str, bytes] = OrderedDict()
        self._recent_bytes = 0

    def add_file(self, path: Path) -> int:
        """Load the verdicts in a file of records, and return their number; raise OSError.

        Records of a fault of the tutor or a lost worker are left out.
        """
        file = open_regular(path)
        self._files.append(file)
        found = 0
        for place, record in places_of(file):
            digest = record.get("digest")
            if isinstance(digest, str) and record.get("verdict") != "tutor-fault":
                self._places[_short(digest)] = len(self._files) - 1, place
                found += 1
        return found

    def add(self, digest: str, record: Mapping[str, object]) -> None:
        """Store a record of this run, as long as there is room."""
        line = json_line(record)
        self._recent[digest] = line
        self._recent_bytes += len(line)
        while self._recent_bytes > _MOST_BYTES:
            self._recent_bytes -= len(self._recent.popitem(last=False)[1])

    def find(self, digest: str) -> Record | None:
        """Return the record of an answer with this digest; None if none is known."""
        if digest in self._recent:
            self._recent.move_to_end(digest)
            return record_of(self._recent[digest])
        place = self._places.get(_short(digest))
        if place is None:
            return None
        file = self._files[place[0]]
        file.seek(place[1])
        record = record_of(file.readline())
        return record if record is not None and record.get("digest") == digest else None

    def close(self) -> None:
        """Close the files, whose verdicts are then unknown."""
        for file in self._files:
            file.close()
        self._places.clear()


def places_of(file: BinaryIO) -> Iterator[tuple[int, Record]]:
    """Yield position and content of each complete record; skip other lines."""
    place = 0
    for line in file:
        record = record_of(line)
        if record is not None:
            yield place, record
        place += len(line)


def record_of(line: bytes) -> Record | None:
    """Return the record in a complete line; None if there is none."""
    try:
        record = read_json(line) if line.endswith(b"\n") else None
    except ValueError:
        return None
    return record if isinstance(record, dict) and "id" in record and "verdict" in record else None


def _short(digest: str) -> bytes:
    """Return a part of the digest as key; the record itself has the whole one."""
    return digest[:32].encode("ascii", "replace")
