"""Words on the file with what a program printed."""

from __future__ import annotations

from collections.abc import Iterator

from tutor.client.transcript import TranscriptExcerpt
from tutor.session.outside_editing import short_path

_MEGABYTE = 1024 * 1024


def file_sentences(printed: TranscriptExcerpt) -> Iterator[str]:
    """Yield sentences on where the file is, for how long, and what of the output is not in it."""
    yield f"What was printed is in {short_path(printed.file)} until the next run."
    if printed.left_out:
        why = f" ({printed.problem.lower()})" if printed.problem else ""
        count = printed.left_out
        size = f"{count / _MEGABYTE:.1f} MB" if count >= _MEGABYTE else f"{count:,} bytes"
        yield f"The last {size} are not in it{why}."
