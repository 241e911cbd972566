"""Names of keys in what is said to the learner: `{key:check}` stands for the key of that action.

A text that names a key is a template, since learners give actions keys of their own. Whoever shows
it fills it first, and puts other text in afterwards: what a learner wrote has braces as well.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeAlias

KeyNames: TypeAlias = Mapping[str, str]
"""By action, how its key is called: `F4`, or `Esc, m` of one that only the strip of letters has;
and by `check.all`, all of them: `F4 or Ctrl+T`."""

KEY = re.compile(r"\{key:([a-z_]+(?:\.all)?)\}")

_GUARDED = re.compile(rf"(?P<guarded>\{{\{{key:)|{KEY.pattern}")


def fill_keys(text: str, names: KeyNames) -> str:
    """Put the names of keys in. Raises KeyError for an action that there is none of."""
    return _GUARDED.sub(lambda m: "{key:" if m["guarded"] else names[m[2]], text)


def fill_known_keys(text: str, names: KeyNames) -> str:
    """Put the names of keys in, and leave what names no action as it stands: for text that was
    put together from several, or is not the tutor's own."""
    return _GUARDED.sub(lambda m: "{key:" if m["guarded"] else names.get(m[2], m[0]), text)


def guard(text: str) -> str:
    """Keep the text of others, which is put into a template, from being filled along with it."""
    return text.replace("{key:", "{{key:")
