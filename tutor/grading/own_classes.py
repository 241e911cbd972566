"""Explain errors caused by a class of the learner's own.

`fc = …` in `__init__` is gone when `forward` runs; `self.fc = …` is not. And Python calls
`__init__`, never `_init_`. The error itself names neither, so it must be found in the class.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from msgspec import Struct

from tutor.course.code import names_stored
from tutor.grading.missed_answer import Diagnosis
from tutor.grading.submission import Submission
from tutor.wire.events import ErrorFacts

_UNDEFINED = re.compile(r"name '(\w+)' is not defined")
_NO_ATTRIBUTE = re.compile(r"'(\w+)' object has no attribute '(\w+)'")

_SPECIAL = {
    "init": (
        "__init__",
        r"'(\w+)' object has no attribute '\w+'"
        r"|(\w+)\(\) takes no arguments"
        r"|(\w+)\.__init__\(\) takes 1 positional argument but",
        "when an object is made",
    ),
    "len": ("__len__", r"object of type '(\w+)' has no len\(\)", "for `len(…)`"),
    "getitem": (
        "__getitem__",
        r"'(\w+)' object is not subscriptable|should implement __getitem__()",
        "for square brackets",
    ),
    "call": ("__call__", r"'(\w+)' object is not callable", "for parentheses after an object"),
}
"""Methods that Python calls by itself, without their underscores.

With the errors that occur if a class lacks one, and when Python looks for it."""
_SLIPS = {"int": "init", "inti": "init", "innit": "init", "get_item": "getitem"}
"""Misspellings of these that are no plausible method names."""


def find_class_mistake(submission: Submission, error: ErrorFacts) -> Diagnosis | None:
    """Diagnose an error by the class of the learner's own that it comes from; else None."""
    return find_misspelt_method(submission, error) or find_forgotten_self(submission, error)


def find_misspelt_method(submission: Submission, error: ErrorFacts) -> Diagnosis | None:
    """Diagnose a misspelt method that Python should call by itself."""
    for own in _classes(submission):
        for method in own.methods():
            bare = method.name.strip("_")
            name, pattern, when = _SPECIAL.get(_SLIPS.get(bare, bare), ("", "", ""))
            match = re.search(pattern, error.message) if name else None
            if match is None or method.name == name or own.has_method(name):
                continue
            if (match.group(match.lastindex or 0) or own.node.name) != own.node.name:
                continue
            message = (
                f"`{own.node.name}` has a method `{method.name}`; the one that Python looks for "
                f"{when} is `{name}`, with two underscores on each side."
            )
            return Diagnosis("misspelt-method", message, method.lineno)
    return None


def find_forgotten_self(submission: Submission, error: ErrorFacts) -> Diagnosis | None:
    """Diagnose a name that another method bound without storing it in the object; else None.

    So `self.` is missing in front of it on one side, or on both.
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
            f"`{name}` exists only as part of the object. Inside a method, write `self.{name}`."
        )
        return Diagnosis("undefined-name", message, line)
    method = own.binding(name)
    if method is None:
        return None
    message = (
        f"`{name}` does not exist here. `{method}` stores it in a local name, which is gone after "
        f"that call. Store it in the object: `self.{name} = …` there, and `self.{name}` here."
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
                f"{start} `{name} = …` in `{method}` stores it in a local name, which is gone "
                f"after that call. Store it in the object: `self.{name} = …`."
            )
            return Diagnosis("wrong-attribute-name", message, line)
        if name in own.arguments("__init__"):
            message = (
                f"{start} `__init__` takes `{name}`, but does not store it. Write `self.{name} = "
                f"{name}` there."
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
        for method in self.methods():
            if any(name in names_stored(statement) for statement in method.body):
                return method.name
        return None

    def arguments(self, name: str) -> set[str]:
        """Return the arguments of a method."""
        return {
            each.arg
            for method in self.methods()
            if method.name == name
            for each in ast.walk(method.args)
            if isinstance(each, ast.arg)
        }

    def has_method(self, name: str) -> bool:
        """Return True if the class itself defines that method."""
        return any(method.name == name for method in self.methods())

    def methods(self) -> Iterator[ast.FunctionDef]:
        """Yield the methods that the class itself defines."""
        return (each for each in self.node.body if isinstance(each, ast.FunctionDef))


def _classes(submission: Submission) -> list[_OwnClass]:
    return [_OwnClass(each) for each in submission.statements if isinstance(each, ast.ClassDef)]
