"""The learner's own settings, read from config.toml.

```toml
theme = "nntutor-light"
glyphs = "ascii"                       # or "unicode"; else as the terminal seems to need
motion = "reduced"                     # or "full": short runs are shown again, slowly
plain = true                           # `nntutor` asks and answers in lines, for screen readers
start_screen = false                   # `nntutor` opens the step that was left, without a start
close_brackets = false                 # the editor puts in no brackets by itself
offer_names = false                    # it offers names only when it is asked to
enter_accepts_name = true              # Enter takes an offered name, as Tab does
sleep_after_minutes = 5                # without a run or a key PyTorch is ended; 0: never
exam = true                            # no hints and no solutions are shown
network = true                         # for programs of steps that ask for it; else they have none

[keys]                                 # besides the keys an action has already
run = "ctrl+o"
check = ["f12", "f11"]
quit = { keys = ["ctrl+b"], only = true }   # in place of them

[limits]
seconds = 20                           # at most; lessons ask for less
run_seconds = 120                      # of a Run at first, which can be given more; else 60
memory_mb = 1024                       # at most; lessons ask for less
threads = 4                            # of PyTorch in programs of your own; else one
gpu = true                             # for programs of steps that ask for it; else on the CPU

[worker]                               # where programs run; else on this machine
command = ["srun", "--time=2:00:00"]   # or ["ssh", "node7"], or whatever else reaches another one
python = "/shared/nntutor/bin/python"  # there; else the path of this one
idle_minutes = 10                      # without a run or a key the machine is given back; 0: never
```

A setting that is wrong has its default, and all others hold: a mistake in this file must never keep
the tutor from starting. Names of themes, actions and keys are not checked here, since only ui knows
which there are.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from msgspec import Meta, Struct, ValidationError, convert, field, structs

from tutor.files import read_bytes
from tutor.text import one_line
from tutor.toml_text import KeyPath, line_and_message, line_of, lines_of_keys, parse_toml

Glyphs = Literal["unicode", "ascii"]
Motion = Literal["full", "reduced"]

MAX_CONFIG = 32 * 1024
"""Maximum size of a config in bytes; a larger file is not read."""

MAX_PROBLEMS = 20
"""Problems that are reported one by one; the rest is counted."""

_MAX_NUMBER = 1_000_000

Seconds = Annotated[
    float, Meta(gt=0, le=_MAX_NUMBER, description="should be a number of seconds above 0")
]
Megabytes = Annotated[
    int, Meta(gt=0, le=_MAX_NUMBER, description="should be a whole number of MB above 0")
]
Threads = Annotated[int, Meta(ge=1, le=1_000, description="should be a whole number above 0")]
Minutes = Annotated[
    float, Meta(ge=0, le=_MAX_NUMBER, description="should be a number of minutes, or 0")
]
Name = Annotated[str, Meta(min_length=1, description="should be a name in quotes")]
Switch = Annotated[bool, Meta(description="should be true or false")]


class Caps(Struct, frozen=True):
    """Limits on the resources of programs; None leaves a limit to the lesson."""

    seconds: Seconds | None = None
    run_seconds: Seconds | None = None
    """Initial time limit of a Run, which is not judged."""
    memory_mb: Megabytes | None = None
    threads: Threads | None = None
    """Threads that PyTorch uses in a program of the learner's own; None: one, as in steps."""
    gpu: Switch = False
    """True if steps that ask for a graphics card may use it."""


class WorkerPlace(Struct, frozen=True):
    """Another machine on which programs run, while the screen is on this one."""

    command: Annotated[
        tuple[Name, ...],
        Meta(min_length=1, description='should be a list of words, as in ["ssh", "node7"]'),
    ] = ()
    """Command that reaches the other machine; empty: programs run on this machine."""
    python: Annotated[
        str,
        Meta(
            pattern=r"^[\w./+@%:,=-]+$",
            description="should be a path without spaces, quotes and other shell characters",
        ),
    ] = ""
    """Path of the Python there that has nntutor; empty: the path of this one."""
    idle_minutes: Minutes = 10.0
    """Minutes without a run or a key after which the machine is released; 0: never."""


