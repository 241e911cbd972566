"""Names of keys in texts for the learner, where `{key:check}` stands for the key of that action.

A text that names a key is a template, since learners give actions keys of their own. It must be
filled before other text is put into it: what a learner wrote may have such braces as well.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeAlias

KeyNames: TypeAlias = Mapping[str, str]
"""The name of each action's key: `F4`, or `Esc, m` for one that only the strip of letters has.
Under `check.all` stand all keys of the action: `F4 or Ctrl+T`."""

KEY = re.compile(r"\{key:([a-z_]+(?:\.all)?)\}")

_GUARDED = re.compile(rf"(?P<guarded>\{{\{{key:)|{KEY.pattern}")


def fill_keys(text: str, names: KeyNames) -> str:
    """Return the text with the names of keys filled in; raise KeyError for an unknown action."""
    return _GUARDED.sub(lambda m: "{key:" if m["guarded"] else names[m[2]], text)


def fill_known_keys(text: str, names: KeyNames) -> str:
    """Return the text with the names of keys filled in, and unknown actions left as they are.

    For text that was put together from several parts, or is not all the tutor's own.
    """
    return _GUARDED.sub(lambda m: "{key:" if m["guarded"] else names.get(m[2], m[0]), text)


def guard(text: str) -> str:
    """Escape text of others for use in a template, so that nothing in it is filled."""
    return text.replace("{key:", "{{key:")
