"""Markdown with learners' texts, escaped for renderers other than the tutor.

A name such as `![](https://…)` would load a picture from elsewhere whenever a teacher looks at it.
"""

from __future__ import annotations

import re

from tutor.grading.markup import FENCED, Mark, pieces

_MARKS: dict[Mark, str] = {"": "", "code": "`", "bold": "**", "emphasis": "*"}
_MARKUP = re.compile(r"[\\`*\[\]|~]|(?<![^\W_])_|_(?![^\W_])|:(?=//)|(?<=\bwww)\.", re.IGNORECASE)
"""Characters with a meaning within a line, including the beginnings of links without brackets."""


def as_written(text: str) -> str:
    """Return Markdown that shows the text literally."""
    return _MARKUP.sub(r"\\\g<0>", text).replace("&", "&amp;").replace("<", "&lt;")


def with_own_marks(message: str) -> str:
    """Return Markdown that shows a message of the tutor, with its code, bold and emphasis.

    Output of a learner's program may be embedded in it.
    """
    parts = FENCED.split(message)
    return "".join(part if n % 2 else _marked(part) for n, part in enumerate(parts))


def _marked(text: str) -> str:
    return "".join(
        f"{_MARKS[mark]}{part if mark == 'code' else as_written(part)}{_MARKS[mark]}"
        for mark, part in pieces(text)
    )
