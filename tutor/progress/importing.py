"""The answers of an old notebook as drafts, for `nntutor import`: shown first, then written.

Nothing is run, and nothing is lost: the replaced draft is stored among the learner's answers to the
step, from which the app can restore it. Each cell of the notebook is accounted for.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from tutor.course.kinds import scaffold_of
from tutor.course.model import Course
from tutor.grading.length import MAX_CODE
from tutor.grading.wording import counted, listed
from tutor.progress.compact import is_app_open
from tutor.progress.drafts import Drafts, KeptBoth, NotSaved
from tutor.progress.durable_files import read_regular, reason
from tutor.progress.entries import content_of
from tutor.progress.kept_attempts import KeptAttempts
from tutor.progress.matched_cells import FoundAnswer, LeftOutCell, match_cells
from tutor.progress.notebook_cells import MAX_FILE, CannotRead, NotebookFile, read_cells
from tutor.text import one_line

KEPT = (
    "The replaced code is kept: at the step, {key:attempts} in the app, or the command attempts of "
    "plain mode, brings it back."
)
APP_IS_OPEN = (
    "nntutor seems to be open. A step that is on its screen shows this once you come to it again, "
    "and {key:attempts} there brings it at once."
)
CLEAR_OUTPUTS = " Clear its outputs in Jupyter, save it, and import it again."
_MAX_SHOWN = 60
"""Maximum characters shown of a line of somebody's notebook."""


_MAX_NAMED = 40
"""Maximum cells that are named in a row."""


class CannotImport(Exception):
    """Raised if nothing of the file can be used; the message says why."""


class DraftImport(Struct, frozen=True):
    """An answer that was found, and the present draft of its step."""

    answer: FoundAnswer
    present: str | None
    """The present draft; None if there is none, or no editor can show it."""

    @property
    def code(self) -> str:
        """The text that the draft will have."""
        return self.answer.code.strip("\n") + "\n"

    @property
    def is_there(self) -> bool:
        """Return True if the draft already has that text."""
        return self.present is not None and self.present.strip("\n") == self.code.strip("\n")

    @property
    def replaces_own(self) -> bool:
        """Return True if the learner's own text would be replaced."""
        text = (self.present or "").strip()
        return bool(text) and text != scaffold_of(self.answer.step).strip() and not self.is_there


def read_file(file: Path) -> NotebookFile:
    try:
        return read_cells(file.suffix.lower(), read_regular(file, MAX_FILE))
    except OSError as problem:
        is_large = problem.errno == errno.EFBIG and file.suffix.lower() == ".ipynb"
        advice = CLEAR_OUTPUTS if is_large else ""
        raise CannotImport(f"{file} cannot be read: {reason(problem)}.{advice}") from None
    except CannotRead as problem:
        raise CannotImport(f"{file} cannot be imported. {problem}") from None


class NotebookImport:
    """The answers found in a file, until they are written."""

    def __init__(self, course: Course, data: Path, file: NotebookFile) -> None:
        self._data = data
        self._file = file
        found = match_cells(course, file.cells)
        self._answers = {each.step.id: each for each in found.answers}
        self._left_out = list(found.left_out)
        self.doubtful = found.doubtful
        """Answers to one of several steps, each with all of them: `choose` decides."""
        self.has_failed = False
        """True if a draft could not be written."""

    def choose(self, choices: Sequence[FoundAnswer], number: int | None) -> None:
        """Take the answer with that number, from 1; 0 leaves it out, None if nobody was asked."""
        cells = choices[0].cells
        if not number:
            steps = " or ".join(f"`{each.step.id}`" for each in choices)
            asked = ", of which you are asked without --yes" if number is None else ""
            why = f"may answer {steps}{asked}"
            self._left_out += [LeftOutCell(cell, why) for cell in cells]
            return
        chosen = choices[number - 1]
        other = self._answers.get(chosen.step.id)
        if other is not None:
            why = f"you have chosen {cells[0].name} for `{chosen.step.id}`"
            self._left_out += [LeftOutCell(cell, why) for cell in other.cells]
        self._answers[chosen.step.id] = chosen

    @property
    def drafts(self) -> tuple[DraftImport, ...]:
        """The answers, each with the present draft of its step."""
        drafts = Drafts(self._data)
        return tuple(_beside_present(drafts, each) for each in self._answers.values())

    def shown_before(self) -> Iterator[str]:
        """Yield the lines on what would happen to each cell."""
        cells, texts = self._file.cells, self._file.texts
        aside = f" {counted(texts, 'piece')} of text left out." if texts else ""
        yield f"{counted(len(cells), 'cell')} with code. None of it is run.{aside}"
        for each in sorted(self.drafts, key=lambda each: each.answer.cells[0].number):
            yield from _described(each)
        by_reason: dict[str, list[str]] = {}
        for cell in self._left_out:
            by_reason.setdefault(cell.why, []).append(cell.cell.name)
        for why, names in by_reason.items():
            yield f"{_places(names)} left out: {one_line(why)}."

    def write(self, fill: Callable[[str], str]) -> Iterator[str]:
        """Write the drafts, store what they replace, and yield the results.

        Text typed since the preview is stored as well. `fill` inserts the names of keys.
        """
        is_open = is_app_open(self._data)
        drafts, attempts = Drafts(self._data), KeptAttempts(self._data)
        written = replaced = 0
        for answer in self._answers.values():
            each = _beside_present(drafts, answer)
            if each.is_there:
                continue
            problem, note = _write(drafts, attempts, each, also_new=is_open)
            yield from filter(None, (note, problem))
            self.has_failed |= bool(problem)
            written += not problem
            replaced += each.replaces_own and not problem
        yield f"{counted(written, 'draft')} written."
        yield from map(fill, [KEPT] * bool(replaced) + [APP_IS_OPEN] * (is_open and written > 0))


