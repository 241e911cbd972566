"""Names of keys in texts for the learner, where `{key:check}` stands for the key of that action.

A text that names a key is a template, since learners give actions keys of their own. It must be
filled before other text is put into it: what a learner wrote may have such braces as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias, TypeVar

from msgspec.structs import replace

from tutor.course.kinds import kind_of
from tutor.course.model import Step, StepBase

KeyNames: TypeAlias = Mapping[str, str]
"""The name of each action's key: `F4`, or `Esc, m` for one that only the strip of letters has.
Under `check.all` stand all keys of the action: `F4 or Ctrl+T`."""

KEY = re.compile(r"\{key:([a-z_]+(?:\.all)?)\}")

_GUARDED = re.compile(rf"(?P<guarded>\{{\{{key:)|{KEY.pattern}")


def fill_keys(text: str, names: KeyNames) -> str:
    """Return the text with the names of keys filled in; raise KeyError for an unknown action."""
    return _GUARDED.sub(lambda m: "{key:" if m["guarded"] else names[m[2]], text)


def fill_known_keys(text: str, names: KeyNames) -> str:
    """Return the text with the names of keys filled in, and unknown actions left as they are.

    For text that was put together from several parts, or is not all the tutor's own.
    """
    return _GUARDED.sub(lambda m: "{key:" if m["guarded"] else names.get(m[2], m[0]), text)


def guard(text: str) -> str:
    """Escape text of others for use in a template, so that nothing in it is filled."""
    return text.replace("{key:", "{{key:")


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
