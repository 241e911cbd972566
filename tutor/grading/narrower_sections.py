"""Find smaller parts of a file that may answer a step, after all larger ones were refused.

In a file of several exercises, a part ends before a given is rebound, before another exercise
begins, and before the answer to another step with the same givens. Bindings of other steps' answers
are left out around it. A value that the same part overwrites stays overwritten.
"""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from msgspec.structs import replace

from tutor.course.code import NotPython, names_loaded, names_stored, parse_program
from tutor.course.given_variations import bound_names
from tutor.course.model import CodeStep, Exercise
from tutor.grading.borders import Border, BorderKind, borders, form_of, is_neutral
from tutor.grading.free_names import free_names, names_bound, names_changed
from tutor.grading.program_words import words_used
from tutor.grading.sections import (
    KEPT_STATEMENTS,
    Section,
    StatementRange,
    as_section,
    asked_names,
    foreign_forms,
)
from tutor.grading.submission import Submission, blanked, read_submission

_MOST = 4
"""Maximum sections that are tried, each in runs of its own."""


def narrower_sections(
    step: CodeStep, submission: Submission, others: Sequence[Exercise]
) -> tuple[Section, ...]:
    """Return the smallest sections that bind all requested names, the last ones first.

    There is none if the file contains neither another exercise nor a rebound given, and if the
    course has no other exercise.
    """
    statements = submission.statements
    asked = asked_names(step)
    if not others or not asked or not asked <= names_bound(statements):
        return ()
    exercises = _Exercises(step, statements, others)
    whole = StatementRange(0, len(statements), 0)
    sections = [
        as_section(step, submission, each, is_sure=not exercises.holds_another(each))
        for each in exercises.smallest_ranges()[:_MOST]
        if each != whole
    ]
    told = exercises.has_another()
    return tuple(replace(each, can_refuse=told) for each in sections)


def sections_without_own_givens(
    step: CodeStep, submission: Submission, others: Sequence[Exercise]
) -> tuple[Section, ...]:
    """Return the smallest sections without the learner's own versions of the step's givens.

    Such as `x = read("penguins.csv")`, also for an exercise above. The step's own givens replace
    them, so this proves nothing if the answer is wrong with the values that these lines make.
    """
    statements = submission.statements
    asked = asked_names(step)
    if not asked or not asked <= names_bound(statements):
        return ()
    exercises = _Exercises(step, statements, others, trusts_givens=True)
    found: list[Section] = []
    for each in exercises.smallest_ranges()[:_MOST]:
        section = as_section(step, submission, each)
        made = _made_anew(step, section.submission.statements)
        if made:
            without = read_submission(step, blanked(section.submission.source, made, "pass"))
            section = replace(section, submission=without)
        found.append(section)
    return tuple(found)


def _made_anew(step: CodeStep, statements: Sequence[ast.stmt]) -> list[ast.stmt]:
    """Return the assignments that bind givens, and read only givens bound by them."""
    given = set(bound_names(step.given)) - set(bound_names(step.solution)) - set(step.fixed)
    own: set[str] = set()
    made: list[ast.stmt] = []
    for node in statements:
        bound = names_stored(node) & given
        is_plain = isinstance(node, ast.Assign | ast.AnnAssign)
        if bound and is_plain and not (names_loaded(node) & given) - own:
            own |= bound
            made.append(node)
    return made


