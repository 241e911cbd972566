"""The code at the cursor: the name that is being written, and the calls around it.

Code that is being written is rarely valid Python, so its text is scanned, not parsed. The scan
begins at the cursor's statement, which starts at a line without indentation; in an f-string's
braces, it covers only their content.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?(?:"""|\Z)'
    r"|'''(?:\\.|[^\\])*?(?:'''|\Z)"
    r'|"(?:\\.|[^"\\\n])*(?:"|\Z|(?=\n))'
    r"|'(?:\\.|[^'\\\n])*(?:'|\Z|(?=\n))"
    r"|\#[^\n]*|[()\[\]{},]",
    re.DOTALL,
)
"""A string, a comment, a bracket or a comma; an open string ends with the text or line."""
_IN_FIELD = re.compile(r""""(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|!(?!=)|[:()\[\]{}]""")
"""In the braces of an f-string: a string, the end of the expression, or a bracket."""
_BRACE = re.compile(r"\{\{|[{}]")
_F_STRING = re.compile(r"(?i:\b(?:f|fr|rf))\Z")
_BINDS_NEW_NAME = re.compile(r"\b(?:def|class|as|for|lambda|global|nonlocal)\s+\w*\Z")
_FROM = re.compile(
    r"(?m:^)[ \t]*from[ \t]+([\w.]+)[ \t]+import(?:[ \t]+|[ \t]*\(\s*)(?:[\w\s,]*,\s*)?\w*\Z"
)
_MODULE = re.compile(r"\s*(?:from|import)\s+(?:[\w.\s,]*,\s*)?((?:\w+\.)*)\w*\Z")
_KEYWORD = re.compile(r"\s*([^\W\d]\w*)\s*=(?!=)")
_CLOSERS = {")": "(", "]": "[", "}": "{"}
_MAX_ROWS = 400
"""Maximum rows above the cursor that are searched for the start of its statement."""
_MAX_CALLS = 20
"""Maximum number of calls around the cursor; outer ones are dropped."""


class OpenCall(NamedTuple):
    """A call whose brackets are open at the cursor."""

    called: str
    """Code of the called expression, such as `nn.Linear`."""
    place: int
    """Number of arguments before that of the cursor."""
    keyword: str
    """Name of a keyword argument at the cursor; "" for a positional one."""


class AtCursor(NamedTuple):
    """The code around the cursor."""

    prefix: str = ""
    """The part of the name before the cursor."""
    owner: str | None = None
    """Code before the dot of a member; None if there is no dot."""
    module: str | None = None
    """In an import: the module whose names are imported, "" for the libraries themselves."""
    only_modules: bool = False
    """True if only a module is valid here."""
    is_code: bool = True
    """False in a string or a comment."""
    is_new_name: bool = False
    """True for a name that the code introduces."""
    target: str = ""
    """Name to which the line assigns the expression; "" for none."""
    calls: tuple[OpenCall, ...] = ()
    """Calls around the cursor, the innermost last."""


class _Scan(NamedTuple):
    """The brackets of a piece of code up to the cursor."""

    open: tuple[int, ...]
    partners: dict[int, int]
    """Index of the opening bracket of each closing one."""
    commas: dict[int, list[int]]
    """For each open bracket, the indices of the commas between its elements."""
    strings: dict[int, int]
    """Start of each string, by its end."""
    is_code: bool
    string: int = -1
    """Start of the string that is open at the end; -1 if none is."""


def read_cursor(lines: Sequence[str], row: int, column: int) -> AtCursor:
    """Return the code around a place of a program."""
    first = _first_row(lines, row)
    text = "\n".join((*lines[first:row], lines[row][:column]))
    above = "\n".join(lines[:first])
    if ('"""' in above or "'''" in above) and not _scan(above + "\n").is_code:
        text = f"{above}\n{text}"
    scan = _scan(text)
    while not scan.is_code:
        field = _field_at_end(text, scan.string)
        if field is None:
            return AtCursor(is_code=False)
        text = field
        scan = _scan(text)
    prefix = _name_at_end(text)
    before = text[: len(text) - len(prefix)]
    line = lines[row][:column]
    if imported := _FROM.search(text):
        return AtCursor(prefix, module=imported[1])
    if imported := _MODULE.match(line):
        return AtCursor(prefix, module=imported[1].rstrip("."), only_modules=True)
    stored = _KEYWORD.match(line) if not scan.open else None
    return AtCursor(
        prefix,
        _code_before(before, len(before) - 1, scan) if before.endswith(".") else None,
        is_new_name=_BINDS_NEW_NAME.search(line) is not None,
        target=stored[1] if stored is not None else "",
        calls=tuple(_calls(text, scan)),
    )


