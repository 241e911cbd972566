"""Error facts from "Class: message", for tests of explanations."""

from __future__ import annotations

from tutor.wire.events import ErrorFacts


def facts(text: str, **more: object) -> ErrorFacts:
    """In line 3, `y = model(x)`, if nothing else is said."""
    name, _, message = text.partition(": ")
    fields = {"line": 3, "source_line": "    y = model(x)", **more}
    return ErrorFacts(name, message, **fields)  # type: ignore[arg-type] # its own fields
