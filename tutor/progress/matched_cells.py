"""The step that each cell of a notebook answers: by marks, names, headings, givens or bound names.

The mark of an export takes precedence. If several steps are possible, the learner is asked. No cell
is run, and each is accounted for.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias, cast

from msgspec import Struct

from tutor.course.code import names_stored
from tutor.course.given_variations import bound_names
from tutor.course.kinds import kind_of
from tutor.course.line_order import fixed_rows
from tutor.course.model import CodeStep, Course, OrderStep
from tutor.grading.equivalence import is_import
from tutor.grading.free_names import free_names
from tutor.grading.sections import KEPT_STATEMENTS, asked_names
from tutor.grading.submission import Submission, first_line, read_submission
from tutor.grading.wording import listed
from tutor.progress.cell_blocks import Block, CellPart, blocks_of
from tutor.progress.notebook_cells import NotebookCell

BY_MARK = "marked by an export"
BY_NAME = "named so"
BY_HEADING = "under its heading"
NOT_ANSWERED = "the step's first code, not an answer"
BY_GIVENS = "has what is given there"
_MAX_CHOICES = 4
"""Maximum steps offered as a choice: with more, the cell is too vague."""
_MAX_DOUBTFUL = 20
"""Maximum answers about which the learner is asked."""

SolvedStep: TypeAlias = CodeStep | OrderStep
"""A step that is answered by a program."""

_MAX_LOOSE = 256 * 1024
"""Maximum characters of unmarked code that are examined."""
_COMMENTED = re.compile(r"^([ \t]*)# ?")
_NUMBER = re.compile(r"(?P<number>\d+(\.\d+)*[a-z]?)\b")


class FoundAnswer(Struct, frozen=True):
    """The code of one or more cells, as the answer to a step."""

    step: SolvedStep
    code: str
    cells: tuple[NotebookCell, ...]
    why: str


class LeftOutCell(Struct, frozen=True):
    """A cell, or a part of one, that is not imported."""

    cell: NotebookCell
    why: str


class MatchedCells(Struct, frozen=True):
    """The results for all cells."""

    answers: tuple[FoundAnswer, ...]
    """At most one for each step, in the order of the course."""
    doubtful: tuple[tuple[FoundAnswer, ...], ...]
    """Answers that may be to one of several steps, each with all of them."""
    left_out: tuple[LeftOutCell, ...]


def match_cells(course: Course, cells: Sequence[NotebookCell]) -> MatchedCells:
    """Match the cells to the steps of the course that they answer."""
    matcher = _Matcher(course)
    matcher.match_marked([each for each in cells if each.mark or each.why_not])
    matcher.match_loose([each for each in cells if not each.mark and not each.why_not])
    return matcher.result()


class _Matcher:
    """The answers so far."""

    def __init__(self, course: Course) -> None:
        self._course = course
        steps = [each for each in course.steps() if kind_of(each).has_solution]
        self._steps = cast("list[SolvedStep]", steps)
        code = [each for each in self._steps if not kind_of(each).has_only_moves]
        self._code_steps = cast("list[CodeStep]", code)
        self._by_id = {each.was: each for each in self._steps if each.was}
        self._by_id |= {each.id: each for each in self._steps}
        self._answers: dict[str, FoundAnswer] = {}
        self._earlier: dict[str, list[NotebookCell]] = {}
        """For each step, the cells replaced by a later answer to it."""
        self._doubtful: list[tuple[FoundAnswer, ...]] = []
        self._left_out: list[LeftOutCell] = []

    def result(self) -> MatchedCells:
        """Return the results for all cells."""
        for step, cells in self._earlier.items():
            last = self._answers[step].cells[0].name
            self._leave_out(cells, f"{last} answers `{step}`, too, and is the last")
        order = [each.id for each in self._steps]
        answers = sorted(self._answers.values(), key=lambda each: order.index(each.step.id))
        return MatchedCells(tuple(answers), tuple(self._doubtful), tuple(self._left_out))

    def match_marked(self, cells: Sequence[NotebookCell]) -> None:
        """Take the cells that an export has marked; of copies the last one counts."""
        marked: list[list[NotebookCell]] = []
        for cell in cells:
            if cell.why_not:
                self._leave_out([cell], cell.why_not)
            elif cell.mark not in self._by_id:
                self._leave_out(
                    [cell], f"marked for `{cell.mark}`, which is no step of this course with code"
                )
            elif cell.goes_on and marked and marked[-1][0].mark == cell.mark:
                marked[-1].append(cell)
            else:
                marked.append([cell])
        for group in marked:
            step = self._by_id[group[0].mark]
            written = next((each for each in self._code_steps if each is step), None)
            first = group[0].code
            if written is not None and not group[0].is_own:
                first = own_part(written, first)
            code = "\n\n".join(filter(None, (first, *(each.code for each in group[1:]))))
            self._add(FoundAnswer(step, code, tuple(group), BY_MARK))

    def match_loose(self, cells: Sequence[NotebookCell]) -> None:
        """Match the cells without a mark."""
        looked_at: list[NotebookCell] = []
        for cell in cells:
            if sum(len(each.code) for each in looked_at) + len(cell.code) > _MAX_LOOSE:
                self._leave_out([cell], "more code than can be matched")
            else:
                looked_at.append(cell)
        above: dict[str, _Statement] = {}
        for block in blocks_of(self._course, self._code_steps, looked_at):
            self._match_block(block, above)
            for piece in block.pieces:
                for node in piece.statements:
                    above |= dict.fromkeys(names_stored(node), _Statement(node, piece.cell))

    def _match_block(self, block: Block, above: Mapping[str, _Statement]) -> None:
        steps, why = self._steps_for(block)
        found = [
            FoundAnswer(step, code, block.cells, why)
            for step in steps
            if (code := _answer_in(step, block, above))
        ]
        if steps and not found:
            titles = listed(f"`{each.id}`" for each in steps)
            self._leave_out(block.cells, f"what is given in {titles}, and no answer")
        elif not found:
            self._leave_out(block.cells, _why_unmatched(block.pieces))
        elif len(found) > _MAX_CHOICES:
            self._leave_out(block.cells, f"may answer any of {len(found)} steps")
        elif len(found) == 1 and (block.is_sure or why in (BY_NAME, BY_HEADING)):
            self._add(found[0])
        elif len(self._doubtful) == _MAX_DOUBTFUL:
            self._leave_out(block.cells, f"in doubt, as are {_MAX_DOUBTFUL} others above")
        else:
            self._doubtful.append(tuple(found))

    def _steps_for(self, block: Block) -> tuple[Sequence[CodeStep], str]:
        """Return the steps that the block may answer, and the evidence."""
        names = [_plain(name, "-") for name in block.cells[0].ids]
        if by_name := [each for each in self._code_steps if each.id in names]:
            return by_name[:1], BY_NAME
        headings = block.cells[0].headings
        titles = {_plain(each.strip().removeprefix(_number_in(each))) for each in headings}
        by_title = [each for each in self._code_steps if _plain(each.title) in titles]
        if len(by_title) == 1 and (not block.starts or by_title[0] in block.starts):
            return by_title, BY_HEADING
        number = next(filter(None, map(_number_in, reversed(headings))), "")
        if block.starts:
            whole = [each for each in block.starts if asked_names(each) <= block.bound]
            return _in_section(number, whole or block.starts), BY_GIVENS
        steps = _in_section(number, block.named)
        if len(steps) == 1 and steps[0].section and number == steps[0].section:
            return steps, BY_HEADING
        return steps, _by_names(steps[0]) if steps else ""

    def _add(self, answer: FoundAnswer) -> None:
        step = answer.step
        if kind_of(step).has_only_moves and not _has_its_lines(step, answer.code):
            self._leave_out(answer.cells, f"other lines than those of `{step.id}`")
        elif not answer.code.strip() or answer.code.strip() == step.scaffold.strip():
            self._leave_out(answer.cells, NOT_ANSWERED)
        elif (other := self._answers.get(step.id)) and other.why == BY_MARK != answer.why:
            self._leave_out(answer.cells, f"{other.cells[0].name} is marked for `{step.id}`")
        else:
            if other:
                self._earlier.setdefault(step.id, []).extend(other.cells)
            self._answers[step.id] = answer

    def _leave_out(self, cells: Iterable[NotebookCell], why: str) -> None:
        self._left_out += [LeftOutCell(cell, why) for cell in cells]


def own_part(step: CodeStep, code: str) -> str:
    """Return the code without the step's givens, as far as it is Python."""
    submission = read_submission(step, code)
    return _without_blanked(code, submission) if submission.parsed else code


