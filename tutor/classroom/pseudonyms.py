"""Names in place of those of learners, the same in each report that has the same key."""

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
    """Return the key in the folder, which is made for its owner alone if there is none.

    Raises OSError, also if what is there is no key.
    """
    file = folder / KEY_FILE
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except FileExistsError:
        key = read_regular(file, _KEY_BYTES)
        if len(key) != _KEY_BYTES:
            raise OSError(f"{file} holds no key. Remove it, and another one is made.") from None
        return key
    key = secrets.token_bytes(_KEY_BYTES)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(key)
    return key


def anonymous(table: ClassTable, key: bytes) -> ClassTable:
    """Return the table of learners without their names, sorted by what stands for them.

    Only who has the key can find out which is whose.
    """
    rows = sorted((_pseudonym(row[0], key), "", *row[2:]) for row in table.rows)
    return ClassTable(table.heads, tuple(rows))


def _pseudonym(label: object, key: bytes) -> str:
    name = str(label).encode("utf-8", "replace")
    return f"learner-{hmac.new(key, name, hashlib.sha256).hexdigest()[:10]}"
