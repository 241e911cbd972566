"""A lesson's answers as a file: a program in cells, a notebook, or a page of Markdown. Pure.

All three hold the same code in the same order. A notebook is plain JSON of the format 4.5, so it
needs no package of Jupyter. The code of each step begins with a mark, by which `nntutor import`
finds the answer again. A notebook has the mark twice, since tools drop the one or the other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping

from tutor.progress.lesson_script import LessonScript, ScriptPart

MARK = "# nntutor: "
"""Prefix of a line that marks the code of a step; the id of the step follows."""
OWN = ", your code"
"""Suffix of such a line if the code below it is the learner's."""
END = ", end"
"""Suffix of a line below the code, used if a line of the code would begin a cell."""
BORDER = re.compile(r"# ?%%(?P<title>.*)|# In ?\[[ \d]*\]:\s*")
"""A line that begins a cell in a program, as written by editors, or by Jupyter's export."""

ACCEPTED = "This answer was accepted."
OPEN = "This is not answered yet."

_CELL = re.compile(r"[^A-Za-z0-9_-]")
_MAX_ID = 64
"""Maximum characters of a cell's id in the format of notebooks."""
_EXAMPLE = re.compile(r"^( {0,3}`{3,})python\b", re.MULTILINE)
_FENCE = re.compile(r"^ {0,3}(`{3,})", re.MULTILINE)


def as_program(script: LessonScript) -> bytes:
    """Return a Python program in UTF-8; `# %%` begins a cell, as editors know it."""
    lines = [*_comments(_head(script)), *script.future]
    for part in script.parts:
        if not part.step:
            lines += ["", part.code] if part.code else []
            continue
        lines += ["", ""]
        if part.task:
            lines += ["# %% [markdown]", *_comments(_told(part))]
        if not part.code:
            continue
        lines += [*[""] * bool(part.task), f"# %% {part.heading}", _marked(part)]
        if any(map(BORDER.fullmatch, part.code.split("\n"))):
            lines.append(f"{MARK}{part.step}{END}")
    return ("\n".join(lines).rstrip("\n") + "\n").encode("utf-8", "replace")


def as_markdown(script: LessonScript) -> bytes:
    """Return a page of Markdown in UTF-8, with the code in fences.

    No other fence is marked as Python: programs that run a page would run examples, too.
    """
    blocks = [f"# {script.title}", *_head(script)[1:]]
    if script.future:
        blocks.append(_fenced("\n".join(script.future)))
    for part in script.parts:
        blocks += [_EXAMPLE.sub(r"\1text", paragraph) for paragraph in _told(part)]
        if part.code:
            blocks.append(_fenced(_marked(part) if part.step else part.code))
    return ("\n\n".join(blocks) + "\n").encode("utf-8", "replace")


def as_notebook(script: LessonScript) -> bytes:
    """Return a notebook in UTF-8."""
    notebook = {
        "cells": list(_cells(script)),
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n"


FORMATS: Mapping[str, Callable[[LessonScript], bytes]] = {
    ".py": as_program,
    ".ipynb": as_notebook,
    ".md": as_markdown,
}
"""Function that makes a file, by the suffix of its name."""


def _head(script: LessonScript) -> list[str]:
    return [script.title, *(f"Needs in its folder: {name}" for name in script.needed)]


def _told(part: ScriptPart) -> list[str]:
    """Return the paragraphs above the code of a step."""
    if not part.step:
        return []
    state = (ACCEPTED if part.answered else OPEN) if part.code else ""
    return [f"## {part.heading}", *filter(None, [part.task.strip("\n"), state])]


def _marked(part: ScriptPart) -> str:
    own = f"{MARK}{part.step}{OWN}\n{part.code}"
    return f"{MARK}{part.step}\n{part.above}\n\n{own}" if part.above else own


def _comments(paragraphs: list[str]) -> Iterator[str]:
    for number, paragraph in enumerate(paragraphs):
        if number and not paragraph.startswith("Needs"):
            yield "#"
        for line in paragraph.split("\n"):
            yield f"# {line}".rstrip()


def _cells(script: LessonScript) -> Iterator[dict[str, object]]:
    yield _cell("markdown", "title", "\n\n".join((f"# {script.title}", *_head(script)[1:])))
    if script.future:
        yield _cell("code", "future", "\n".join(script.future))
    for part in script.parts:
        if not part.step:
            if part.code:
                yield _cell("code", "imports", part.code)
            continue
        yield _cell("markdown", f"{part.step}-task", "\n\n".join(_told(part)))
        if not part.code:
            continue
        metadata = {"nntutor": part.step}
        yield _cell("code", f"{part.step}-answer", _marked(part), metadata)


def _cell(
    kind: str, name: str, source: str, metadata: Mapping[str, str] | None = None
) -> dict[str, object]:
    cell: dict[str, object] = {
        "cell_type": kind,
        "id": _CELL.sub("-", name)[-_MAX_ID:],
        "metadata": dict(metadata or {}),
        "source": source.splitlines(keepends=True),
    }
    return cell if kind == "markdown" else cell | {"execution_count": None, "outputs": []}


def _fenced(code: str) -> str:
    longest = max((len(fence) for fence in _FENCE.findall(code)), default=2)
    fence = "`" * max(3, longest + 1)
    return f"{fence}python\n{code}\n{fence}"