class Config(Struct, frozen=True):
    """All settings, with their defaults."""

    theme: Name = "nntutor-dark"
    glyphs: Annotated[Glyphs, Meta(description='should be "unicode" or "ascii"')] | None = None
    """Glyphs to draw with; None: as many as the terminal can show."""
    motion: Annotated[Motion, Meta(description='should be "full" or "reduced"')] = "full"
    """With `reduced`, a run that was too short to follow is not replayed."""
    plain: Switch = False
    """True if plain mode replaces the app."""
    start_screen: Switch = True
    sleep_after_minutes: Minutes = 10.0
    """Minutes without a run or a key after which PyTorch is ended to free its memory; 0: never."""
    exam: Switch = False
    """True if hints and solutions are withheld; answers are judged as usual."""
    close_brackets: Switch = True
    """True if the editor adds a closing bracket after an opening one."""
    offer_names: Switch = True
    """True if the editor offers names during typing."""
    enter_accepts_name: Switch = False
    """True if Enter accepts the highlighted name; else it begins a new line."""
    network: Switch = False
    """True if steps that ask for the network may use it."""
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Additional keys by action, in Textual's notation (`ctrl+o`, `f5`)."""
    only: frozenset[str] = frozenset()
    """Actions whose own keys are replaced by those in `keys`."""
    limits: Caps = Caps()
    worker: WorkerPlace = WorkerPlace()

    def with_worker_here(self) -> Config:
        """Return these settings, but with programs run on this machine."""
        return structs.replace(self, worker=WorkerPlace())


class _KeysInstead(Struct, forbid_unknown_fields=True):
    """The keys of an action as a table: `{ keys = ["ctrl+o"], only = true }`."""

    keys: str | list[str]
    only: bool = False


def read_config(file: Path) -> tuple[Config, tuple[str, ...]]:
    """Return the settings and the file's problems, as `file:line: key: message`.

    Never raises: a wrong setting, and each setting of an unreadable file, has its default. A
    missing file is no problem.
    """
    try:
        text = _read_text(file)
        reader = _Reader(parse_toml(text))
    except FileNotFoundError:
        return Config(), ()
    except OSError as error:
        problem = 1, "file", f"cannot be read: {error.strerror or error}"
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        problem = line, "file", f"is not UTF-8: byte 0x{error.object[error.start]:02x}"
    except tomllib.TOMLDecodeError as error:
        line, message = line_and_message(error, text)
        problem = line, "TOML", message
    except (ValueError, RecursionError) as error:
        problem = 1, "TOML", f"has a value that cannot be read: {error}"
    else:
        return reader.config, tuple(_formatted(file, text, reader.problems))
    return Config(), (_problem(file, *problem),)


def line_of_setting(file: Path, path: tuple[str, ...]) -> int:
    """Return the line of a setting, such as `("keys", "run")`, or 1 if it is not known.

    For messages about a value that only another room can judge.
    """
    try:
        return line_of(lines_of_keys(_read_text(file)), path)
    except (OSError, ValueError):
        return 1


def _read_text(file: Path) -> str:
    """Return the text of the file; raise OSError for a pipe, a folder or too large a file, too."""
    content = read_bytes(file, MAX_CONFIG + 1)
    if len(content) > MAX_CONFIG:
        raise OSError(f"it has more than {MAX_CONFIG // 1024} KB")
    return content.decode("utf-8-sig").replace("\r\n", "\n")


def _formatted(file: Path, text: str, problems: list[tuple[KeyPath, str]]) -> Iterator[str]:
    """Yield the first problems as messages, in the order of lines, and the number of others."""
    lines = lines_of_keys(text) if problems else {}
    located = [(line_of(lines, path), path, words) for path, words in problems[:MAX_PROBLEMS]]
    for line, path, words in sorted(located):
        yield _problem(file, line, ".".join(map(str, path)), words)
    if len(problems) > MAX_PROBLEMS:
        more = len(problems) - MAX_PROBLEMS
        yield one_line(f"{file}: {more} more, shown once these are fixed")


def _problem(file: Path, line: int, key: str, message: str) -> str:
    return one_line(f"{file}:{line}: {key}: {message}")


