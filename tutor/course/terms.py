"""The terms that lessons define, and the step in which each first occurs.

For the loader, the linter and the page of terms.
"""

from __future__ import annotations

from msgspec import Struct

from tutor.course.model import CourseOutline, StepHeader, Term
from tutor.course.tables import ProblemCollector, read_parts

TERM_KEY = "term"
"""Key of the array of tables in lesson.toml."""


class GlossaryEntry(Struct, frozen=True):
    """A term with the place where the learner meets it, for the page of terms."""

    term: Term
    lesson: str
    """Title of the lesson that defines it."""
    step: StepHeader | None
    """First step of the course with the term among its concepts; None if there is none."""

    @property
    def title(self) -> str:
        """The term as readers see it."""
        return self.term.title or self.term.name


def read_terms(findings: ProblemCollector) -> tuple[Term, ...]:
    """Return the readable terms of a lesson.toml; report the rest.

    A term that is empty or defined twice is reported and still returned.
    """
    terms: list[Term] = []
    for index, term in enumerate(read_parts(findings.document.table, TERM_KEY, Term, findings)):
        if term is None:
            continue
        for key, text in (("name", term.name), ("say", term.say)):
            if not text.strip():
                findings.add((TERM_KEY, index, key), "is empty")
        if any(term.name == other.name for other in terms):
            findings.add((TERM_KEY, index, "name"), f"`{term.name}` is defined twice")
        terms.append(term)
    return tuple(terms)


def glossary(course: CourseOutline) -> tuple[GlossaryEntry, ...]:
    """Return all terms of the course in alphabetical order."""
    first: dict[str, StepHeader] = {}
    for step in course.steps():
        for concept in step.concepts:
            first.setdefault(concept, step)
    entries = [
        GlossaryEntry(term, lesson.title, first.get(term.name))
        for lesson in course.lessons
        for term in lesson.terms
    ]
    return tuple(sorted(entries, key=lambda entry: entry.title.casefold()))
