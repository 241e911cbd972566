"""Courses of 21, 280 and 2,000 steps, made of copies of the built-in ones, in one table.

What a learner waits for should not depend on how many steps a course has. The outline is opened as
soon as the first text is read, when a large course is not read to its end yet.
"""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.measure import Row, until
from tests.support.terminal import Terminal, nntutor

SIZES = (21, 280, 2_000)
RUNS = 5
PAUSE_S = 0.5
"""Seconds before each key, as a person needs at least."""

LESSONS = Path(__file__).parents[1] / "lessons"
RIGHT = "sigmoid = nn.Sigmoid()\nprobability = sigmoid(input_tensor)\n"
FIRST_TEXT = "The last layer of a network"
NEXT_TEXT = "Cat, dog or bird"
OUTLINE = "you are here"
NOTHING = "No step has these words"


@dataclass
class Measured:
    """What was measured with a course of one size, over all runs."""

    text: list[float] = field(default_factory=list)
    outline: list[float] = field(default_factory=list)
    key: list[float] = field(default_factory=list)
    """Keys in the outline's search: one after which no step is left, and one that brings all."""
    check: list[float] = field(default_factory=list)
    next: list[float] = field(default_factory=list)
    resident: list[float] = field(default_factory=list)
    own: list[float] = field(default_factory=list)
    """Memory of the app with its share of what it has in common with other processes."""


def write_course(folder: Path, steps: int) -> Path:
    """Write a course of so many steps: copies of all built-in ones, a lesson of each."""
    source = LESSONS / "architecture"
    files = sorted(source.glob("[0-9]*.toml"))
    lessons = [f"copy-{number}" if number else source.name for number in range(steps)]
    lessons = lessons[: -(-steps // len(files))]
    order = ", ".join(f'"{name}"' for name in lessons)
    course = (LESSONS / "course.toml").read_text()
    course = re.sub(r"^order = \[.*?\]", f"order = [{order}]", course, flags=re.M | re.S)
    folder.mkdir()
    (folder / "course.toml").write_text(course)
    head = (source / "lesson.toml").read_text()
    for number, name in enumerate(lessons):
        (folder / name).mkdir()
        # a term is defined once
        text = head.partition("[[term]]")[0] if number else head
        (folder / name / "lesson.toml").write_text(text)
        for file in files[: steps - number * len(files)]:
            place, _, step_id = file.stem.partition("-")
            own_id = f"{step_id}-{number}" if number else step_id
            text = file.read_text().replace(f'id = "{step_id}"', f'id = "{own_id}"', 1)
            (folder / name / f"{place}-{own_id}.toml").write_text(text)
    return folder


def measure_once(command: Iterable[str], lessons: Path, measured: Measured) -> None:
    """Sit once at the course with this command for nntutor, and add what was measured."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        draft = home / "data" / "drafts" / "architecture" / "sigmoid.py"
        draft.parent.mkdir(parents=True)
        draft.write_text(RIGHT)
        places = ("--lessons", str(lessons), "--data-dir", str(home / "data"))
        begin = time.perf_counter()
        with Terminal((*command, *places, "open", "sigmoid"), home) as terminal:
            measured.text.append(until(terminal, lambda: FIRST_TEXT in terminal.text, begin))
            measured.outline.append(_press(terminal, "\x1bo", OUTLINE, pause=0))
            terminal.wait_for("ready", deadline=120)
            for _ in range(4):
                measured.key.append(_press(terminal, "~", NOTHING))
                measured.key.append(_press(terminal, "backspace", OUTLINE))
            terminal.press("escape")
            terminal.wait_for(FIRST_TEXT)
            measured.check.append(_press(terminal, "f4", "Right"))
            measured.next.append(_press(terminal, "f8", NEXT_TEXT))
            time.sleep(PAUSE_S)
            measured.resident.append(_memory_mb(terminal.process.pid, "status", "VmRSS"))
            measured.own.append(_memory_mb(terminal.process.pid, "smaps_rollup", "Pss"))
            terminal.press("ctrl+q")
            terminal.wait_for_end()


def _press(terminal: Terminal, key: str, shown: str, *, pause: float = PAUSE_S) -> float:
    time.sleep(pause)
    terminal.read()
    begin = time.perf_counter()
    terminal.press(key)
    return until(terminal, lambda: shown in terminal.text, begin)


def _memory_mb(pid: int, file: str, name: str) -> float:
    text = Path(f"/proc/{pid}/{file}").read_text()
    return int(text.partition(f"{name}:")[2].split()[0]) / 1024


def rows(all_measured: dict[int, Measured]) -> Iterator[Row]:
    """Yield the rows of the table: each size beside the smallest."""
    for what, name, unit in (
        ("first text", "text", "ms"),
        ("outline, opened at once", "outline", "ms"),
        ("a key in its search", "key", "ms"),
        ("Check, key to verdict", "check", "ms"),
        ("next step, key to its text", "next", "ms"),
        ("memory of the app, resident", "resident", "MB"),
        ("memory of the app, its share", "own", "MB"),
    ):
        smallest, *larger = all_measured
        base = getattr(all_measured[smallest], name)
        yield Row(f"{what}, {smallest} steps", base, unit)
        for size in larger:
            values = getattr(all_measured[size], name)
            aim = "≤ 1.2×" if unit == "ms" else "≤ 70 MB" if name == "resident" else ""
            yield Row(f"{what}, {size:,} steps", values, unit, f"{smallest} steps", base, aim)


def measure() -> list[Row]:
    """Measure, and return the rows of the table."""
    found = {size: Measured() for size in SIZES}
    with tempfile.TemporaryDirectory() as folder:
        courses = {size: write_course(Path(folder) / str(size), size) for size in SIZES}
        for _ in range(RUNS):
            for size, lessons in courses.items():
                measure_once(nntutor(), lessons, found[size])
    return list(rows(found))