@dataclass
class _Exercises:
    """The statements of a file, with clues to the exercise of each."""

    step: CodeStep
    statements: Sequence[ast.stmt]
    others: Sequence[Exercise]
    trusts_givens: bool = False
    """True if givens that are changed above an answer, for another exercise, are left out."""

    @cached_property
    def _borders(self) -> list[Border]:
        return borders(self.step, self.statements, foreign_forms(self.step, self.others))

    @cached_property
    def _asked(self) -> frozenset[str]:
        return asked_names(self.step)

    @cached_property
    def _places(self) -> Mapping[str, Sequence[int]]:
        """Indices of the statements that bind each requested name.

        They are looked up for many ranges, and a file may be long.
        """
        places: dict[str, list[int]] = {name: [] for name in self._asked}
        for at, node in enumerate(self.statements):
            for name in names_bound([node]) & self._asked:
                places[name].append(at)
        return places

    def _asked_within(self, start: int, end: int) -> set[str]:
        """Return the requested names that the statements of a range bind."""
        return {
            name
            for name, places in self._places.items()
            if bisect_left(places, start) < bisect_left(places, end)
        }

    def _answers(self, start: int, end: int) -> bool:
        return self._asked <= self._asked_within(start, end)

    def smallest_ranges(self) -> list[StatementRange]:
        """Return the smallest ranges of statements that bind all requested names.

        Another step's givens that begin with these and continue may bind them: that is no answer,
        if there is one below the own givens alone.
        """
        starts = self._starts()
        found: dict[int, int] = {}
        for end in [len(self.statements), *reversed(starts[1:])]:
            fitting = (n for n in reversed(starts) if n < end and self._answers(n, end))
            start = next(fitting, None)
            if start is not None:
                found[start] = end
        # The step's givens at the very top of a file were taken out when it was read.
        kinds: dict[int, BorderKind] = {0: "own"}
        kinds |= {each.at: each.kind for each in self._borders}
        if any(kinds.get(start) == "own" for start in found):
            found = {at: end for at, end in found.items() if kinds.get(at) != "own and more"}
        return [self._trimmed(*each) for each in sorted(found.items(), reverse=True)]

    def has_another(self) -> bool:
        """Return True if the file repeats the givens of another step."""
        return any(each.kind != "own" for each in self._borders)

    def holds_another(self, range_: StatementRange) -> bool:
        """Return True if another exercise begins within the range, so that it may be its answer."""
        within = range(range_.start + 1, range_.end)
        return any(each.kind == "other" and each.at in within for each in self._borders)

    def _starts(self) -> list[int]:
        begun = {0, *(border.at for border in self._borders), *self._givens_anew()}
        ends = [*sorted(begun)[1:], len(self.statements)]
        other_answers = (
            self._other_answer(*each) for each in zip(sorted(begun), ends, strict=True)
        )
        return sorted(begun | {at for at in other_answers if at is not None})

    def _givens_anew(self) -> list[int]:
        """Return the starts of statements that rebind givens to unrelated values.

        Names that the solution binds as well belong to the answer. Something of an exercise must be
        above, and below the step's own givens: else a given is changed within the same exercise.
        """
        given = set(bound_names(self.step.given)) - set(bound_names(self.step.solution))
        found: list[int] = []
        goes_on = False
        for at, node in enumerate(self.statements):
            if not is_neutral(node):
                anew = _binds_anew(node, given)
                if anew and not goes_on and self._has_exercise_above(at):
                    found.append(at)
                goes_on = anew
        return found

    def _has_exercise_above(self, at: int) -> bool:
        own = [each.at for each in self._borders if each.at < at and each.kind == "own"]
        start = own[-1] if own else 0
        begun = any(start <= each.at < at and each.kind == "other" for each in self._borders)
        return begun or any(self._foreign[start:at]) or self._answers(start, at)

    def _other_answer(self, start: int, end: int) -> int | None:
        """Return where the answer to another step with these givens, or some of them, begins.

        There a name is rebound, and a word that only that step's solution uses occurs. None if that
        is nowhere.
        """
        for at in range(start, end):
            if self._answers(start, at) and _binds_anew(self.statements[at], self._asked):
                used = words_used(Submission("", tuple(self.statements[at:end])))
                return at if used & self._words_of_twins else None
        return None

    @cached_property
    def _words_of_twins(self) -> set[str]:
        """Words in solutions of steps with a part of these givens, without those of this one's."""
        prelude = self.step.prelude
        own = {*form_of(self.step.given, prelude)}
        words: set[str] = set()
        for each in self.others:
            form = form_of(each.given, prelude)
            if form and own.issuperset(form):
                words |= _words_of(each.answer)
        return words - _words_of(self.step.solution)

    @cached_property
    def _foreign(self) -> list[bool]:
        """For each statement, True if it binds names that only other steps' answers bind.

        A statement belongs to this step, whatever it binds, if it reads a given of this step alone,
        or if what it computes ends up in a requested name.
        """
        programs = (self.step.given, self.step.solution, *self.step.also_right)
        own = {name for code in programs for name in bound_names(code)}
        names = {name for each in self.others for name in _names_assigned(each.answer)} - own
        theirs = {name for each in self.others for name in bound_names(each.given)}
        only_here = set(bound_names(self.step.given)) - theirs
        return [
            not isinstance(node, KEPT_STATEMENTS)
            and bool(names_stored(node) & names)
            and not names_loaded(node) & only_here
            and not needed
            for node, needed in zip(self.statements, self._needed, strict=True)
        ]

    @cached_property
    def _needed(self) -> list[bool]:
        """For each statement, True if a later binding of a requested name reads what it makes."""
        read: set[str] = set()
        found: list[bool] = []
        for node in reversed(self.statements):
            found.append(bool((names_stored(node) | names_changed(node)) & read))
            read -= names_stored(node) - names_loaded(node)
            if found[-1] or names_stored(node) & self._asked:
                read |= free_names([node]) - set(bound_names(self.step.given))
        return found[::-1]

    @cached_property
    def _foreign_with_asides(self) -> list[bool]:
        """For each statement, True if it is foreign, or prints values of foreign ones above it."""
        found: list[bool] = []
        for node, foreign in zip(self.statements, self._foreign, strict=True):
            found.append(foreign or (is_neutral(node) and bool(found) and found[-1]))
        return found

    def _trimmed(self, start: int, end: int) -> StatementRange:
        """Return the range without parts of other steps' answers around the own one.

        The part above stays if it changes a given, and the part below if the answer continues
        there.
        """
        repeated = [each for each in self._borders if each.at == start and each.kind != "other"]
        range_ = StatementRange(start, end, repeated[0].length if repeated else 0)
        theirs = self._foreign_with_asides
        above = [n for n in range(start + 1, end) if theirs[n - 1] and not theirs[n]]
        fitting = [n for n in above if self._answers(n, end)]
        if fitting and (self.trusts_givens or not self._changes_givens(start, fitting[-1])):
            range_ = StatementRange(fitting[-1], end, 0)
        for at in range(range_.start + 1, end):
            if self._foreign[at] and self._answers(range_.start, at) and not self._goes_on(at, end):
                return StatementRange(
                    range_.start, self._end_of_answer(range_.start, at), range_.repeated
                )
        return range_

    def _goes_on(self, start: int, end: int) -> bool:
        """Return True if an answer above goes on in the range.

        It binds a requested name there, or changes an object of the givens, as the line
        `model.load_state_dict(…)` does below a training step.
        """
        range_ = self.statements[start:end]
        changed = {name for node in range_ for name in names_changed(node)} - names_bound(range_)
        return bool(self._asked_within(start, end) or changed & set(bound_names(self.step.given)))

    def _end_of_answer(self, start: int, at: int) -> int:
        """Return the end of the answer above a foreign statement, without its preparations.

        Those are bindings that neither read nor bind names that the answer has bound.
        """
        binding = [n for n in range(start, at) if self._asked_within(n, n + 1)]
        end = binding[-1] + 1
        for n in range(end, at):
            node = self.statements[n]
            own = names_bound(self.statements[start:end])
            is_binding = isinstance(node, (ast.Assign, *KEPT_STATEMENTS))
            if not is_binding or (names_bound([node]) | free_names([node])) & own:
                end = n + 1
        return end

    def _changes_givens(self, start: int, end: int) -> bool:
        known = {n for each in self._borders for n in range(each.at, each.at + each.length)}
        rest = [self.statements[n] for n in range(start, end) if n not in known]
        return bool(names_bound(rest) & set(bound_names(self.step.given)))


def _binds_anew(node: ast.stmt, names: set[str] | frozenset[str]) -> bool:
    """Return True if the statement assigns one of the names without reading it."""
    bound = names_stored(node) & names if isinstance(node, ast.Assign | ast.AnnAssign) else None
    return bool(bound) and not names_stored(node) & names_loaded(node)


@lru_cache(maxsize=256)
def _names_assigned(code: str) -> frozenset[str]:
    """Return the names that a program binds, without its loop variables."""
    loops = (node for node in _tree_of(code) if isinstance(node, ast.For))
    return frozenset(bound_names(code)) - {ast.unparse(loop.target) for loop in loops}


@lru_cache(maxsize=256)
def _words_of(code: str) -> frozenset[str]:
    return frozenset(words_used(Submission(code, _tree_of(code))))


def _tree_of(code: str) -> tuple[ast.stmt, ...]:
    try:
        return tuple(parse_program(code).body)
    except NotPython:
        return ()
