"""The examination of installed packages, of lessons and settings, and of the data folder.

It only reads, except for a file that it writes and removes to test the data folder.
"""

from __future__ import annotations

import os
import platform
import shutil
import stat
import tempfile
from collections.abc import Collection, Iterator, Sequence
from importlib import metadata
from pathlib import Path

from tutor import __version__
from tutor.config import Config
from tutor.course.load import load_course
from tutor.course.problems import CourseError
from tutor.doctor.findings import Finding, bad, good, note
from tutor.grading.wording import counted
from tutor.paths import Places
from tutor.progress.chosen_theme import remembered_theme
from tutor.progress.fold import journal_files, read_progress

VERSIONS = "Versions"
KEPT = "Progress and drafts"
LESSONS = "Lessons"
CONFIG = "Settings"

ENOUGH_SPACE = 50 * 1024 * 1024
"""Free bytes below which journals and drafts are at risk."""

_MAX_LISTED = 3
"""Maximum problems of lessons that are listed; the rest is counted."""


def examine_versions() -> Iterator[Finding]:
    """Yield findings on all versions but torch's, which the worker reports."""
    textual = installed_version("textual")
    yield good(VERSIONS, f"nntutor {__version__}, Python {platform.python_version()}.")
    if textual is None:
        yield bad(VERSIONS, "textual is not installed.", "Install nntutor again.")
    else:
        yield good(VERSIONS, f"textual {textual}.")
    system = f"{platform.system()} {platform.release()}, {platform.machine()}."
    if platform.system() == "Linux":
        yield good(VERSIONS, system)
    else:
        yield bad(VERSIONS, f"{system} The tutor is built for Linux.", "On Windows, use WSL2.")


def installed_version(package: str) -> str | None:
    """Return the version of a package without importing it, None if it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def examine_lessons(places: Places) -> Iterator[Finding]:
    """Yield findings on the number of lessons, and on their errors."""
    try:
        course, problems = load_course(places.lessons)
    except CourseError as error:
        yield bad(LESSONS, f"{places.lessons} cannot be used.")
        yield from _first_problems(LESSONS, [str(problem) for problem in error.problems])
        return
    steps = counted(len(course.steps()), "step")
    text = f"{counted(len(course.lessons), 'lesson')}, {steps} in {places.lessons}."
    yield good(LESSONS, text) if course.steps() else bad(LESSONS, text)
    yield from _first_problems(
        LESSONS, [str(problem) for problem in problems if problem.severity == "error"]
    )


def examine_config(places: Places, problems: Sequence[str]) -> Iterator[Finding]:
    """Yield findings on the config; `problems` are those that `read_config` returned."""
    if not os.path.lexists(places.config):
        yield good(CONFIG, f"{places.config} does not exist: the defaults apply.")
    elif not problems:
        yield good(CONFIG, f"{places.config} was read.")
    yield from (bad(CONFIG, problem) for problem in problems)


def examine_theme(places: Places, config: Config, known: Collection[str] | None = None) -> Finding:
    """Return a finding on the app's theme; `known` are all themes, None if unknown."""
    theme = remembered_theme(places.data, config.theme)
    if known is not None and theme not in known:
        return bad(
            CONFIG,
            f"There is no theme {theme}: the app starts with {Config().theme}.",
            "Choose one in the app: in its menu, under `colours`.",
        )
    if theme != config.theme:
        return good(CONFIG, f"The theme is {theme}, chosen in the app.")
    if theme != Config().theme:
        return good(CONFIG, f"The theme is {theme}, from `theme` in config.toml.")
    return good(CONFIG, f"The theme is {theme}.")


def examine_data(places: Places) -> Iterator[Finding]:
    """Yield findings on the data folder: can it be written, and what does it hold."""
    yield _writable(places)
    yield _space(places.data)
    if others := _open_to_others(places.data):
        yield others
    files = journal_files(places.data, [])
    progress, problems = read_progress(places.data)
    done = counted(len(progress.done), "step")
    yield good(KEPT, f"{counted(len(files), 'journal file')}, {done} done.")
    for problem in problems:
        yield note(KEPT, problem)
    if set_aside := _set_aside(places.data):
        yield note(
            KEPT,
            f"{counted(len(set_aside), 'draft')} set aside because another program had changed the "
            f"file, such as {set_aside[0]}.",
            "Delete what you do not need.",
        )


def _writable(places: Places) -> Finding:
    data = places.data
    why = f", the folder that {places.data_source} names," if places.data_source else ""
    existing = _nearest_existing(data)
    try:
        if existing != data:
            if not os.path.isdir(existing) or not os.access(existing, os.W_OK | os.X_OK):
                raise PermissionError(13, f"{existing} is not writable")
            return good(KEPT, f"{data}{why} will be created at the first start.")
        with tempfile.TemporaryFile(dir=data) as file:
            file.write(b"x")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return bad(
            KEPT,
            f"{data}{why} cannot be written: {error.strerror or error}. Nothing would be saved.",
            "Make it writable or start with --data-dir DIR.",
        )
    return good(KEPT, f"{data}{why} can be written.")


def _space(data: Path) -> Finding:
    try:
        free = shutil.disk_usage(_nearest_existing(data)).free
    except OSError as error:
        return note(KEPT, f"The free space is unknown: {error.strerror or error}.")
    text = f"{free / 1024**3:.1f} GB free." if free >= 1024**3 else f"{free // 1024**2} MB free."
    if free < ENOUGH_SPACE:
        return bad(KEPT, text, "Free some space or start with --data-dir DIR.")
    return good(KEPT, text)


def _open_to_others(data: Path) -> Finding | None:
    try:
        mode = stat.S_IMODE(data.stat().st_mode)
    except OSError:
        return None
    if not mode & 0o077:
        return None
    return note(
        KEPT,
        f"Other accounts on this machine can enter {data}, but cannot read the files that the "
        "tutor writes.",
        f"Run `chmod 700 {data}` to keep them out.",
    )


def _set_aside(data: Path) -> list[Path]:
    """Return drafts with a host and a process id in their name; see `tutor.progress.drafts`."""
    return sorted(path for path in (data / "drafts").glob("*/*.*.py") if path.name[0] != ".")


def _nearest_existing(path: Path) -> Path:
    while not os.path.lexists(path) and path.parent != path:
        path = path.parent
    return path


def _first_problems(section: str, problems: Sequence[str]) -> Iterator[Finding]:
    for problem in problems[:_MAX_LISTED]:
        yield bad(section, problem)
    if len(problems) > _MAX_LISTED:
        more = counted(len(problems) - _MAX_LISTED, "further problem")
        yield bad(section, f"and {more}.", "`nntutor check` lists all of them.")
