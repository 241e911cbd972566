"""The rows of the outline: steps by lesson, and the steps and terms that a search finds.

Plain rows, made once for a state of the course; a search only filters them.
"""

from __future__ import annotations

from dataclasses import dataclass

from tutor.course.model import LessonOutline, StepHeader
from tutor.session.state import State
from tutor.ui.marks import Marks
from tutor.ui.widgets.row_list import ListRow

NOTHING_FOUND = "No step has these words. Backspace deletes letters."
TERMS = "Explained on the page of terms"
IN_TEXT = "In the text"

MAX_BAR_CELLS = 10
"""Maximum cells of a lesson's bar."""

_TERM = "term:"
"""Prefix of the id of a term's row; no step id has a colon."""


@dataclass(frozen=True, slots=True)
class _Found:
    """The row of a step or term, and the text that a search matches first."""

    row: ListRow
    searched: str
    """Its row and lesson, or the names of a term."""
    concepts: str = ""
    """Terms that a step is about."""


class OutlineRows:
    """The rows for the course in a state, which may still be loading."""

    def __init__(self, state: State, marks: Marks) -> None:
        self._marks = marks
        self._words = state.course.words
        self._here = state.step.id if state.step is not None else ""
        terms = [term for lesson in state.course.lessons for term in lesson.terms]
        self._titles = {term.name: term.title or term.name for term in terms}
        self._lessons = [
            (
                self._heading(lesson, state),
                [self._found(lesson, step, state) for step in lesson.steps],
            )
            for lesson in state.course.lessons
        ]
        self._terms = [
            _Found(
                ListRow(self._titles[each.name], f"{_TERM}{each.name}"),
                f"{self._titles[each.name]} {each.name}".casefold(),
            )
            for each in terms
        ]
        self._terms.sort(key=lambda term: term.searched)

    @property
    def all(self) -> list[ListRow]:
        """All steps, below the headings of their lessons."""
        return [row for head, steps in self._lessons for row in (head, *_rows(steps))]

    def matching(self, search: str) -> list[ListRow]:
        """Return the rows with all words of the search, or a note that there are none.

        Steps whose row matches come first, then terms, then steps whose text or terms match.
        """
        words = search.casefold().split()
        if not words:
            return self.all
        rows: list[ListRow] = []
        others: list[_Found] = []
        for heading, steps in self._lessons:
            matches = _with_all(words, steps)
            rows += [heading, *_rows(matches)] if matches else []
            shown = {step.row.id for step in matches}
            others += [step for step in steps if step.row.id not in shown]
        terms = _with_all(words, self._terms)
        rows += [ListRow(TERMS), *_rows(terms)] if terms else []
        others = self._with_all_in_text(words, others)
        rows += [ListRow(IN_TEXT), *_rows(others)] if others else []
        return rows or [ListRow(NOTHING_FOUND)]

    def _with_all_in_text(self, words: list[str], steps: list[_Found]) -> list[_Found]:
        for word in words:
            ids = self._words.find(word) if self._words is not None else ()
            steps = [
                step
                for step in steps
                if step.row.id in ids or word in step.concepts or word in step.searched
            ]
        return steps

    def _heading(self, lesson: LessonOutline, state: State) -> ListRow:
        done, total = sum(step.id in state.done for step in lesson.steps), len(lesson.steps)
        cells = min(total, MAX_BAR_CELLS)
        full = done * cells // total if total else 0
        bar = self._marks.full * full + self._marks.empty * (cells - full)
        parts = [f"{lesson.title}  {bar} {done}/{total}"]
        parts += [f"{lesson.minutes} min"] if lesson.minutes is not None else []
        parts += [lesson.offer] if lesson.offer and not done else []
        needed = [
            each.title
            for each in state.course.lessons
            if each.id in lesson.needs
            and not all(step.optional or step.id in state.done for step in each.steps)
        ]
        parts += [f"builds on {', '.join(needed)}"] if needed else []
        return ListRow(self._marks.dot.join(parts), bold=len(lesson.title))

    def _found(self, lesson: LessonOutline, step: StepHeader, state: State) -> _Found:
        mark, word = self._marks.tick, "done"
        if step.id not in state.done:
            mark, word = self._marks.open, "open"
        elif step.id in state.helped:
            mark, word = self._marks.helped, "done with help"
        parts = [f"{mark} {step.title}", word]
        parts += ["optional"] if step.optional else []
        parts += [f"{step.minutes} min"] if step.minutes is not None else []
        parts += ["you are here"] if step.id == self._here else []
        row = ListRow(self._marks.dot.join(parts), step.id)
        concepts = " ".join(f"{name} {self._titles.get(name, '')}" for name in step.concepts)
        searched = f"{lesson.title} {step.id} {row.text}"
        return _Found(row, searched.casefold(), concepts.casefold())


def term_of(row_id: str) -> str | None:
    """Return the name of the term in a row, None for the row of a step."""
    return row_id.removeprefix(_TERM) if row_id.startswith(_TERM) else None


def _with_all(words: list[str], candidates: list[_Found]) -> list[_Found]:
    for word in words:
        candidates = [each for each in candidates if word in each.searched]
    return candidates


def _rows(found: list[_Found]) -> list[ListRow]:
    return [each.row for each in found]