def name_at(lines: Sequence[str], row: int, column: int) -> str:
    """Return the name at a place with its owner, such as `nn.Linear`; "" if there is none."""
    line = lines[row]
    end = column
    while end < len(line) and (line[end].isalnum() or line[end] == "_"):
        end += 1
    at = read_cursor(lines, row, end)
    if not at.is_code or not at.prefix:
        return ""
    owner = at.module if at.module is not None else at.owner
    return f"{owner}.{at.prefix}" if owner else at.prefix if at.owner is None else ""


def _word_start(text: str, end: int) -> int:
    """Return the start of the word that ends there; `end` if none does.

    A pattern would be tried at each letter of the word anew.
    """
    start = end
    while start > 0 and (text[start - 1].isalnum() or text[start - 1] == "_"):
        start -= 1
    return start


def _name_at_end(text: str) -> str:
    """Return the name at the end of the text; "" if there is none."""
    start = _word_start(text, len(text))
    while start < len(text) and text[start].isdecimal():
        start += 1
    return text[start:]


def _first_row(lines: Sequence[str], row: int) -> int:
    """Return the first row of the row's statement, judged by indentation."""
    for each in range(row, max(-1, row - _MAX_ROWS), -1):
        if lines[each][:1].isidentifier() or lines[each][:1] == "@":
            return each
    return max(0, row - _MAX_ROWS + 1)


def _scan(text: str) -> _Scan:
    """Scan code that begins with a statement."""
    stack: list[int] = []
    scan = _Scan((), {}, {}, {}, is_code=True)
    is_code, string = True, -1
    for token in _TOKEN.finditer(text):
        sign, start, end = token.group()[0], token.start(), token.end()
        if sign in "\"'":
            is_code = end < len(text) or _is_closed(token.group())
            string = -1 if is_code else start
            scan.strings[end] = start
        elif sign == "#":
            is_code, string = end < len(text), -1
        elif sign == ",":
            if stack:
                scan.commas[stack[-1]].append(start)
        elif sign in _CLOSERS:
            if stack and text[stack[-1]] == _CLOSERS[sign]:
                scan.partners[start] = stack.pop()
        else:
            stack.append(start)
            scan.commas[start] = []
    return scan._replace(open=tuple(stack), is_code=is_code, string=string)


def _is_closed(string: str) -> bool:
    """Return True if a string at the end of a text has its closing quotes."""
    quotes = string[:3] if string[:3] in ('"""', "'''") else string[0]
    return len(string) >= 2 * len(quotes) and string.endswith(quotes)


def _field_at_end(text: str, string: int) -> str | None:
    """Return the code in the f-string's braces at the end of the text.

    The string begins at `string`. None if the text ends elsewhere, as in a format.
    """
    if string < 0 or not _F_STRING.search(text[:string]):
        return None
    starts: list[int] = []  # start of the code in each open brace
    depths: list[int] = []  # number of brackets open in each
    is_code, place = False, string
    while found := (_IN_FIELD if is_code else _BRACE).search(text, place):
        sign, place = found.group()[0], found.end()
        if not is_code and found.group() == "{{" and not starts:
            continue
        if not is_code and sign == "{":
            place = found.start() + 1
            starts.append(place)
            depths.append(0)
            is_code = True
        elif sign in "([{":
            depths[-1] += 1
        elif sign in ")]}" and is_code and depths[-1]:
            depths[-1] -= 1
        elif sign == "}" and starts:
            starts.pop()
            depths.pop()
            is_code = False
        elif sign in ":!" and not depths[-1]:
            is_code = False
    return text[starts[-1] :] if is_code else None


def _calls(text: str, scan: _Scan) -> list[OpenCall]:
    calls: list[OpenCall] = []
    for bracket in scan.open[-_MAX_CALLS:]:
        called = _code_before(text, bracket, scan) if text[bracket] == "(" else None
        if called and not _BINDS_NEW_NAME.search(text[:bracket]):
            commas = scan.commas[bracket]
            argument = text[(commas[-1] if commas else bracket) + 1 :]
            keyword = _KEYWORD.match(argument)
            calls.append(OpenCall(called, len(commas), keyword[1] if keyword else ""))
    return calls


def _code_before(text: str, end: int, scan: _Scan) -> str:
    """Return the code of the object that ends there, including its owners."""
    start = end
    while start > 0:
        before = text[start - 1]
        if start - 1 in scan.partners:
            start = scan.partners[start - 1]
        elif start in scan.strings:
            start = scan.strings[start]
            break
        elif before == ".":
            start -= 1
        elif (begin := _word_start(text, start)) < start:
            start = begin
            if start == 0 or text[start - 1] != ".":
                break
        else:
            break
    code = text[start:end]
    return code if code[:1].isidentifier() or code[:1] in "\"'([{" else ""