class _Reader:
    """Collects the settings in the parsed file, and all problems."""

    def __init__(self, table: dict[str, Any]) -> None:
        self.problems: list[tuple[KeyPath, str]] = []
        settings = self._settings(table, Config, hidden="only")
        keys, only = self._keys(settings.pop("keys", {}))
        limits = Caps(**self._settings(settings.pop("limits", {}), Caps, "limits"))
        worker = self._worker(settings.pop("worker", {}))
        self.config = Config(**settings, keys=keys, only=only, limits=limits, worker=worker)

    def _settings(
        self, table: dict[str, Any], struct: type[Struct], *above: str, hidden: str = ""
    ) -> dict[str, Any]:
        """Return the valid values for fields of the struct; `hidden` is not accepted as a key."""
        fields = {each.name: each.type for each in structs.fields(struct) if each.name != hidden}
        values: dict[str, Any] = {}
        for key, value in table.items():
            if key not in fields:
                near = difflib.get_close_matches(key, fields, n=1)
                hint = f"did you mean `{near[0]}`?" if near else f"known are {', '.join(fields)}"
                self.problems.append(((*above, key), f"is not a setting: {hint}"))
                continue
            is_table = key in _TABLES and not above
            try:
                values[key] = convert(value, dict[str, Any] if is_table else fields[key])
            except (ValidationError, OverflowError):
                words = f"should be a table, as in [{key}]" if is_table else _expected(fields[key])
                self.problems.append(((*above, key), words))
        return values

    def _worker(self, table: dict[str, Any]) -> WorkerPlace:
        """Return where programs run: here, if the command cannot reach another machine."""
        place = WorkerPlace(**self._settings(table, WorkerPlace, "worker"))
        if problem := _command_problem(place.command):
            self.problems.append((("worker", "command"), problem))
            return WorkerPlace()
        return place

    def _keys(self, table: dict[str, Any]) -> tuple[dict[str, tuple[str, ...]], frozenset[str]]:
        """Return the additional keys by action, and the actions whose own keys they replace."""
        keys: dict[str, tuple[str, ...]] = {}
        only: set[str] = set()
        for action, value in table.items():
            try:
                instead = convert(
                    value if isinstance(value, dict) else {"keys": value}, _KeysInstead
                )
            except ValidationError:
                words = _KEYS_AS_TABLE if isinstance(value, dict) else _KEYS
                self.problems.append((("keys", action), words))
                continue
            names = [instead.keys] if isinstance(instead.keys, str) else instead.keys
            if not names or not all(name.strip() for name in names):
                self.problems.append((("keys", action), _KEYS))
                continue
            keys[action] = tuple(name.strip() for name in names)
            only |= {action} if instead.only else set()
        return keys, frozenset(only)


_TABLES = ("keys", "limits", "worker")
_KEYS = 'should be a key such as "ctrl+o", or a list of keys'
_KEYS_AS_TABLE = 'should be as in { keys = ["ctrl+o"], only = true }'


_TERMINALS = {"srun": ("--pty",), "ssh": ("-t", "-tt")}
"""Options that put a terminal in between, which changes the bytes that pass through."""
_TASKS = re.compile(r"-n(\d*)|--ntasks(?:=(.*))?")
"""The number of tasks, in the same word or in the next one."""


def _command_problem(command: tuple[str, ...]) -> str:
    """Return why this command cannot reach a node; "" if it may."""
    name = command[0].rpartition("/")[2] if command else ""
    for option in _TERMINALS.get(name, ()):
        if option in command:
            return f"leave `{option}` out: a terminal in between changes what is sent"
    if name != "srun":
        return ""
    for word, following in zip(command, (*command[1:], ""), strict=True):
        asked = _TASKS.fullmatch(word)
        if asked and (asked[1] or asked[2] or following) != "1":
            return f"leave `{word}` out: one task is started, since each would be a worker"
    return ""


def _expected(setting: Any) -> str:  # noqa: ANN401 - a type of any shape
    """Return the description in the type of a setting, which may be optional."""
    return next(
        part.description or ""
        for part in (*get_args(setting), *get_args(get_args(setting)[0]))
        if isinstance(part, Meta)
    )
