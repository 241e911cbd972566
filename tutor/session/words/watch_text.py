"""The words about a watched file: its changed lines, the end of their run, and the verdict.

For the app, and for commands in a plain terminal, which has no keys: what names one is for the app
alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from tutor.course.code import NotPython, parse_program
from tutor.grading.errors import explain_or_quote
from tutor.grading.markup import plain
from tutor.grading.verdict import Verdict, VerdictKind
from tutor.session.run_summary import RunSummary
from tutor.text import printable
from tutor.wire.events import ErrorFacts

BEGUN = "Edit {path} with any editor. What you save there is run."
NO_FOLDER = "The folder in which nntutor was started is gone. Start it in another one."
ENDED = "{name} is no longer watched. It stays, and so does the code here."
LEFT = "{name} is no longer watched, since you left its step. It stays, and so does the code there."


def not_python(source: str) -> str:
    """Return why the program cannot be run at all, in one line; empty if it is Python."""
    try:
        parse_program(source)
    except NotPython as error:
        line = source.split("\n")[error.line - 1 : error.line]
        cause = error.__cause__
        facts = ErrorFacts(
            type(cause).__name__,
            str(error),
            line=error.line,
            source_line="".join(line).rstrip(),
        )
        explained = plain(explain_or_quote(facts).message)
        return printable(f"Not run. {' '.join(explained.split())}")
    return ""


def ending_lines(ending: RunSummary) -> Iterator[str]:
    if ending.outcome == "finished":
        yield f"The run is over, after {ending.milliseconds / 1_000:.1f} s."
    if ending.message:
        yield plain(ending.message)
    for text in ending.evidence:
        yield from (f"    {line}" for line in text.split("\n"))
    yield from (f"{label}: {value}" for label, value in ending.values)
    yield from map(plain, ending.remarks)


_HEADINGS: dict[VerdictKind, str] = {
    "accept": "✓ Right.",
    "accept-with-note": "✓ Right, with a remark.",
    "reject": "✗ Not right yet.",
    "not-attempted": "… Not attempted yet.",
    "tutor-fault": "! The tutor is at fault, not your answer. This does not count.",
}


def verdict_text(verdict: Verdict) -> str:
    parts = [_HEADINGS[verdict.kind], plain(verdict.message.strip())]
    if verdict.evidence:
        parts.append(
            "\n".join(f"    {line}" for text in verdict.evidence for line in text.split("\n"))
        )
    parts += map(plain, verdict.notes)
    return printable("\n\n".join(part for part in parts if part))
