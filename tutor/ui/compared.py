"""Lines that compare a guess with the result, for the panes Predict and Guess."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from tutor.ui.marks import Marks
from tutor.ui.words import inline

AS_GUESSED = "It came out as you guessed."
OTHERWISE = "That is not what happened."


def guess_head(marks: Marks, *, right: bool) -> Content:
    """Return the line that calls the guess right or wrong."""
    if right:
        return Content.styled(f"{marks.tick} {AS_GUESSED}", "bold $success")
    return Content.styled(f"{marks.cross} {OTHERWISE}", "bold $error")


def aligned(rows: Sequence[tuple[str, str]], marks: Marks) -> list[Content]:
    """Return a line for each label and value, with the labels aligned on the right."""
    labels = [inline(marks.transcribe(label)) for label, _ in rows]
    width = max((label.cell_length for label in labels), default=0)
    return [
        Content.assemble(f"  {' ' * (width - label.cell_length)}", label, "  ", (value, "bold"))
        for label, (_, value) in zip(labels, rows, strict=True)
    ]


def paragraphs(markdown: str, marks: Marks) -> list[Content]:
    """Return each paragraph as one line, with its code and emphasis styled."""
    parts = marks.transcribe(markdown).strip().split("\n\n")
    return [inline(" ".join(text.split())) for text in parts if text.strip()]
