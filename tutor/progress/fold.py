"""Progress, folded from all journal files. Reads only; never writes to the data folder.

The result depends on the set of lines alone, not on the order in which files are found. Equal lines
of one file count once: a file may exist twice, as itself and in a merged one (see `compact`), and a
journal may have written lines again after a failed sync.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
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
    ReviewPutOff,
    SolutionShown,
    StartedClean,
    StepOpened,
    StepRead,
    unstamped,
)
from tutor.progress.journal import FOLDER, SUFFIX

MAX_JOURNAL = 64 * 1024 * 1024
"""Maximum bytes of one journal file; a larger one was not written by nntutor and is not read."""

_ACCEPTED = ("accept", "accept-with-note")
_COUNTED = (*_ACCEPTED, "reject")

_by_time = attrgetter("at")
_by_number = attrgetter("n")


class Place(Struct, frozen=True):
    """The place where the learner was last."""

    step: str
    pane: str
    """Empty if the learner had only just opened the step."""
    row: int
    column: int
    scroll: int


class Progress(Struct, frozen=True):
    """The progress of a learner, by step ids, also of steps that the course no longer has."""

    done: frozenset[str] = frozenset()
    """Steps with an accepted answer, or that were read. A step never leaves the set."""
    opened: frozenset[str] = frozenset()
    attempts: dict[str, int] = field(default_factory=dict)
    """Number of answers accepted or rejected. One without an attempt, or spoilt by a fault of the
    tutor, does not count."""
    hints: dict[str, int] = field(default_factory=dict)
    """Maximum number of hints shown."""
    hint_numbers: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """Numbers of the hints shown, from 1, in order of time."""
    solutions: dict[str, Help] = field(default_factory=dict)
    """The part of each step's solution that is on screen."""
    helped: frozenset[str] = frozenset()
    """Steps first solved with part of the solution on screen, and never without it since."""
    verdicts: dict[str, VerdictKind] = field(default_factory=dict)
    """The last verdict on each step."""
    quiz: dict[str, QuizAnswered] = field(default_factory=dict)
    """Last answer to each question, unstamped, so that equal answers compare equal."""
    shuffled: dict[str, int] = field(default_factory=dict)
    """Number of reshuffles of each quiz, which determines the order of its options."""
    place: Place | None = None
    """None before the learner opened any step."""


class Origin(Struct, frozen=True, tag_field="kind", tag="origin"):
    """A line of a merged file that names the source of the lines below it."""

    file: str
    """Name of that file, without its folder."""


def read_progress(
    data: Path, renamed: Mapping[str, str] | None = None
) -> tuple[Progress, tuple[str, ...]]:
    """Return the progress, and sentences about unreadable parts.

    `renamed` maps former step ids to present ones. No content of a file makes this raise.
    """
    entries, problems = read_entries(data)
    return fold(entries, renamed), problems


def read_entries(data: Path) -> tuple[list[Entry], tuple[str, ...]]:
    """Return the entries of all journals by time, and sentences about unreadable parts.

    No content of a file makes this raise.
    """
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
    """Return the progress made of these entries, which are in order of time.

    `renamed` maps former step ids to present ones.
    """
    folding = _Folding(Progress(), renamed or {})
    for entry in entries:
        folding.add(entry)
    return folding.progress()


def add_entries(progress: Progress, entries: Iterable[Entry]) -> Progress:
    """Return the progress after further entries, which must be later than all before."""
    folding = _Folding(progress, {})
    for entry in entries:
        folding.add(entry)
    return folding.progress()


def journal_files(data: Path, problems: list[str]) -> list[Path]:
    """List the journal files by name; [] if nothing has been saved yet.

    A sentence is added to `problems` if the folder cannot be read.
    """
    folder = data / FOLDER
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == SUFFIX)
    except FileNotFoundError:
        return []
    except OSError as error:
        problems.append(f"{folder} cannot be read: {reason(error)}. Earlier progress is not shown.")
        return []


def split_origins(name: str, content: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """Yield pairs of a source file's name and its lines; one pair unless the file is merged."""
    # JSON holds no NUL bytes: they fill what a power cut left unwritten.
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
    """Return the entries of one file in the order in which they were recorded."""
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
    """Add sentences about lines that are from a newer nntutor or cannot be read.

    Unknown kinds of entries are skipped silently, and so is one line without a newline, which a
    power cut leaves.
    """
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


MAX_HINTS = 1_000
"""Maximum hints counted for a step, whatever a journal says."""


def in_order(shown: tuple[int, ...], count: int) -> tuple[int, ...]:
    """Return the numbers of the first `count` hints: those shown, then the others in order."""
    others = (number for number in range(1, count + len(shown) + 1) if number not in shown)
    return (*shown, *islice(others, max(count - len(shown), 0)))[:count]


def present_id(step: str, renamed: Mapping[str, str]) -> str:
    """Return the present id of a step; cyclic renames count only once."""
    seen = {step}
    while (newer := renamed.get(step)) is not None and newer not in seen:
        seen.add(newer)
        step = newer
    return step


class _Folding:
    """A mutable copy of a progress, to which entries are added."""

    def __init__(self, progress: Progress, renamed: Mapping[str, str]) -> None:
        self._renamed = renamed
        self._done = set(progress.done)
        self._opened = set(progress.opened)
        self._attempts = dict(progress.attempts)
        self._hints = dict(progress.hints)
        self._hint_numbers = dict(progress.hint_numbers)
        self._solutions = dict(progress.solutions)
        self._helped = set(progress.helped)
        self._verdicts = dict(progress.verdicts)
        self._quiz = dict(progress.quiz)
        self._shuffled = dict(progress.shuffled)
        self._place = progress.place

    def add(self, entry: Entry) -> None:
        if isinstance(entry, AppEnded | ReviewPutOff):
            return
        step = present_id(entry.step, self._renamed)
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
                self._show_hint(step, entry)
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
            hint_numbers=self._hint_numbers,
            solutions=self._solutions,
            helped=frozenset(self._helped),
            verdicts=self._verdicts,
            quiz=self._quiz,
            shuffled=self._shuffled,
            place=self._place,
        )

    def _show_hint(self, step: str, entry: HintShown) -> None:
        count = max(self._hints.get(step, 0), min(entry.count, MAX_HINTS))
        shown = self._hint_numbers.get(step, ())
        if entry.number and entry.number not in shown and len(shown) < count:
            shown = (*shown, entry.number)
        self._hints[step] = count
        self._hint_numbers[step] = in_order(shown, count)

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