def _without_blanked(code: str, submission: Submission) -> str:
    """Return the remaining statements of the code, with their comments."""
    old, new = code.split("\n"), submission.source.split("\n")
    first = first_line(submission.statements[0]) - 1 if submission.statements else len(new)
    while first and old[first - 1].lstrip().startswith("#"):
        first -= 1
    lines: list[str] = []
    is_gone = False
    for line, was in zip(new[first:], old[first:], strict=True):
        is_blank = not line.strip()
        if line != was and (is_blank or line.lstrip().startswith("#")):
            is_gone = True  # the comment after a given statement goes with it
        elif not (is_gone and is_blank):
            is_gone = False
            lines.append(line)
    return "\n".join(lines).strip("\n")


class _Statement(NamedTuple):
    """A statement, with the cell that contains it."""

    node: ast.stmt
    cell: NotebookCell

    @property
    def place(self) -> tuple[int, int, int]:
        """A sort key in the order of the file."""
        return self.cell.number, self.node.lineno, self.node.col_offset

    @property
    def computes_nothing(self) -> bool:
        """Return True if it is an import, a function, a class or a constant."""
        is_constant = isinstance(self.node, ast.Assign) and isinstance(
            self.node.value, ast.Constant
        )
        return is_constant or isinstance(self.node, KEPT_STATEMENTS)

    @property
    def text(self) -> str:
        """The statement as written in the cell."""
        if is_import(self.node):  # it may share its line
            return ast.unparse(self.node)
        lines = self.cell.code.split("\n")
        return "\n".join(lines[first_line(self.node) - 1 : self.node.end_lineno])


