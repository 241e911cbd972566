"""Names that one method of a class bound, and another one misses."""

from __future__ import annotations

import ast

import pytest

from tutor.grading.own_classes import find_class_mistake, find_forgotten_self
from tutor.grading.submission import Submission
from tutor.wire.events import ErrorFacts

CLASS = """\
class Net:
    def __init__(self, size):
        {first}

    def forward(self, x):
        return {second}
"""


def said(first: str, second: str, type_name: str, message: str) -> str | None:
    source = CLASS.format(first=first, second=second)
    submission = Submission(source, tuple(ast.parse(source).body))
    diagnosis = find_forgotten_self(submission, ErrorFacts(type_name, message, line=6))
    return None if diagnosis is None else diagnosis.message


@pytest.mark.parametrize(
    ("first", "second", "message", "told"),
    [
        ("fc = 1", "fc", "name 'fc' is not defined", "`self.fc = …` there, and `self.fc` here"),
        ("self.fc = 1", "fc", "name 'fc' is not defined", "write `self.fc`"),
        ("pass", "fc", "name 'fc' is not defined", None),
        ("fc = 1", "fc", "name 'other' is not defined", None),
    ],
)
def test_a_name_that_does_not_exist_in_a_method(
    first: str, second: str, message: str, told: str | None
) -> None:
    found = said(first, second, "NameError", message)
    assert (found is None) == (told is None)
    assert (told or "") in (found or "")


@pytest.mark.parametrize(
    ("first", "name", "told"),
    [
        ("fc = 1", "fc", "`fc = …` in `__init__` stores it in a local name"),
        ("pass", "size", "Write `self.size = size` there"),
        ("self.fc = 1", "fc", None),
        ("pass", "fc", None),
    ],
)
def test_an_attribute_that_an_object_of_that_class_lacks(
    first: str, name: str, told: str | None
) -> None:
    message = f"'Net' object has no attribute '{name}'"
    found = said(first, f"self.{name}", "AttributeError", message)
    assert (found is None) == (told is None)
    assert (told or "") in (found or "")


@pytest.mark.parametrize(
    ("type_name", "message"),
    [
        ("AttributeError", "'Other' object has no attribute 'fc'"),
        ("AttributeError", "module 'torch' has no attribute 'fc'"),
        ("TypeError", "name 'fc' is not defined"),
    ],
)
def test_other_errors_are_left_to_others(type_name: str, message: str) -> None:
    assert said("fc = 1", "fc", type_name, message) is None


def test_a_name_outside_of_the_class_is_not_its_own() -> None:
    source = CLASS.format(first="fc = 1", second="x") + "print(fc)\n"
    submission = Submission(source, tuple(ast.parse(source).body))
    error = ErrorFacts("NameError", "name 'fc' is not defined", line=7)
    assert find_forgotten_self(submission, error) is None


PENGUINS = """\
class Penguins:
    def {method}(self, table):
        self.table = table
"""


@pytest.mark.parametrize(
    ("method", "type_name", "message", "asked"),
    [
        ("_init_", "TypeError", "Penguins() takes no arguments", "__init__"),
        ("__int__", "TypeError", "Penguins() takes no arguments", "__init__"),
        ("init", "AttributeError", "'Penguins' object has no attribute 'table'", "__init__"),
        (
            "_init_",
            "TypeError",
            "Penguins.__init__() takes 1 positional argument but 2 were given",
            "__init__",
        ),
        ("_len_", "TypeError", "object of type 'Penguins' has no len()", "__len__"),
        ("getitem", "TypeError", "'Penguins' object is not subscriptable", "__getitem__"),
        (
            "_getitem_",
            "NotImplementedError",
            "Subclasses of Dataset should implement __getitem__.",
            "__getitem__",
        ),
        ("_call_", "TypeError", "'Penguins' object is not callable", "__call__"),
    ],
)
def test_a_method_that_python_does_not_know_by_its_name(
    method: str, type_name: str, message: str, asked: str
) -> None:
    source = PENGUINS.format(method=method)
    submission = Submission(source, tuple(ast.parse(source).body))
    diagnosis = find_class_mistake(submission, ErrorFacts(type_name, message, line=9))
    assert diagnosis is not None
    assert diagnosis.slug == "misspelt-method"
    assert diagnosis.line == 2
    assert f"`{method}`" in diagnosis.message
    assert f"`{asked}`" in diagnosis.message


@pytest.mark.parametrize(
    ("method", "message"),
    [
        ("__len__", "object of type 'Penguins' has no len()"),
        ("_len_", "object of type 'Seals' has no len()"),
        ("_len_", "'Penguins' object is not subscriptable"),
        ("length", "object of type 'Penguins' has no len()"),
    ],
)
def test_a_method_that_is_not_to_blame(method: str, message: str) -> None:
    source = PENGUINS.format(method=method)
    submission = Submission(source, tuple(ast.parse(source).body))
    assert find_class_mistake(submission, ErrorFacts("TypeError", message, line=9)) is None