def _beside_present(drafts: Drafts, answer: FoundAnswer) -> DraftImport:
    draft = drafts.load(answer.step.lesson, answer.step.id)
    return DraftImport(answer, draft.text if draft is not None else None)


def _described(each: DraftImport) -> Iterator[str]:
    step, cells = each.answer.step, each.answer.cells
    verb = "goes" if len(cells) == 1 else "go"
    places = _places([cell.name for cell in cells])
    yield f"{places} {verb} to `{step.id}`, “{one_line(step.title)}” ({each.answer.why})."
    yield f"    {_what_changes(each)}"
    for command in (command for cell in cells for command in cell.commands):
        became = "a comment now" if f"# {command}" in each.code else "left out"
        yield f"    Not Python, so {became}: {_short(command)}"


def _what_changes(each: DraftImport) -> str:
    if each.is_there:
        return "The draft has it already."
    lines = counted(each.code.count("\n"), "line")
    if not each.replaces_own:
        return f"{lines}. You have written nothing there yet."
    yours = counted((each.present or "").strip("\n").count("\n") + 1, "line")
    return f"{lines}, in place of yours, which has {yours} and is kept."


def choices_of(answers: Sequence[FoundAnswer]) -> Iterator[str]:
    """Yield the lines that ask which of several steps a cell answers."""
    places = _places([cell.name for cell in answers[0].cells])
    first = next(line for line in answers[0].code.split("\n") if line.strip())
    steps = "one of these steps" if len(answers) > 1 else "this step"
    yield f"{places} may answer {steps}. It begins: {_short(first)}"
    for number, each in enumerate(answers, 1):
        yield f"  {number}  `{each.step.id}`, “{one_line(each.step.title)}”"


def _places(names: Sequence[str]) -> str:
    """Join the names of cells: `line 3`, `lines 3, 7 and 9`."""
    words = {name.partition(" ")[0] for name in names}
    alike = len(names) > 1 == len(words) and not any("," in name for name in names)
    shown = [name.partition(" ")[2] if alike else name for name in names[:_MAX_NAMED]]
    more = [f"{len(names) - _MAX_NAMED} more"] * (len(names) > _MAX_NAMED)
    return f"{words.pop()}s {listed([*shown, *more])}" if alike else listed([*shown, *more])


def _short(line: str) -> str:
    text = one_line(line)
    return text if len(text) <= _MAX_SHOWN else f"{text[: _MAX_SHOWN - 1]}…"


def _write(
    drafts: Drafts, attempts: KeptAttempts, each: DraftImport, *, also_new: bool
) -> tuple[str, str]:
    """Write a draft; return the error, and a note on a file set aside; "" for none."""
    step = each.answer.step
    if problem := _keep(attempts, each, also_new=also_new):
        return f"`{step.id}` is unchanged. {problem}", ""
    result = drafts.save(step.lesson, step.id, each.code)
    if isinstance(result, NotSaved):
        return f"`{step.id}` is unchanged. {result.reason}", ""
    return "", result.note if isinstance(result, KeptBoth) else ""


def _keep(attempts: KeptAttempts, each: DraftImport, *, also_new: bool) -> str:
    """Store the learner's own text, and the new one if asked to; return the error, if any."""
    kept = [each.present or ""] * each.replaces_own + [each.code] * also_new
    if any(len(content_of(text)) > MAX_CODE for text in kept):
        return f"The code there is longer than {MAX_CODE // 1024} KB, and cannot be kept."
    try:
        for text in kept:
            attempts.keep(each.answer.step.id, text)
    except OSError as error:
        return f"The code there cannot be kept: {reason(error)}."
    return ""
