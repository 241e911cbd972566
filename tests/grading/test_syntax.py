"""What is no Python, as Python 3.11 itself finds it, and what a learner reads of it."""

from __future__ import annotations

import re

import pytest

from tutor.grading.errors import explain
from tutor.grading.explanations.syntax import ROWS
from tutor.wire.events import ErrorFacts

CASES = [
    # brackets
    ("x = f(\ny = 2", ["`(` in line 1 is never closed", "Put `)`"]),
    ("y = 1\nx = [1, 2\nz = 3", ["`[` in line 2", "Put `]`"]),
    ("x = f(1))", ["line 1", "an extra `)`"]),
    ("x = f(1]", ["`(` is closed with `]`", "here that is `)`"]),
    ("m = Sequential(Linear(1, 1) ReLU())", ["line 1", "nothing separates two values", "a comma"]),
    # colons and blocks
    ("for i in range(5)\n    pass", ["Line 1 needs a colon"]),
    ("def f(x)\n    return x", ["Line 1 needs a colon", "`def`"]),
    ("for (x, y) in pairs\n    pass", ["needs a colon"]),
    ("if x:\n    y = 1\nelse if z:\n    y = 2", ["line 3", "`elif`"]),
    ("if x:\n    y = 1\nelseif z:\n    y = 2", ["line 3", "`elif`"]),
    ("for (int i = 0; i < 5; i++) {\n}", ["another language", "`for i in range(5):`"]),
    ("while (x > 1) {\n    y()\n}", ["a brace", "begins with a colon"]),
    ("function f(x) {\n}", ["begins with `def`"]),
    ("try:\n    x = 1\ny = 2", ["`try` above line 3", "`except"]),
    # indentation
    ("for i in range(5):\nprint(i)", ["The `for` in line 1", "four spaces"]),
    ("def f():\n    # later\n\nx = 1", ["The `def` in line 1", "a comment alone"]),
    ("class C:\nx = 1", ["The `class` in line 1"]),
    ("x = 1\n    y = 2", ["Line 2 is indented", "Align it with that line"]),
    ("  x = 1\ny = 2", ["Line 1 begins with spaces"]),
    ("if x:\n    y = 1\n  z = 2", ["The indentation of line 3 matches no block above it"]),
    ("if x:\n    if y:\n\tz = 2", ["tabs", "four spaces"]),
    # quotes
    ('print("loss)', ["text in line 1 has no closing quote"]),
    ("x = 'it's'", ["A `'` inside a text ends it"]),
    ('x = """abc\ny', ["three quotes"]),
    ('x = f"{1 + }"', ["braces of the f-string"]),
    ("print(“hello”)", ["the character “", 'a plain `"`']),
    ("x = 2 − 1", ["the character −", "a plain `-`"]),
    ("x = 2 ∑ 1", ["the character ∑", "Type it again"]),
    ("x\u200b = 1", ["an invisible character (U+200B)"]),
    # equal signs
    ("if x = 3:\n    pass", ["line 1", "`=` stores", "write `==`"]),
    ("print(x.y = 3)", ["`=` stores"]),
    ("for 3 in x:\n    y = 1", ["Line 1 has a text or a number where a value is stored"]),
    ("if x:\n    y = 1\nfor z in x:\n        y = 2\n    y = 3", ["matches no block above it"]),
    ("def f(x) return x", ["Line 1 needs a colon", "in front of its block"]),
    ("f() = 3", ["Line 1 has a function call where a value is stored"]),
    ("True = 3", ["`True` of Python's own"]),
    ("3 = x", ["a text or a number"]),
    ("x + 1 = 3", ["an expression"]),
    ("input-tensor = 3", ["`input-tensor` is not a name", "Write `input_tensor`"]),
    ("x => 3", ["`=>` does not belong there"]),
    ("x := 3", ["`:=` does not belong there"]),
    # names, numbers, operators
    ("lambda = 0.1", ["`lambda` is a keyword of Python", "`lambda_`"]),
    ("def class(x):\n    pass", ["`class` is a keyword of Python"]),
    ("x = 2y", ["a number runs into letters", "`2 * x`"]),
    ("x = 007", ["begins with 0"]),
    ("x++", ["no `++`", "`x += 1`"]),
    ("if x && y:\n    pass", ["no `&&`", "`and`"]),
    ("x = 1 +", ["ends with `+`"]),
    ("from torch import", ["ends with `import`"]),
    ("x = 1 \\ \ny = 2", ["after a `\\`"]),
    # calls and functions
    ('print "loss"', ['`print("loss")`']),
    ('exec "x = 1"', ["`exec(…)`"]),
    ("f(dim=1, x)", ["(`dim=1`) have to come after"]),
    ("def f(x=1, y):\n    pass", ["(`x=1`) have to come after"]),
    ("f(a=1, a=2)", ["argument `a` appears twice"]),
    ("def f(a, a):\n    pass", ["argument `a` appears twice"]),
    ("return 1", ["`return` in line 1 is not inside a function"]),
    ("break", ["`break` in line 1 is outside of any loop"]),
    ("x = 1 if y", ["needs an `else`"]),
    ('x = {"a": 1, "b" 2}', ["`key: value`"]),
    ("def f():\n    x = 1\n    global x", ["`global x` has to be the first line"]),
    # what comes with copied code
    (">>> x = 1", ["interactive session"]),
    ("```python\nx = 1\n```", ["three marks"]),
    ("!pip install torch", ["begins with `!`", "a notebook"]),
    ("x = 1\ny = \0", ["Line 2 has a null byte", "Type the line again"]),
    # and all else
    ("I think it is 0.9", ["stuck at `think` in line 1.", "`#` in front"]),
    ("x = 3 4", ["stuck at `4` in line 1."]),
    ("x = 1\ny = 0.5 0.75", ["stuck at `0.75` in line 2."]),
    ("x = 1,,2", ["stuck at `,` in line 1."]),
    ("x = $5", ["stuck at `$` in line 1."]),
]


def facts(source: str) -> ErrorFacts:
    try:
        compile(source, "exercise.py", "exec")
    except SyntaxError as error:
        lines = source.split("\n")
        line = error.lineno or next(n for n, text in enumerate(lines, 1) if "\0" in text)
        text = lines[line - 1] if line <= len(lines) else ""
        return ErrorFacts(
            type(error).__name__, error.msg, line=line, column=error.offset, source_line=text
        )
    raise AssertionError(f"this is Python: {source}")


@pytest.mark.parametrize(("source", "said"), CASES)
def test_what_is_no_python(source: str, said: list[str]) -> None:
    explanation = explain(facts(source))
    assert explanation is not None
    assert explanation.slug == "syntax-error"
    for words in said:
        assert words in explanation.message
    assert not re.search(r"\{(?!loss)\w*\}|\bNone\b", explanation.message)
    assert "line" in explanation.message.lower() or "three quotes" in explanation.message


def test_every_row_is_reached() -> None:
    def first(source: str) -> int:
        error = facts(source)
        text = f"{error.type_name}: {error.message}\n{error.source_line}"
        return next(i for i, row in enumerate(ROWS) if re.search(row.pattern, text, re.DOTALL))

    reached = {first(source) for source, _ in CASES}
    # Python 3.11 says it more exactly; other versions may not.
    reached |= {i for i, row in enumerate(ROWS) if row.pattern == "expected an indented block"}
    assert [row.pattern for i, row in enumerate(ROWS) if i not in reached] == []
