"""The documentation of a library's name as plain text, without the marks of its own language."""

from __future__ import annotations

import re

from tutor.text import drop_hidden, unify_line_ends

_ROLE = re.compile(r":[a-z]+(?::[a-z]+)?:`~?\.?([^`<]*?)\s*(?:<[^`>]*>)?`")
_DIRECTIVE = re.compile(r"(?m)^( *)\.\. (?:[a-z]+)::")
_NAMED = re.compile(r"(?m)^( *)\.\. (note|warning|seealso)::")
_NAMED_TARGET = re.compile(r"(?m)^ *\.\. _[^\n]*\n")
_LINK = re.compile(r"`([^`<]+?)\s*<[^`>]*>`_+")
_CALLED = re.compile(r"[\w.]+")
_SPACING = re.compile(r"[\s\\]")
_BLANK = re.compile(r"\n{3,}")


def plain_documentation(text: str, signature: str = "") -> str:
    """Return a docstring as one reads it: examples as they are, but no marks.

    The `signature`, which is told already, is left out where the docstring begins with it.
    """
    text = _without_signature(drop_hidden(unify_line_ends(text)).strip(), signature)
    text = _NAMED_TARGET.sub("", text)
    text = _NAMED.sub(lambda found: f"{found[1]}{found[2].capitalize()}:", text)
    text = _DIRECTIVE.sub(r"\1", text)
    text = _LINK.sub(r"\1", _ROLE.sub(r"\1", text)).replace("``", "`").replace("\\*", "*")
    return _BLANK.sub("\n\n", text).strip()


def _without_signature(text: str, signature: str) -> str:
    first, _, rest = text.partition("\n\n")
    bracket = first.find("(")
    if bracket < 0 or not signature or not _CALLED.fullmatch(first[:bracket]):
        return text
    told, known = (_SPACING.sub("", each) for each in (first[bracket:], signature))
    is_cut = known.endswith("…")
    is_same = told.startswith(known[:-1]) if is_cut else told == known
    return rest if is_same else text
