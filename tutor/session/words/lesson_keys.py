"""Names of keys in the texts of lessons, where `{key:check}` may stand outside of code.

Code is left as it was written: to Python, `{key:value}` is a dictionary.
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
    """Put the names of keys in. What names no action stays: `nntutor check` finds it."""
    return _CODE_OR_KEY.sub(lambda m: names.get(m[3] or "", m[0]), markdown)


def fill_step(step: Step, names: KeyNames) -> Step:
    """Fill all that the step says to the learner. To be done before an answer is judged: verdicts
    put these texts together with what the learner wrote."""
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
    """Fill all that is asked of a question, and told of its options."""
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
    """Name each action whose key the text names."""
    return (match[3] for match in _CODE_OR_KEY.finditer(markdown) if match[3])
