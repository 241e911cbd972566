"""Progress: all journal files, folded. For ui, session and authoring; reads, never writes.

Only the set of lines counts, not the order in which files are found. Within one file equal lines
count once, so that a file may stand twice: as itself, and in a merged one (see `compact`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter
from pathlib import Path
from typing import get_args

import msgspec
from msgspec import Struct, field

from tutor.course.help_levels import Help
from tutor.grading.verdict import VerdictKind
from tutor.progress.durable_files import read_regular, reason
from tutor.progress.entries import (
    VERSION,
    AnswerJudged,
    AppEnded,
    Entry,
    HintShown,
    PlaceKept,
    QuizAnswered,
    QuizShuffled,
    SolutionShown,
    StartedClean,
    StepOpened,
    StepRead,
    unstamped,
)
from tutor.progress.journal import FOLDER, SUFFIX

MAX_JOURNAL = 64 * 1024 * 1024
"""Bytes of one journal file; a larger one is no journal of ours."""

_ACCEPTED = ("accept", "accept-with-note")
_COUNTED = (*_ACCEPTED, "reject")

_by_time = attrgetter("at")
_by_number = attrgetter("n")


class Place(Struct, frozen=True):
    """Where the learner was last."""

    step: str
    pane: str
    """Empty where the learner had only just come to the step."""
    row: int
    column: int
    scroll: int


class Progress(Struct, frozen=True):
    """What the learner has done. Keys are step ids, also of steps that the course no longer has."""

    done: frozenset[str] = frozenset()
    """Code or quiz accepted once, or read step read. Never undone."""
    opened: frozenset[str] = frozenset()
    attempts: dict[str, int] = field(default_factory=dict)
    """Answers accepted or rejected; one not attempted, or spoilt by the tutor, is none."""
    hints: dict[str, int] = field(default_factory=dict)
    """The most hints that were open at a time."""
    solutions: dict[str, Help] = field(default_factory=dict)
    """How much of each step's solution is in sight."""
    helped: frozenset[str] = frozenset()
    """Steps whose first right answer was given with some of the solution in sight, and that have
    not been answered rightly without since."""
    verdicts: dict[str, VerdictKind] = field(default_factory=dict)
    """The last one of each step."""
    quiz: dict[str, QuizAnswered] = field(default_factory=dict)
    """The last answer to each quiz, without its time: equal answers are equal."""
    shuffled: dict[str, int] = field(default_factory=dict)
    """How often the statements of each quiz were shuffled anew: their order follows from it."""
    place: Place | None = None


class Origin(Struct, frozen=True, tag_field="kind", tag="origin"):
    """In a merged file: the lines below it were those of the file of this name."""

    file: str


def read_progress(
    data: Path, renamed: Mapping[str, str] | None = None
) -> tuple[Progress, tuple[str, ...]]:
    """Progress, and what could not be read, as sentences. Never raises on content.

    `renamed` maps old step ids to new ones.
    """
    entries, problems = read_entries(data)
    return fold(entries, renamed), problems


def read_entries(data: Path) -> tuple[list[Entry], tuple[str, ...]]:
    """Read all that the journals say, in order of time, and what could not be read, as sentences.
    Never raises on content."""
    problems: list[str] = []
    origins: dict[str, dict[bytes, None]] = {}
    for path in journal_files(data, problems):
        try:
            content = read_regular(path, MAX_JOURNAL)
        except OSError as error:
            problems.append(f"{path} cannot be read: {reason(error)}. The other files count.")
            continue
        for origin, lines in split_origins(path.name, content):
            origins.setdefault(origin, {}).update(dict.fromkeys(lines))
    entries: list[Entry] = []
    for name in sorted(origins):
        entries += _decode_lines(data / FOLDER / name, origins[name], problems)
    entries.sort(key=_by_time)
    return entries, tuple(problems)


def fold(entries: Iterable[Entry], renamed: Mapping[str, str] | None = None) -> Progress:
    """The progress that these entries, in order of time, make."""
    folding = _Folding(Progress(), renamed or {})
    for entry in entries:
        folding.add(entry)
    return folding.progress()


def add_entries(progress: Progress, entries: Iterable[Entry]) -> Progress:
    """Add entries that are later than all before, in their order."""
    folding = _Folding(progress, {})
    for entry in entries:
        folding.add(entry)
    return folding.progress()


def journal_files(data: Path, problems: list[str]) -> list[Path]:
    """By name. None, and no problem, where nothing has been kept yet."""
    folder = data / FOLDER
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == SUFFIX)
    except FileNotFoundError:
        return []
    except OSError as error:
        problems.append(f"{folder} cannot be read: {reason(error)}. Earlier progress is not shown.")
        return []


