"""The files that a lesson's answers are written to, whatever stands in them."""

from __future__ import annotations

import json

from tutor.progress.lesson_script import LessonScript, ScriptPart
from tutor.progress.script_formats import as_markdown, as_notebook, as_program

TASK = "Store the area.\n\n- as `area`"
SCRIPT = LessonScript(
    "First",
    (
        ScriptPart("import math"),
        ScriptPart("area = side**2", "side = 3", "square", "A square", TASK),
        ScriptPart("# x = ...", "# Not yet", "open.step", "Later", answered=False),
    ),
    ("from __future__ import annotations",),
    (("sides.txt", b"3"),),
    ("sides.txt",),
    ("Later",),
)


def test_a_program_in_cells() -> None:
    assert (
        as_program(SCRIPT).decode()
        == """\
# First
# Needs in its folder: sides.txt
from __future__ import annotations

import math


# %% [markdown]
# ## A square
#
# Store the area.
#
# - as `area`
#
# This answer was accepted.

# %% A square
# nntutor: square
side = 3

# nntutor: square, your code
area = side**2


# %% Later
# nntutor: open.step
# Not yet

# nntutor: open.step, your code
# x = ...
"""
    )


def test_a_page() -> None:
    assert (
        as_markdown(SCRIPT).decode()
        == """\
# First

Needs in its folder: sides.txt

```python
from __future__ import annotations
```

```python
import math
```

## A square

Store the area.

- as `area`

This answer was accepted.

```python
# nntutor: square
side = 3

# nntutor: square, your code
area = side**2
```

## Later

This is not answered yet.

```python
# nntutor: open.step
# Not yet

# nntutor: open.step, your code
# x = ...
```
"""
    )


def test_a_notebook_marks_an_answer_twice() -> None:
    notebook = json.loads(as_notebook(SCRIPT))
    assert [cell["id"] for cell in notebook["cells"]] == [
        "title",
        "future",
        "imports",
        "square-task",
        "square-answer",
        "open-step-task",
        "open-step-answer",
    ]
    answer = notebook["cells"][4]
    assert answer["metadata"] == {"nntutor": "square"}
    assert "".join(answer["source"]).startswith("# nntutor: square\nside = 3\n")
    assert (answer["outputs"], answer["execution_count"]) == ([], None)


def test_fences_in_an_answer_end_no_fence() -> None:
    code = 'text = """\n```python\n```\n"""'
    page = as_markdown(LessonScript("T", (ScriptPart(code, step="s", heading="S"),))).decode()
    assert f"````python\n# nntutor: s, your code\n{code}\n````" in page


def test_an_example_of_a_task_is_no_code_of_the_page() -> None:
    part = ScriptPart("y = 1", "", "s", "S", "Such as:\n\n```python\ny = ...\n```")
    page = as_markdown(LessonScript("T", (part,))).decode()
    assert page.count("```python") == 1
    assert "```text\ny = ...\n```" in page


def test_what_cannot_be_encoded_is_written_all_the_same() -> None:
    script = LessonScript("T", (ScriptPart("x = '\ud800'\u2028", "", "s", "S"),))
    assert b"x = '?'" in as_program(script)
    assert b"x = '?'" in as_markdown(script)
    assert "".join(json.loads(as_notebook(script))["cells"][2]["source"]).startswith("# nntutor: s")
