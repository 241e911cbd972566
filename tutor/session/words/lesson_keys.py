"""Names of keys in the Markdown of lessons, where `{key:check}` may stand outside of code.

Code must stay as it was written: in Python, `{key:value}` is a dictionary.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeVar

from msgspec.structs import replace

from tutor.course.kinds import kind_of
from tutor.course.model import Step, StepBase
from tutor.session.words.key_names import KEY, KeyNames

AnyStep = TypeVar("AnyStep", bound=StepBase)

_CODE_OR_KEY = re.compile(rf"^(```|~~~).*?^\1|(`+).*?\2|{KEY.pattern}", re.DOTALL | re.MULTILINE)


def fill_lesson_keys(markdown: str, names: KeyNames) -> str:
    """Return the Markdown with the names of keys filled in, except in code.

    What names no action stays as it is; `nntutor check` reports it.
    """
    return _CODE_OR_KEY.sub(lambda m: names.get(m[3] or "", m[0]), markdown)


def fill_step(step: Step, names: KeyNames) -> Step:
    """Return the step with the names of keys filled into everything that it says to the learner.

    To be done before an answer is judged: verdicts mix these texts with what the learner wrote.
    """
    if kind_of(step).has_question:
        step = fill_question(step, names)
    if step.hints:
        step = replace(step, hints=tuple(fill_lesson_keys(hint, names) for hint in step.hints))
    return replace(
        step,
        text=fill_lesson_keys(step.text, names),
        after=fill_lesson_keys(step.after, names),
    )


def fill_question(question: AnyStep, names: KeyNames) -> AnyStep:
    """Return the question with the names of keys filled into its text, options and reasons."""
    return replace(
        question,
        text=fill_lesson_keys(question.text, names),
        options=tuple(
            replace(
                option,
                text=fill_lesson_keys(option.text, names),
                why=fill_lesson_keys(option.why, names),
            )
            for option in question.options
        ),
        known_wrong=tuple(
            replace(wrong, why=fill_lesson_keys(wrong.why, names)) for wrong in question.known_wrong
        ),
    )


def actions_in(markdown: str) -> Iterator[str]:
    """Yield the name of each action whose key the text names outside of code."""
    return (match[3] for match in _CODE_OR_KEY.finditer(markdown) if match[3])
