"""The learner's own settings, from config.toml. For cli, ui and doctor.

```toml
theme = "nntutor-light"
glyphs = "ascii"                       # or "unicode"; else as the terminal seems to need
motion = "reduced"                     # or "full": short runs are shown again, slowly
start_screen = false                   # `nntutor` opens the step that was left, without a start
sleep_after_minutes = 5                # without a run or a key PyTorch is ended; 0: never
network = true                         # for programs of steps that ask for it; else they have none

[keys]                                 # besides the keys an action has already
run = "ctrl+r"
check = ["f12", "ctrl+g"]
quit = { keys = ["ctrl+o"], only = true }   # in place of them

[limits]
seconds = 20                           # at most; lessons ask for less
run_seconds = 120                      # of a Run at first, which can be given more; else 60
memory_mb = 1024                       # at most; lessons ask for less
```

Names of themes, actions and keys are taken as they stand: ui knows which there are.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Literal, TypeVar

from msgspec import Struct, field

from tutor.files import parse_toml, read_bytes

Glyphs = Literal["unicode", "ascii"]
Motion = Literal["full", "reduced"]

MAX_CONFIG = 32 * 1024
"""Bytes of a config that is read."""

MAX_PROBLEMS = 20
"""Finding the line of one takes several parses. Further ones are counted."""

_MAX_VALUE = 1_000_000
_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)")

Setting = TypeVar("Setting")
Table = dict[str, Any]


class Caps(Struct, frozen=True):
    """What a program may use at most, whatever the lesson allows. None: what the lesson allows."""

    seconds: float | None = None
    run_seconds: float | None = None
    """What a Run, which nobody judges, has at first."""
    memory_mb: int | None = None


class Config(Struct, frozen=True):
    """All settings, with their defaults."""

    theme: str = "nntutor-dark"
    glyphs: Glyphs | None = None
    """None: what the terminal can show."""
    motion: Motion = "full"
    """With `reduced` a run that was too short to follow is not shown again."""
    start_screen: bool = True
    sleep_after_minutes: float = 10.0
    """Without a run or a key, until PyTorch is ended to give its memory back; 0: never."""
    network: bool = False
    """Whether programs may use the network in steps that ask for it."""
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Action → further keys for it, as textual writes them (`ctrl+r`, `f5`)."""
    only: frozenset[str] = frozenset()
    """Actions whose own keys the ones above replace."""
    limits: Caps = Caps()


_DEFAULT = Config()


def read_config(file: Path) -> tuple[Config, tuple[str, ...]]:
    """Settings and what is wrong with the file, as `file:line: key: message`. Never raises: what
    is wrong, and all of an unreadable file, has its default. No file is no problem."""
    reader = _Reader(file)
    try:
        text = _read_text(file)
        return reader.read(text, parse_toml(text)), reader.problems()
    except FileNotFoundError:
        return Config(), ()
    except OSError as error:
        reader.tell(1, "file", f"cannot be read: {error.strerror or error}")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        reader.tell(line, "file", f"is not UTF-8: byte 0x{error.object[error.start]:02x}")
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        line = int(place[1]) if place and place[1] else text.count("\n") + 1
        reader.tell(line, "TOML", _PLACE.sub("", str(error)))
    except (ValueError, RecursionError) as error:
        reader.tell(1, "TOML", f"has a value that cannot be read: {error}")
    return Config(), reader.problems()


def line_of(file: Path, path: tuple[str, ...]) -> int:
    """The line that names a setting, such as `("keys", "run")`, for those who find something wrong
    with its value; 1 if that is not known any more."""
    try:
        return _line_of(_read_text(file), path)
    except (OSError, ValueError):
        return 1


def _read_text(file: Path) -> str:
    """Raises OSError, also for a pipe (which would wait for ever), a folder or a larger file."""
    content = read_bytes(file, MAX_CONFIG + 1)
    if len(content) > MAX_CONFIG:
        raise OSError(f"it has more than {MAX_CONFIG // 1024} KB")
    return content.decode("utf-8-sig").replace("\r\n", "\n")


