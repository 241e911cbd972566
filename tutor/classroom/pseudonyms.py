"""Pseudonyms of learners, the same in each report with the same key."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from tutor.classroom.class_tables import ClassTable
from tutor.progress.durable_files import read_regular

KEY_FILE = "nntutor-report.key"
_KEY_BYTES = 32


def read_or_make_key(folder: Path) -> bytes:
    """Return the key in the folder; create it for its owner alone if there is none.

    Raises OSError, also if the file holds no key.
    """
    file = folder / KEY_FILE
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except FileExistsError:
        key = read_regular(file, _KEY_BYTES)
        if len(key) != _KEY_BYTES:
            raise OSError(f"{file} contains no key. Remove it to create a new one.") from None
        return key
    key = secrets.token_bytes(_KEY_BYTES)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(key)
    return key


def anonymous(table: ClassTable, key: bytes) -> ClassTable:
    """Return the table of learners under pseudonyms, and sorted by them.

    Only the key links a pseudonym to a learner.
    """
    rows = sorted((_pseudonym(row[0], key), "", *row[2:]) for row in table.rows)
    return ClassTable(table.heads, tuple(rows))


def _pseudonym(label: object, key: bytes) -> str:
    name = str(label).encode("utf-8", "replace")
    return f"learner-{hmac.new(key, name, hashlib.sha256).hexdigest()[:10]}"
