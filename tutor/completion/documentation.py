"""The documentation of a library's name as plain text, without reStructuredText markup."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from tutor.text import drop_hidden, unify_line_ends

_ROLE = re.compile(r":[a-z]+(?::[a-z]+)?:`~?\.?([^`<]*?)\s*(?:<[^`>]*>)?`")
_DIRECTIVE = re.compile(r"(?m)^( *)\.\. (?:[a-z]+):: ?")
_NAMED = re.compile(r"(?m)^( *)\.\. (note|warning|seealso)::")
_NOT_READ = re.compile(r"(?m)^ *(?:\.\. _.*|\.\. image::.*|:[a-z]+:)\s*?$")
"""Link targets, pictures, and options of directives."""
_LINK = re.compile(r"`([^`<]+?)(?:\s*<[^`>]*>)?`_+")
_CALLED = re.compile(r"[\w.]+")
_SPACING = re.compile(r"[\s\\]")
_BLANK = re.compile(r"\n{3,}")
_ITEM = re.compile(r"(?:[-*] |\d+\. |\w+(?: \([^()]*\))?: )")
"""The beginning of a list item, or of an argument's description."""
_AS_IT_IS = re.compile(r" *(?:>>>|\.\.\. |\||.*\S {2,}\S)")
"""Code and columns."""
FULL_LINE = 60
"""Minimum characters of a wrapped line of prose; a shorter line ends on purpose."""
HANGING = 2
"""Columns by which an item's further lines are indented if they have no indent."""


def plain_documentation(text: str, signature: str = "") -> str:
    """Return a docstring as plain text: examples as they are, but no markup.

    A `signature` at the beginning of the docstring is left out, since the call tip shows it.
    """
    text = _without_signature(drop_hidden(unify_line_ends(text)).strip(), signature)
    text = _NOT_READ.sub("", text)
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


def wrap_documentation(text: str, width: int) -> str:
    """Wrap the prose of a plain docstring to a width; code stays as it is."""
    return "\n".join(line for part in _parts(text.split("\n")) for line in _wrapped(part, width))


def _parts(lines: list[str]) -> Iterator[list[str]]:
    """Yield groups of lines that form one paragraph or item; other lines come alone."""
    part: list[str] = []
    is_example = False
    for line in lines:
        is_example = bool(line.strip()) and (is_example or line.lstrip().startswith(">>>"))
        if part and (is_example or not _goes_on(part, line)):
            yield part
            part = []
        part.append(line)
    yield part


def _goes_on(part: list[str], line: str) -> bool:
    before, own = part[-1], line.strip()
    is_prose = own and not any(map(_AS_IT_IS.match, (before, line))) and not _ITEM.match(own)
    if not is_prose or len(before) < FULL_LINE:
        return False
    deeper = _indent(line) - _indent(part[0])
    return deeper > 0 if _ITEM.match(part[0].strip()) else deeper == 0


def _wrapped(part: list[str], width: int) -> list[str]:
    first, indent = part[0], _indent(part[0])
    if len(part) == 1 and (len(first) <= width or _AS_IT_IS.match(first)):
        return part
    hanging = indent + HANGING if _ITEM.match(first.strip()) else indent
    return textwrap.wrap(
        " ".join(line.strip() for line in part),
        max(width, hanging + 1),
        initial_indent=" " * indent,
        subsequent_indent=" " * (_indent(part[1]) if len(part) > 1 else hanging),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
