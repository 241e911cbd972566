"""Resuming a file: it must hold the verdicts of the first lines, in order."""

from __future__ import annotations

from collections.abc import AsyncIterator

from tutor.authoring.batch.answer_lines import AnswerLine, read_answer
from tutor.authoring.batch.digests import AnswerDigests
from tutor.authoring.batch.judging import is_accepted
from tutor.authoring.batch.known_verdicts import Record
from tutor.authoring.batch.verdict_file import CannotUse, VerdictFile


async def skip_judged(
    lines: AsyncIterator[AnswerLine], file: VerdictFile, digests: AnswerDigests
) -> bool:
    """Skip the lines with verdicts in the file; return True if all of them are accepted.

    Raises CannotUse, and leaves the file as it was, if a verdict is of another line, of another
    program, or by another lesson or tutor.
    """
    all_accepted = True
    for count, record in enumerate(file.records(), 1):
        line = await anext(lines, None)
        if line is None:
            raise CannotUse(
                f"{file.path} has more verdicts than there are answers: does it belong to other "
                "answers?"
            )
        _compare(record, count, line, file, digests)
        all_accepted &= is_accepted(record)
    return all_accepted


def _compare(
    record: Record, count: int, line: AnswerLine, file: VerdictFile, digests: AnswerDigests
) -> None:
    try:
        answer = read_answer(line.content)
    except ValueError:
        expected: tuple[object, object] = (None, None)
        digest = None
    else:
        expected = (answer.id, answer.step)
        digest = digests.of(answer)
    found = (record.get("id"), record.get("step"))
    if found != expected:
        raise CannotUse(
            f"Verdict {count} of {file.path} is for {_named(*found)}, but line {line.number} is "
            f"{_named(*expected)}. Continue it with the answers that it was started with."
        )
    if record.get("digest") != digest:
        raise CannotUse(
            f"Verdict {count} of {file.path}, for {_named(*found)}, is for another program, or "
            "comes from another version of the lesson, the tutor or PyTorch, or from other "
            f"limits. Start a new file: `--out NEW --since {file.path}` judges only the answers "
            "that are affected."
        )


def _named(answer_id: object, step: object) -> str:
    return "a line that cannot be read" if step is None else f"{answer_id!r} to `{step}`"
