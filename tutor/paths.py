"""The places of lessons, images, data and config, and the parts of them that programs may read.

Finding them creates nothing: code that writes makes its folder with `make_private`. The module must
be cheap to import, since every command needs it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

LESSONS_VARIABLE = "NNTUTOR_LESSONS"
DATA_VARIABLE = "NNTUTOR_DATA_DIR"
CONFIG_VARIABLE = "NNTUTOR_CONFIG"

COURSE_FILE = "course.toml"
"""Name of the file that marks a folder of lessons."""
MAX_COURSE_FILE_BYTES = 1_000_000
"""Maximum size in bytes of a TOML file in such a folder."""

_PACKAGE = Path(__file__).resolve().parent


class PlacesError(Exception):
    """Raised for a place that does not exist or is unknown; the message says what to do."""


@dataclass(frozen=True)
class Places:
    """Absolute paths of lessons, images, data and config, of which only `lessons` must exist."""

    lessons: Path
    images: Path
    data: Path
    config: Path
    """The file config.toml."""
    data_source: str = ""
    """Option or variable that names the data folder; empty for the default."""


def find_places(lessons: Path | None = None, data_dir: Path | None = None) -> Places:
    """Find the places by option, else by environment, else by default.

    Raises PlacesError if there are no lessons, or a place is not known.
    """
    lessons_folder = _find_lessons(lessons)
    data, data_source = _data_dir(data_dir)
    return Places(
        lessons=lessons_folder,
        images=lessons_folder.parent / "images",
        data=data,
        config=_config_file(),
        data_source=data_source,
    )


def hidden_from_programs(places: Places) -> tuple[str, ...]:
    """Return the folders that no program may read, which hold solutions or private data."""
    return (str(places.lessons), str(places.data))


def folders_for_programs(folder: Path | None = None) -> tuple[str, ...]:
    """Return the folders that a learner's own programs may read: `folder`, or none.

    None means the current folder. A home folder, or one that contains temporary files, sockets or
    homes, is not returned: it holds more than a learner means to expose.
    """
    try:
        current = folder or Path.cwd()
        too_wide = (Path.home(), Path(os.environ.get("TMPDIR") or "/tmp"), Path("/run"))
    except (OSError, RuntimeError):  # the folder is gone, or there is no home
        return ()
    if any(folder.resolve().is_relative_to(current) for folder in too_wide):
        return ()
    return (str(current),)


def make_private(folder: Path) -> None:
    """Create the folder and its missing parents, for the owner alone (0700); raise OSError."""
    if folder.is_dir():
        return
    if folder.parent != folder:
        make_private(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)


def cache_folder(name: str = "") -> Path | None:
    """Return a cache folder; None without a home, where nothing is cached.

    Without a name, return the folder that holds all caches, which `nntutor clean` removes.
    """
    import platformdirs

    folder = platformdirs.user_cache_path("nntutor", appauthor=False) / name
    return folder if folder.is_absolute() else None


def _find_lessons(option: Path | None) -> Path:
    if option is not None:
        return _named_lessons(option, "--lessons")
    if value := os.environ.get(LESSONS_VARIABLE):
        return _named_lessons(Path(value), LESSONS_VARIABLE)
    candidates = (_PACKAGE / "content" / "lessons", _PACKAGE.parent / "lessons")
    for candidate in candidates:
        if _is_course(candidate):
            return candidate
    searched = " and ".join(str(candidate) for candidate in candidates)
    raise PlacesError(
        f"No lessons found in {searched}. Install nntutor again, or name a folder of lessons "
        f"with --lessons DIR."
    )


def _named_lessons(folder: Path, named_by: str) -> Path:
    """Return the absolute folder; raise an error if it holds no course."""
    folder = _absolute(folder)
    if not os.path.isdir(folder):
        raise PlacesError(f"{named_by}: {folder} is not a folder. Name the one with {COURSE_FILE}.")
    if not _is_course(folder):
        raise PlacesError(
            f"{named_by}: {folder} has no {COURSE_FILE}. Name the folder that holds it."
        )
    return folder


def _is_course(folder: Path) -> bool:
    return os.path.isfile(folder / COURSE_FILE)


def _data_dir(option: Path | None) -> tuple[Path, str]:
    """Return the data folder and the option or variable that names it, "" for the default.

    The command line passes the value of the variable as if it were the option.
    """
    value = os.environ.get(DATA_VARIABLE, "")
    if option is not None:
        return _absolute(option), DATA_VARIABLE if str(option) == value else "--data-dir"
    if value:
        return _absolute(Path(value)), DATA_VARIABLE
    import platformdirs

    folder = platformdirs.user_data_path("nntutor", appauthor=False)
    source = "XDG_DATA_HOME" if os.environ.get("XDG_DATA_HOME") else ""
    return _require_absolute(folder, "--data-dir DIR"), source


def _config_file() -> Path:
    if value := os.environ.get(CONFIG_VARIABLE):
        return _absolute(Path(value))
    import platformdirs

    folder = platformdirs.user_config_path("nntutor", appauthor=False)
    return _require_absolute(folder, f"{CONFIG_VARIABLE}=FILE") / "config.toml"


def _require_absolute(path: Path, alternative: str) -> Path:
    """Return the path if it is absolute, as it is with a home and absolute XDG variables."""
    if not path.is_absolute():
        raise PlacesError(
            f"{path} is not an absolute path. Set HOME (and the XDG variables, if any) to "
            f"absolute paths, or use {alternative}."
        )
    return path


def _absolute(path: Path) -> Path:
    try:
        path = path.expanduser()
    except RuntimeError:  # without a home folder, ~ is an ordinary name
        pass
    return Path(os.path.abspath(path))
