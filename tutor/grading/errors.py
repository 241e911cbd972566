"""Explain in plain words what an error or a forced ending means.

Used by grading and plain runs. The worker only reports facts; the patterns and texts are here and
in `explanations`.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from tutor.grading.explanations import (
    calls,
    dtypes,
    losses,
    modules,
    python,
    shapes,
    syntax,
    training,
    tuples,
    unavailable,
)
from tutor.grading.explanations.rows import ExplanationRow, row_for, slug_of, words_of
from tutor.grading.gpu_errors import (
    CARD_IS_FULL,
    TOO_MUCH,
    asked_for_too_much,
    ran_out_of_card_memory,
)
from tutor.grading.overtime import overtime
from tutor.grading.shape_flow import shape_flow
from tutor.wire.commands import Limits
from tutor.wire.events import WROTE_TO_PIPE, ErrorFacts, Observation, WarningFacts

SYNTAX_ERRORS = ("SyntaxError", "IndentationError", "TabError")

TABLE: tuple[ExplanationRow, ...] = (
    *unavailable.ROWS,
    *tuples.ROWS,
    *losses.ROWS,
    *dtypes.ROWS,
    *training.ROWS,
    *shapes.ROWS,
    *modules.ROWS,
    *calls.ROWS,
    *python.ROWS,
)
"""Rows in the order in which they are tried: special ones before general ones."""


class Explanation(Struct, frozen=True):
    """A slug of `slugs.py`, and the message for the learner."""

    slug: str
    message: str


def explain(error: ErrorFacts) -> Explanation | None:
    """Return the meaning of an exception; None if unknown."""
    if error.type_name in SYNTAX_ERRORS:
        return _explain_by(syntax.ROWS, error, f"\n{error.source_line}")
    if error.type_name.endswith("Warning"):
        return _explain_by(_WARNINGS, error)  # raised by a program that turns warnings into errors
    return _explain_by(TABLE, error)


def _explain_by(
    rows: Sequence[ExplanationRow], error: ErrorFacts, line: str = ""
) -> Explanation | None:
    text = f"{error.type_name}: {error.message}{line}"
    hit = row_for(rows, text, error)
    if hit is None:
        return None
    row, match = hit
    return Explanation(slug_of(row, match, error), words_of(row, match, error))


def explain_or_quote(error: ErrorFacts) -> Explanation:
    """Return the meaning of an exception, or else where it occurred."""
    known = explain(error)
    if known is not None:
        return known
    where = f"In line {error.line} your" if error.line else "Your"
    return Explanation(
        "raised-error",
        f"{where} program stopped with {_article(error.type_name)} {error.type_name}. Read its "
        "message, then print the values that are used in that line.",
    )


def _article(word: str) -> str:
    return "an" if word[:1].upper() in "AEIO" else "a"


def quote(error: ErrorFacts) -> tuple[str, ...]:
    """Return the evidence of an error.

    It is the learner's line, the real message, and the shapes on the way to a layer that failed.
    """
    message = f"{error.type_name}: {error.message}".rstrip(": ")
    source = error.source_line.strip()
    if error.line is None:
        return (message,)
    return (f"line {error.line}: {source}".rstrip(": "), message, *shape_flow(error.layers))


_WARNINGS: tuple[ExplanationRow, ...] = (
    ExplanationRow(
        r"Implicit dimension choice for (?:log_)?softmax",
        "implicit-softmax-dim",
        "Without `dim` PyTorch guesses the axis for softmax, and warns. Write `dim=1` or `dim=-1`.",
    ),
    ExplanationRow(
        r"overflow encountered in (?:exp|scalar exp)",
        "overflow-in-exp",
        "NumPy warned that a number became too large for a float in exp. In a softmax, subtract "
        "the maximum first; in a sigmoid, the result is still right.",
    ),
    ExplanationRow(
        r"Using a target size \(torch\.Size\((\[[\d, ]*\])\)\) that is different to the input size "
        r"\(torch\.Size\((\[[\d, ]*\])\)\)",
        "target-shape",
        "The target has shape {1} and the prediction {2}, so every prediction was compared with "
        "every target. Give both the same shape: `target.reshape(prediction.shape)`.",
    ),
)


def explain_warning(warning: WarningFacts) -> Explanation | None:
    """Return the meaning of a warning; None if it is not for learners."""
    facts = ErrorFacts(warning.category, warning.message, line=warning.line)
    return _explain_by(_WARNINGS, facts)


def explain_ending(
    observation: Observation, limits: Limits, *, judging: bool = True, source: str = ""
) -> Explanation:
    """Return why a run was ended from outside.

    Not for `finished` and `raised`. `limits` are those of the request, `source` is the program, and
    `judging` is True for a check.
    """
    limits = observation.limits or limits
    if observation.outcome == "timeout":
        return Explanation(*overtime(observation, limits, source, judging=judging))
    known = _ENDINGS if judging else _ENDINGS | _PLAIN_RUN_ENDINGS
    slug, message = known.get(observation.outcome, known["lost"])
    if ran_out_of_card_memory(observation):
        message = TOO_MUCH if asked_for_too_much(observation) else CARD_IS_FULL
    if observation.outcome == "crashed":
        message = _crash_message(observation.detail)
    line = observation.line
    if line is None and observation.executed is not None and observation.executed.error:
        line = observation.executed.error.line
    return Explanation(
        slug,
        message.format(
            memory=limits.memory_mb,
            output=limits.output_mb,
            tasks=limits.tasks,
            at=f" in line {line}" if line else "",
            detail=_in_brackets(observation.detail.rstrip(".")),
        ),
    )


def _crash_message(detail: str) -> str:
    if detail.startswith(WROTE_TO_PIPE):
        return (
            "The program wrote to the pipe that the tutor reads its results from{at}, so nothing "
            "could be judged. Remove the lines that use file numbers, such as `os.write` and "
            "`os.close`."
        )
    if detail in _SENT_SIGNALS:
        return (
            "The program was ended by a signal{at}{detail}: it sent one to itself, or the "
            "computer ran out of memory. Remove calls such as `os.kill`, or use less memory."
        )
    return _ENDINGS["crashed"][1]


_SENT_SIGNALS = (
    "SIGKILL",
    "SIGTERM",
    "SIGINT",
    "SIGHUP",
    "SIGALRM",
    "SIGUSR1",
    "SIGUSR2",
    "SIGQUIT",
)


def _in_brackets(detail: str) -> str:
    status = detail.removeprefix("-").isdigit()
    return f" ({'exit status ' if status else ''}{detail})" if detail else ""


_ENDINGS: dict[str, tuple[str, str]] = {
    "memory": (
        "out-of-memory",
        "The program needed more than {memory} MB of memory, so it was stopped{at}. Look for a "
        "very large tensor, or a list that grows in a loop.",
    ),
    "output": (
        "too-much-output",
        "The program printed more than {output} MB, so it was stopped{at}. Print less often: a "
        "`print` in a loop adds up.",
    ),
    "processes": (
        "too-many-processes",
        "The program started more than {tasks} processes or threads, so it was stopped{at}. The "
        "exercise needs none.",
    ),
    "exited": (
        "quits-the-program",
        "The program ended itself{at}{detail} before its results could be checked. Remove "
        "`exit()`, `quit()` or `sys.exit()`: a program ends by itself after its last line.",
    ),
    "crashed": (
        "crashed",
        "Python itself crashed{at}{detail}. The cause is compiled code that Python called, or "
        "very deep nesting. Undo the last change and try again.",
    ),
    "stopped": ("stopped", "The run was stopped{at}. Nothing was judged; check again when ready."),
    "lost": (
        "tutor-fault",
        "The tutor lost its worker during this run{detail}. That is not your fault and does not "
        "count. Check again.",
    ),
}

_PLAIN_RUN_ENDINGS: dict[str, tuple[str, str]] = {
    "stopped": ("stopped", "You stopped the program{at}. Its output until then is kept."),
    "lost": (
        "tutor-fault",
        "The tutor lost its worker during this run{detail}. That is not your fault. Run it again.",
    ),
    "exited": (
        "quits-the-program",
        "The program ended itself{at}{detail}. If you did not intend that, remove `exit()`, "
        "`quit()` or `sys.exit()`.",
    ),
}
"""Other messages for a run without a check."""