def split_origins(name: str, content: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """(origin, its lines) of a file; one pair, unless it is a merged file.

    JSON holds no NUL bytes: they fill what a power cut left unwritten.
    """
    lines = content.replace(b"\0", b"").split(b"\n")
    if b'"kind":"origin"' not in content:
        yield name, lines
        return
    gathered: list[bytes] = []
    for line in lines:
        if (origin := _origin_of(line)) is None:
            gathered.append(line)
        else:
            yield name, gathered
            name, gathered = origin, []
    yield name, gathered


def _origin_of(line: bytes) -> str | None:
    if b'"kind":"origin"' not in line:
        return None
    try:
        return _ORIGIN_DECODER.decode(line).file
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


class _Header(Struct, frozen=True):
    kind: str
    v: int = VERSION


_DECODER = msgspec.json.Decoder(Entry)
_HEADER_DECODER = msgspec.json.Decoder(_Header)
_KINDS = frozenset(kind.__struct_config__.tag for kind in get_args(Entry))
_LINE_START = b'{"kind":'
_ORIGIN_DECODER = msgspec.json.Decoder(Origin)


def _decode_lines(path: Path, lines: Iterable[bytes], problems: list[str]) -> list[Entry]:
    """The entries of one file in the order they were recorded."""
    entries: list[Entry] = []
    unread: list[bytes] = []
    decode, add = _DECODER.decode, entries.append
    for line in lines:
        try:
            entry = decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            unread.append(line)
        else:
            if entry.v <= VERSION:
                add(entry)
            else:
                unread.append(line)
    _report_unread(path, unread, problems)
    entries.sort(key=_by_number)
    return entries


def _report_unread(path: Path, lines: list[bytes], problems: list[str]) -> None:
    """Kinds that we do not know are passed over in silence, and so is what a power cut leaves: one
    line that was not written to its end."""
    newer = unreadable = torn = 0
    for line in lines:
        header = _header_of(line)
        if header is not None and header.v > VERSION:
            newer += 1
        elif (header is None or header.kind in _KINDS) and (rest := line.strip()):
            unreadable += 1
            torn |= header is None and rest[:8] == _LINE_START[: len(rest)]
    unreadable -= torn
    if not newer and not unreadable:
        return
    from tutor.grading.wording import counted  # hardly ever needed

    if newer:
        problems.append(
            f"{path} has {counted(newer, 'line')} from a newer nntutor, which this one leaves out. "
            "Update nntutor to see all your progress."
        )
    if unreadable:
        problems.append(
            f"{path} has {counted(unreadable, 'line')} that cannot be read. The rest counts."
        )


def _header_of(line: bytes) -> _Header | None:
    try:
        return _HEADER_DECODER.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


class _Folding:
    """Progress while it is being added to."""

    def __init__(self, progress: Progress, renamed: Mapping[str, str]) -> None:
        self._renamed = renamed
        self._done = set(progress.done)
        self._opened = set(progress.opened)
        self._attempts = dict(progress.attempts)
        self._hints = dict(progress.hints)
        self._solutions = dict(progress.solutions)
        self._helped = set(progress.helped)
        self._verdicts = dict(progress.verdicts)
        self._quiz = dict(progress.quiz)
        self._shuffled = dict(progress.shuffled)
        self._place = progress.place

    def add(self, entry: Entry) -> None:
        if isinstance(entry, AppEnded):
            return
        step = self._current_id(entry.step)
        match entry:
            case AnswerJudged():
                self._judge(step, entry.verdict)
            case QuizAnswered():
                self._judge(step, entry.verdict)
                self._quiz[step] = unstamped(entry)
            case QuizShuffled():
                self._shuffled[step] = entry.times
            case PlaceKept():
                self._place = Place(step, entry.pane, entry.row, entry.column, entry.scroll)
            case StepOpened():
                self._opened.add(step)
                if self._place is None or self._place.step != step:
                    self._place = Place(step, pane="", row=0, column=0, scroll=0)
            case StepRead():
                self._done.add(step)
            case HintShown():
                self._hints[step] = max(self._hints.get(step, 0), entry.count)
            case SolutionShown():
                self._solutions[step] = Help(entry.level, entry.words)
            case StartedClean():
                self._solutions.pop(step, None)

    def progress(self) -> Progress:
        return Progress(
            done=frozenset(self._done),
            opened=frozenset(self._opened),
            attempts=self._attempts,
            hints=self._hints,
            solutions=self._solutions,
            helped=frozenset(self._helped),
            verdicts=self._verdicts,
            quiz=self._quiz,
            shuffled=self._shuffled,
            place=self._place,
        )

    def _judge(self, step: str, verdict: VerdictKind) -> None:
        self._verdicts[step] = verdict
        if verdict in _COUNTED:
            self._attempts[step] = self._attempts.get(step, 0) + 1
        if verdict in _ACCEPTED:
            if step not in self._solutions:
                self._helped.discard(step)
            elif step not in self._done:
                self._helped.add(step)
            self._done.add(step)

    def _current_id(self, step: str) -> str:
        """The id that the step has now. Renames in a circle end where they would begin again."""
        seen = {step}
        while (newer := self._renamed.get(step)) is not None and newer not in seen:
            seen.add(newer)
            step = newer
        return step
