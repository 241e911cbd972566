"""The answer to an expression that the learner has asked the last run for, in words."""

from __future__ import annotations

import re
from typing import NamedTuple

from msgspec.structs import replace

from tutor.grading.errors import SYNTAX_ERRORS, explain, explain_or_quote, quote
from tutor.session.words.key_names import guard
from tutor.text import printable
from tutor.wire.commands import EVALUATION_MB, EVALUATION_SECONDS, MAX_EXPRESSION
from tutor.wire.events import ErrorFacts, Evaluation, EvaluationOutcome, StatementKind

RUN_FIRST = (
    "There is nothing to ask yet: {key:run} runs the code, and then you can ask for its names."
)
NOT_YET = "It is still running. Ask once it has finished."
ENDED_EARLY = (
    "The run did not finish, so it left nothing to ask for. {key:run} runs the code again."
)
TOO_LONG = (
    f"This has more than {MAX_EXPRESSION} characters, the maximum for a question. Store its value "
    "under a name in the code and run that; then ask for the name."
)
CHANGED = "The code has changed since that run."
CUT = "This is only the beginning."
NOTHING_PRINTED = "Done: nothing was printed."
AGAIN = "The values of the run no longer exist: {key:run} runs the code again."

ENDS_PROGRAM = (
    "It would end the program. Here it ended nothing: the values of the run are still there."
)

_STATEMENTS: dict[StatementKind, str] = {
    "none": "A comment has no value. Ask for a name or an expression, such as `x.shape`.",
    "assignment": (
        "This would store a value, but here you can only look: nothing changes. Write it into the "
        "code and run that. To see whether two values are equal, ask with `==`."
    ),
    "import": "An import belongs in the code. Write it there and run that; then ask again.",
    "other": (
        "This is a statement, and only an expression has a value to show, such as `x.shape`. "
        "Write it into the code: {key:run_selection} runs selected lines with the values of the "
        "last run."
    ),
}
_OUTCOMES: dict[EvaluationOutcome, str] = {
    "not-run": (
        "The code is not Python yet, so none of it has run. Fix that and run it; then ask again."
    ),
    "timeout": f"It did not finish within {EVALUATION_SECONDS:g} seconds, and was stopped.",
    "memory": f"It takes more than {EVALUATION_MB} MB of memory, the limit here.",
    "processes": "It starts more processes than a run may have.",
    "busy": "The previous question is still being computed.",
    "on-card": (
        "A program that used a graphics card is not kept, because it would occupy the card's "
        "memory. Print in the program what you want to see."
    ),
    "gone": "The last run is gone. {key:run} runs the code again.",
}
_WITHOUT_MORE: tuple[EvaluationOutcome, ...] = ("on-card", "gone")
"""Outcomes whose words say already that nothing can be asked any more."""


class AskedText(NamedTuple):
    """An answer: the lines that Python shows, and the tutor's words."""

    shown: str = ""
    """The printed lines and the value, or the message of an error."""
    words: str = ""
    """Markdown with `{key:…}`; empty if the value speaks for itself."""
    is_value: bool = False


def asked_text(evaluation: Evaluation) -> AskedText:
    error = evaluation.error
    printed = evaluation.printed.rstrip("\n")
    if evaluation.outcome == "value":
        shown = "\n".join(filter(None, (printed, evaluation.shown)))
        return AskedText(printable(shown), CUT * evaluation.is_cut, is_value=True)
    if evaluation.outcome == "statement":
        return AskedText(words=_STATEMENTS.get(evaluation.statement, _STATEMENTS["other"]))
    if evaluation.outcome == "ended":
        how = f" ({evaluation.detail})" if evaluation.detail else ""
        words = f"It ended its own process{how}."
    elif error is not None and error.type_name == "SystemExit":
        return AskedText(printable(printed), ENDS_PROGRAM)
    elif evaluation.outcome == "raised" and error is not None:
        # the expression itself is on screen, and is no line of the program
        is_syntax = error.type_name in SYNTAX_ERRORS
        evidence = (f"{error.type_name}: {error.message}",) if is_syntax else quote(error)
        shown = "\n".join(filter(None, (printed, *evidence)))
        return AskedText(printable(shown), guard(printable(_explained(error))))
    else:
        words = _OUTCOMES.get(evaluation.outcome, _OUTCOMES["gone"])
    if evaluation.is_last and evaluation.outcome not in _WITHOUT_MORE:
        words = f"{words} {AGAIN}"
    return AskedText(words=words)


def lines_text(evaluation: Evaluation, source: str) -> AskedText:
    """Return what is told of lines that were run alone, of a program that is `source` by now."""
    error, printed = evaluation.error, evaluation.printed.rstrip("\n")
    if evaluation.outcome == "value":
        value = "" if evaluation.shown == "None" else evaluation.shown
        shown = "\n".join(filter(None, (printed, value)))
        words = CUT * evaluation.is_cut if shown else NOTHING_PRINTED
        return AskedText(printable(shown), words, is_value=True)
    if evaluation.outcome == "raised" and error is not None and error.type_name != "SystemExit":
        lines = source.split("\n")
        if error.line is not None and error.line <= len(lines):
            error = replace(error, source_line=lines[error.line - 1])
        shown = "\n".join(filter(None, (printed, *quote(error))))
        return AskedText(printable(shown), guard(printable(explain_or_quote(error).message)))
    return asked_text(evaluation)


def _explained(error: ErrorFacts) -> str:
    known = explain(error)
    if known is None:
        return ""
    if error.type_name not in SYNTAX_ERRORS:
        return known.message
    # the rows speak of lines of a program, and there is only one
    words = re.sub(r"^In line 1[,:]? |,? in line 1\b", "", known.message)
    words = re.sub(r"\bline 1\b", "it", words.replace("Line 1", "It"))
    return words[:1].upper() + words[1:]
