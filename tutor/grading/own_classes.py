"""Explain what a class of the learner's own bound for one call of a method, and did not keep.

`fc = …` in `__init__` is gone when `forward` runs; `self.fc = …` is not.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from msgspec import Struct

from tutor.grading.missed_answer import Diagnosis
from tutor.grading.submission import Submission, names_stored
from tutor.wire.events import ErrorFacts

_UNDEFINED = re.compile(r"name '(\w+)' is not defined")
_NO_ATTRIBUTE = re.compile(r"'(\w+)' object has no attribute '(\w+)'")


def find_forgotten_self(submission: Submission, error: ErrorFacts) -> Diagnosis | None:
    """Diagnose a name that another method bound and did not keep in the object; else None.

    So it is where `self.` stands in front of it on one side only, or on none.
    """
    if error.type_name == "NameError" and (match := _UNDEFINED.search(error.message)):
        return _find_bare_name(submission, match.group(1), error.line)
    if error.type_name == "AttributeError" and (match := _NO_ATTRIBUTE.search(error.message)):
        owner, name = match.groups()
        return _find_unkept_name(submission, owner, name, error.line)
    return None


def _find_bare_name(submission: Submission, name: str, line: int | None) -> Diagnosis | None:
    holding = [
        each
        for each in _classes(submission)
        if line and each.node.lineno <= line <= (each.node.end_lineno or 0)
    ]
    if not holding:
        return None
    own = holding[-1]
    if own.keeps(name):
        message = (
            f"`{name}` does not exist here by itself: it is kept in the object. Inside a method, "
            f"write `self.{name}`."
        )
        return Diagnosis("undefined-name", message, line)
    method = own.binding(name)
    if method is None:
        return None
    message = (
        f"`{name}` does not exist here. `{method}` binds it as a name of its own, which ends with "
        f"that call. Keep it in the object: `self.{name} = …` there, and `self.{name}` here."
    )
    return Diagnosis("undefined-name", message, line)


def _find_unkept_name(
    submission: Submission, owner: str, name: str, line: int | None
) -> Diagnosis | None:
    for own in _classes(submission):
        if own.node.name != owner or own.keeps(name):
            continue
        start = f"{owner} has no `{name}`."
        if method := own.binding(name):
            message = (
                f"{start} `{name} = …` in `{method}` binds a name of that call alone, which is "
                f"gone afterwards. Keep it in the object: `self.{name} = …`."
            )
            return Diagnosis("wrong-attribute-name", message, line)
        if name in own.arguments("__init__"):
            message = (
                f"{start} `__init__` gets `{name}`, and does not keep it. Write "
                f"`self.{name} = {name}` there."
            )
            return Diagnosis("wrong-attribute-name", message, line)
    return None


class _OwnClass(Struct, frozen=True):
    """A class of the learner's program."""

    node: ast.ClassDef

    def keeps(self, name: str) -> bool:
        """Return True if something is assigned to `self.<name>` anywhere in it."""
        return any(
            isinstance(each, ast.Attribute)
            and isinstance(each.ctx, ast.Store)
            and each.attr == name
            for each in ast.walk(self.node)
        )

    def binding(self, name: str) -> str | None:
        """Return the method in which a statement binds the name; None if none does."""
        for method in self._methods():
            if any(name in names_stored(statement) for statement in method.body):
                return method.name
        return None

    def arguments(self, name: str) -> set[str]:
        """Return the arguments of a method."""
        return {
            each.arg
            for method in self._methods()
            if method.name == name
            for each in ast.walk(method.args)
            if isinstance(each, ast.arg)
        }

    def _methods(self) -> Iterator[ast.FunctionDef]:
        return (each for each in self.node.body if isinstance(each, ast.FunctionDef))


def _classes(submission: Submission) -> list[_OwnClass]:
    return [_OwnClass(each) for each in submission.statements if isinstance(each, ast.ClassDef)]
