"""The code of a question goes from one process to another, and back to none but this Python."""

from __future__ import annotations

import warnings

import pytest

from tutor.wire.commands import Question
from tutor.wire.question_code import (
    QUESTION_FILE,
    asked,
    compile_question,
    question_bytes,
    read_question,
)

EXPRESSION = "\n[x for x in given\n] + [1]  # and more\n"


def test_what_is_read_is_what_was_compiled() -> None:
    code = read_question(question_bytes(EXPRESSION))
    assert code == compile_question(EXPRESSION)
    assert code is not None
    assert code.co_filename == QUESTION_FILE
    assert eval(code, {"given": (3, 2)}) == [3, 2, 1]


@pytest.mark.parametrize("expression", ["x +", "x)", "\0", "\ud800"])
def test_what_cannot_be_compiled_is_left_to_who_is_asked(expression: str) -> None:
    assert read_question(question_bytes(expression)) is None


def test_of_a_doubtful_expression_nothing_is_said_here() -> None:
    with warnings.catch_warnings(record=True) as said:
        assert read_question(question_bytes("x is 1")) is not None
    assert said == []


@pytest.mark.parametrize("data", [b"", b"\0" * 40, question_bytes("x")[1:]])
def test_code_of_another_python_is_not_read(data: bytes) -> None:
    assert read_question(data) is None


def test_each_question_is_asked_with_its_code() -> None:
    ask = asked((Question("x"), Question("x +")))
    assert ask.questions == (Question("x"), Question("x +"))
    assert ask.codes == (question_bytes("x"), b"")
