"""The arguments of the call that is being written, and which of them the cursor is at."""

from __future__ import annotations

import re
from typing import NamedTuple

from tutor.completion.bindings import OwnClass, OwnFunction
from tutor.completion.library import OVERLOADS, Library
from tutor.completion.reading import AtCursor, OpenCall
from tutor.completion.referents import Referent, Referents

_ARGUMENT = re.compile(r"\*{0,2}([^\W\d]\w*)")


class CallTip(NamedTuple):
    """The signature of a call, and the range of the argument at the cursor."""

    called: str
    """Last name of the called expression."""
    signature: str
    """Arguments in brackets and return type; of several signatures, fitting ones come first."""
    start: int = 0
    """Start of the cursor's argument in the signature."""
    end: int = 0
    """End of that argument; not above `start` if the argument is unknown."""
    path: str = ""
    """Path of the library's name; "" for a name of the program."""

    def fitted(self, width: int, ellipsis: str) -> tuple[str, str, str]:
        """Return the text before the cursor's argument, the argument, and the rest.

        Together they are at most `width` long; text left out is replaced by `ellipsis`.
        """
        begin = f"{self.called}("
        start, end = len(self.called) + self.start, len(self.called) + self.end
        text = f"{self.called}{self.signature}"
        if len(text) > width and end + len(ellipsis) > width:
            text = f"{begin}{ellipsis}{text[start:]}"
            end -= start - len(begin) - len(ellipsis)
            start = len(begin) + len(ellipsis)
        if len(text) > width:
            text = text[: max(0, width - len(ellipsis))] + ellipsis
        return text[:start], text[start:end], text[end:]


def call_tip(at: AtCursor, referents: Referents, library: Library) -> CallTip | None:
    """Return the tip for the innermost call around the cursor; None if unknown."""
    for call in reversed(at.calls if at.is_code else ()):
        referent = referents.of_code(call.called)
        signature = signature_of(referent, library) if referent is not None else ""
        if referent is not None and signature:
            entry = library.find(referent.path) if referent.own is None else None
            forms = [signature, *(entry.overloads if entry is not None else ())]
            forms.sort(key=lambda form: _argument(form, call) == (0, 0))
            signature = OVERLOADS.join(forms)
            start, end = _argument(signature, call)
            name = call.called.rpartition(".")[2]
            path = "" if referent.own is not None else referent.path
            return CallTip(name, signature, start, end, path)
        if referent is not None:
            return None
    return None


def signature_of(referent: Referent, library: Library) -> str:
    """Return the signature of a call of something; "" if unknown."""
    own = referent.own
    if isinstance(own, OwnFunction):
        return own.signature
    if isinstance(own, OwnClass):
        made_by = own.members.get("forward" if referent.is_object else "__init__")
        if isinstance(made_by, OwnFunction):
            return made_by.signature
        return ""
    path = referent.path
    entry = library.member(path, "forward") if referent.is_object else library.find(path)
    return entry.signature if entry is not None else ""


def parameter_names(signature: str) -> list[str]:
    """Return the names of the arguments that may be passed by keyword."""
    names: list[str] = []
    for start, end in _parts(signature):
        part = signature[start:end]
        if part == "/":
            names.clear()
        elif (told := _ARGUMENT.match(part)) and not part.startswith("*"):
            names.append(told[1])
    return names


def _argument(signature: str, call: OpenCall) -> tuple[int, int]:
    """Return start and end of the cursor's argument in the signature; (0, 0) if there is none.

    The `*args` parameter takes all further positional arguments.
    """
    place = call.place
    for start, end in _parts(signature):
        part = signature[start:end]
        told = _ARGUMENT.match(part)
        if call.keyword:
            if told is not None and told[1] == call.keyword:
                return start, end
        elif part == "*":
            break
        elif part != "/":
            if place == 0 or (part.startswith("*") and not part.startswith("**")):
                return start, end
            place -= 1
    return 0, 0


def _parts(signature: str) -> list[tuple[int, int]]:
    """Return start and end of each argument in a signature."""
    parts: list[tuple[int, int]] = []
    depth, start = 0, 1
    quote = ""
    for place, sign in enumerate(signature):
        if quote or sign in "\"'":
            quote = "" if sign == quote else quote or sign
            continue
        depth += (sign in "([{") - (sign in ")]}")
        if (sign == "," and depth == 1) or (sign in ")]}" and depth == 0):
            begin = start + len(signature[start:place]) - len(signature[start:place].lstrip())
            if signature[begin:place].strip():
                parts.append((begin, place))
            start = place + 1
            if depth == 0:
                break
    return parts
