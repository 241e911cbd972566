"""Reports of steps that look wrong: files in the data folder, for the author of the lesson.

Nothing is sent anywhere: the learner passes the file on.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from datetime import datetime
from itertools import count
from pathlib import Path

from msgspec import Struct

from tutor.grading.verdict import Verdict
from tutor.paths import make_private
from tutor.progress.durable_files import sync_file, sync_folder

FOLDER = "reports"


class Report(Struct, frozen=True, kw_only=True):
    """The facts that show the author what the learner saw."""

    step: str
    """The step's id."""
    title: str
    file: str
    """Path of the step's file below the folder of lessons."""
    comment: str = ""
    """The learner's own description of the problem."""
    answer: str = ""
    """Text in the editor, or answer to the question."""
    verdict: Verdict | None = None
    """Verdict on screen; None if there was none."""
    versions: str
    """Versions of nntutor, Python, torch and textual."""


def write_report(data: Path, report: Report, now: datetime) -> Path:
    """Write the report to a new file and return its path.

    The file is complete and on disk, or not there at all. Raises OSError.
    """
    folder = data / FOLDER
    make_private(folder)
    content = report_text(report, now).encode("utf-8", "replace")
    descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=".report.", suffix=".tmp")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            sync_file(descriptor)
        path = _move_to_free_name(temporary, folder, f"{now:%Y-%m-%d-%H%M%S}-{report.step}")
    finally:
        with suppress(FileNotFoundError):
            os.unlink(temporary)
    sync_folder(folder)
    return path


def _move_to_free_name(temporary: str, folder: Path, stem: str) -> Path:
    """Rename the file to the first free name for the stem; return its path. Raises OSError."""
    for number in count(1):
        path = folder / (f"{stem}.md" if number == 1 else f"{stem}-{number}.md")
        if os.path.lexists(path):
            continue
        try:
            os.link(temporary, path)
        except FileExistsError:
            continue
        except OSError:  # a file system without links
            os.rename(temporary, path)
        return path
    raise AssertionError("count() has no end")


def report_text(report: Report, now: datetime) -> str:
    """Return the report as Markdown, fit for reading and for a mail or an issue."""
    parts = [
        f"# Step `{report.step}` looks wrong",
        f"- step: {report.title} ({report.file})\n- when: {now.isoformat(timespec='seconds')}\n"
        f"- versions: {report.versions}",
    ]
    parts += ["## What looks wrong", report.comment.strip() or "Nothing was said of it."]
    if report.answer.strip():
        parts += ["## The answer", _fenced(report.answer)]
    parts += ["## The verdict", *_verdict_parts(report.verdict)]
    return "\n\n".join(parts) + "\n"


def _verdict_parts(verdict: Verdict | None) -> list[str]:
    if verdict is None:
        return ["There was none."]
    parts = [f"{verdict.kind}, {verdict.slug or 'no slug'}", verdict.message.strip()]
    lines = [*verdict.evidence, *(f"note: {note}" for note in verdict.notes)]
    lines += [
        f"{'holds' if check.passed else 'fails'}: {check.name}"
        + (f" (with {check.variation})" if check.variation else "")
        for check in verdict.checks
    ]
    return [part for part in (*parts, _fenced("\n".join(lines)) if lines else "") if part]


def _fenced(text: str) -> str:
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}\n{text.rstrip()}\n{fence}"
