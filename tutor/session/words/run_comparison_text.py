"""The difference between the newest run and the one before it, in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from tutor.session.run_comparison import RunComparison
from tutor.session.words.loss_text import loss_text


def comparison_words(
    found: RunComparison, losses: Sequence[float], before: Sequence[float], *, drawn: str = ""
) -> str:
    """Say from when on each run is below a loss; `drawn` says how the run before is drawn."""
    last = f"the last one ({drawn})" if drawn else "the last one"
    if [*losses] == [*before]:
        words = f"this run has the same losses as {last}."
    elif found.level and found.step == found.before:
        words = f"this run and {last} are first below {found.level:g} at step {found.step}."
    elif found.level:
        words = (
            f"this run is first below {found.level:g} at step {found.step}, "
            f"{last} at step {found.before}."
        )
    else:
        words = f"this run ends at {loss_text(losses[-1])}, {last} at {loss_text(before[-1])}."
    return f"From the same start: {words}" if found.same_start else words[0].upper() + words[1:]


def short_comparison(found: RunComparison) -> str:
    """Compare the runs in a few words; "" where no loss sets them apart."""
    if not found.level:
        return ""
    return f"below {found.level:g} at step {found.step}, last run at {found.before}"
