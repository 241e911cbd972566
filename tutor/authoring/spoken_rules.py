"""Rules of the linter for `spoken`: each formula of a step has words for screen readers."""

from __future__ import annotations

from collections.abc import Sequence

from tutor.authoring.step_findings import StepFindings
from tutor.course.model import Step
from tutor.session.words.spoken_text import unspoken_in, unused_in
from tutor.toml_text import KeyPath


def check_spoken(step: Step, texts: Sequence[tuple[KeyPath, str]], findings: StepFindings) -> None:
    """Demand words for each formula in the texts, and a formula for each of the words."""
    for path, text in texts:
        for piece in dict.fromkeys(unspoken_in(text, step.spoken)):
            findings.warning(path, f"`{piece}` is read aloud wrongly: write it out in `spoken`")
    whole = "\n\n".join(text for _, text in texts)
    for formula in unused_in(whole, step.spoken):
        findings.warning(("spoken", formula), "occurs in no text of the step")
    for formula, words in step.spoken.items():
        for piece in unspoken_in(words, {}):
            findings.warning(
                ("spoken", formula), f"its words have `{piece}`, which cannot be spoken"
            )