def _answer_in(step: CodeStep, block: Block, above: Mapping[str, _Statement]) -> str:
    """Return the answer to the step in the block; "" if there is none.

    It is preceded by the code that it needs from the cells above: imports, functions, classes and
    constants.
    """
    submission = read_submission(step, block.code)
    if submission.parsed and not submission.statements:
        return ""
    known = {*bound_names(step.before), *bound_names(step.given)}
    needed: dict[tuple[int, int, int], str] = {}
    waiting = free_names(submission.statements) - known
    while waiting:
        each = above.get(waiting.pop())
        if each is None or not each.computes_nothing or each.place in needed:
            continue
        needed[each.place] = each.text
        if not is_import(each.node):
            waiting |= free_names([each.node]) - known
    return "\n\n".join((*(needed[key] for key in sorted(needed)), own_part(step, block.code)))


def _why_unmatched(pieces: Sequence[CellPart]) -> str:
    if any(not piece.is_python for piece in pieces):
        return "not Python, and no step matches otherwise"
    statements = [node for piece in pieces for node in piece.statements]
    if all(map(is_import, statements)):
        return "only imports" if statements else "only comments"
    return "no step matches"


def _by_names(step: CodeStep) -> str:
    return f"binds {listed(f'`{name}`' for name in sorted(asked_names(step)))}"


def _in_section(number: str, steps: Sequence[CodeStep]) -> Sequence[CodeStep]:
    """Return the steps in that section; all if there are none."""
    pattern = f"{re.escape(number)}[a-z]?"
    within = [each for each in steps if number and re.fullmatch(pattern, each.section)]
    return within or steps


def _number_in(heading: str) -> str:
    found = _NUMBER.match(heading.strip())
    return found["number"] if found else ""


def _plain(text: str, space: str = " ") -> str:
    return space.join(re.findall(r"\w+", text.casefold().replace("_", " ")))


def _has_its_lines(step: SolvedStep, code: str) -> bool:
    """Return True if the program only has the step's lines, and those around them.

    One that was taken out is a comment.
    """
    written, known = code.strip("\n").split("\n"), step.scaffold.strip("\n").split("\n")
    lines = [line if line in known else _COMMENTED.sub(r"\1", line) for line in written]
    above, below = fixed_rows(step)
    ends = (lines[:above], lines[len(lines) - below + 1 :])
    return Counter(lines) <= Counter(known) and ends == (
        known[:above],
        known[len(known) - below + 1 :],
    )
