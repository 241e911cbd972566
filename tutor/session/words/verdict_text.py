"""A verdict as plain text, for a terminal without the app."""

from __future__ import annotations

from tutor.grading.markup import plain
from tutor.grading.verdict import Verdict, VerdictKind
from tutor.text import printable

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
