"""Let a file of several exercises find the data files of them all, whichever step is judged.

An answer to one step alone finds only that step's files, and opening another one is an error.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from msgspec import structs

from tutor.course.given_variations import bound_names
from tutor.course.model import CodeStep, Exercise
from tutor.grading.free_names import names_bound
from tutor.grading.sections import sections
from tutor.grading.submission import Submission
from tutor.grading.verdict import Runner
from tutor.wire.commands import Execute, Files, ObserveAll, Question
from tutor.wire.events import Observation


def with_files_of_others(
    step: CodeStep, submission: Submission, runner: Runner, others: Sequence[Exercise]
) -> Runner:
    """Return a runner whose learner programs find the files of other exercises.

    It is the runner itself if the program names no such file, or holds only this exercise.
    """
    files = _files_named(step, submission, others)
    if not files or not _holds_others(step, submission, others, files):
        return runner
    return _WithFiles(runner, files)


def _files_named(step: CodeStep, submission: Submission, others: Sequence[Exercise]) -> Files:
    own = dict(step.data)
    theirs = {name: content for each in others for name, content in each.data if name not in own}
    if not theirs:
        return ()
    nodes = (node for statement in submission.statements for node in ast.walk(statement))
    texts = {node.value for node in nodes if isinstance(node, ast.Constant)}
    return tuple((name, content) for name, content in theirs.items() if name in texts)


def _holds_others(
    step: CodeStep, submission: Submission, others: Sequence[Exercise], files: Files
) -> bool:
    """Return True if the program contains another exercise, or answers one with these files."""
    if sections(step, submission, others):
        return True
    bound = names_bound(submission.statements)
    having = [each.answer for each in others if set(files) & set(each.data)]
    answered = (set(bound_names(answer)) for answer in having)
    return any(names and names <= bound for names in answered)


class _WithFiles:
    """A runner that puts more files into the folders of the learner's programs."""

    def __init__(self, runner: Runner, files: Files) -> None:
        self._runner = runner
        self._files = files

    async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
        more = structs.replace(command, files=(*command.files, *self._files))
        return await self._runner.observe(more, questions)

    async def observe_all(self, command: ObserveAll) -> tuple[Observation, ...]:
        return await self._runner.observe_all(command)