class _Reader:
    """Takes the parsed file apart and gathers what is wrong with it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._text = ""
        self._problems: list[tuple[int, str]] = []
        self._untold = 0

    def read(self, text: str, table: Table) -> Config:
        self._text = text
        self._refuse_unknown((), table, Config.__struct_fields__, {"only"})
        keys, only = self._keys(self._table(table, "keys"))
        limits = self._table(table, "limits")
        self._refuse_unknown(("limits",), limits, Caps.__struct_fields__, set())
        return Config(
            theme=self._one((), table, "theme", _text, _DEFAULT.theme),
            glyphs=self._one((), table, "glyphs", _glyphs, _DEFAULT.glyphs),
            motion=self._one((), table, "motion", _motion, _DEFAULT.motion),
            start_screen=self._one((), table, "start_screen", _yes_or_no, _DEFAULT.start_screen),
            sleep_after_minutes=self._one(
                (), table, "sleep_after_minutes", _minutes, _DEFAULT.sleep_after_minutes
            ),
            network=self._one((), table, "network", _yes_or_no, _DEFAULT.network),
            keys=keys,
            only=only,
            limits=Caps(
                seconds=self._one(("limits",), limits, "seconds", _seconds, None),
                run_seconds=self._one(("limits",), limits, "run_seconds", _seconds, None),
                memory_mb=self._one(("limits",), limits, "memory_mb", _megabytes, None),
            ),
        )

    def tell(self, line: int, key: str, message: str) -> None:
        self._problems.append((line, _printable(f"{self._file}:{line}: {key}: {message}")))

    def problems(self) -> tuple[str, ...]:
        told = [text for _, text in sorted(self._problems)]
        if self._untold:
            told.append(f"{self._file}: {self._untold} more, told once these are mended")
        return tuple(told)

    def _tell_key(self, path: tuple[str, ...], message: str) -> None:
        if len(self._problems) < MAX_PROBLEMS:
            self.tell(_line_of(self._text, path), ".".join(path), message)
        else:
            self._untold += 1

    def _refuse_unknown(
        self, above: tuple[str, ...], table: Table, known: Iterable[str], but: set[str]
    ) -> None:
        names = [name for name in known if name not in but]
        for key in table:
            if key not in names:
                near = difflib.get_close_matches(key, names, n=1)
                hint = f"did you mean `{near[0]}`?" if near else f"known are {', '.join(names)}"
                self._tell_key((*above, key), f"is no setting: {hint}")

    def _table(self, table: Table, key: str) -> Table:
        value = table.get(key, {})
        if isinstance(value, dict):
            return value
        self._tell_key((key,), f"should be a table, as in [{key}]")
        return {}

    def _one(
        self,
        above: tuple[str, ...],
        table: Table,
        key: str,
        take: Callable[[object], Setting],
        default: Setting,
    ) -> Setting:
        if key not in table:
            return default
        try:
            return take(table[key])
        except ValueError as error:
            self._tell_key((*above, key), str(error))
            return default

    def _keys(self, table: Table) -> tuple[dict[str, tuple[str, ...]], frozenset[str]]:
        keys: dict[str, tuple[str, ...]] = {}
        only: set[str] = set()
        for action in table:
            taken = self._one(("keys",), table, action, _bindings, None)
            if taken is not None:
                keys[action], alone = taken
                only |= {action} if alone else set()
        return keys, frozenset(only)


def _text(value: object) -> str:
    if isinstance(value, str) and value:
        return value
    raise ValueError("should be a name in quotes")


def _glyphs(value: object) -> Glyphs:
    if value == "unicode" or value == "ascii":
        return value
    raise ValueError('should be "unicode" or "ascii"')


def _motion(value: object) -> Motion:
    if value == "full" or value == "reduced":
        return value
    raise ValueError('should be "full" or "reduced"')


def _yes_or_no(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError("should be true or false")


def _minutes(value: object) -> float:
    if value == 0 and not isinstance(value, bool):
        return 0.0
    try:
        return _seconds(value)
    except ValueError:
        raise ValueError("should be a number of minutes, or 0") from None


def _seconds(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= _MAX_VALUE:
        return float(value)
    raise ValueError("should be a number of seconds above 0")


def _megabytes(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _MAX_VALUE:
        return value
    raise ValueError("should be a whole number of MB above 0")


def _bindings(value: object) -> tuple[tuple[str, ...], bool]:
    """Keys, and whether they replace the action's own."""
    if not isinstance(value, dict):
        return _key_names(value), False
    only = value.get("only", False)
    if "keys" in value and value.keys() <= {"keys", "only"} and isinstance(only, bool):
        return _key_names(value["keys"]), only
    raise ValueError('should be as in { keys = ["ctrl+r"], only = true }')


def _key_names(value: object) -> tuple[str, ...]:
    given = value if isinstance(value, list) else [value]
    names = tuple(name.strip() for name in given if isinstance(name, str) and name.strip())
    if names and len(names) == len(given):
        return names
    raise ValueError('should be a key such as "ctrl+r", or a list of keys')


def _line_of(text: str, path: tuple[str, ...]) -> int:
    """Where the shortest beginning of the text ends that is TOML and has the key; 1 if unknown.

    Only beginnings from the first line on that names the key are tried.
    """
    lines = text.split("\n")
    name = path[-1]
    first = next((number for number, line in enumerate(lines, 1) if name in line), len(lines) + 1)
    for number in range(first, len(lines) + 1):
        try:
            table: Any = tomllib.loads("\n".join(lines[:number]))
        except ValueError:
            continue
        for key in path:
            table = table.get(key) if isinstance(table, dict) else None
        if table is not None:
            return number
    return 1


def _printable(text: str) -> str:
    """One line, with whatever a terminal would obey written as an escape."""
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode()
        for letter in " ".join(text.split())
    )
