"""Rules of the house: lengths of functions, docstrings of files, no forbidden words."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "tutor").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))

MAX_FUNCTION = 50

Function = ast.FunctionDef | ast.AsyncFunctionDef


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _functions(path: Path) -> Iterator[tuple[str, int]]:
    """Name and lines of code of each function, its docstring not counted."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, Function):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if ast.get_docstring(node) is not None:
                first = node.body[0]
                lines -= (first.end_lineno or first.lineno) - first.lineno + 1
            yield f"{_name(path)}:{node.lineno} {node.name}", lines


def test_files_say_what_they_are_for() -> None:
    texts = {_name(path): path.read_text() for path in SOURCES}
    silent = [
        name for name, text in texts.items() if text and not ast.get_docstring(ast.parse(text))
    ]
    assert silent == []


def test_functions_are_short() -> None:
    lengths = {name: lines for path in SOURCES for name, lines in _functions(path)}
    assert {name: n for name, n in lengths.items() if n > MAX_FUNCTION} == {}


def _waits_on_the_clock(node: ast.AST) -> bool:
    """A sleep, or a pilot's pause of a fixed length. Programs in texts may sleep, and the handle of
    a run takes the number of a pause."""
    if not isinstance(node, ast.Call):
        return False
    function = node.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    of_a_run = ast.unparse(function).endswith("handle.pause")
    return name == "sleep" or (name == "pause" and bool(node.args) and not of_a_run)


def test_tests_wait_on_conditions() -> None:
    found = [
        f"{_name(path)}:{getattr(node, 'lineno', 0)}"
        for path in TESTS
        if "support" not in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if _waits_on_the_clock(node)
    ]
    assert found == []


def test_nothing_is_left_to_do() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")
    found = [_name(path) for path in SOURCES if marks.search(path.read_text())]
    assert found == []


def test_the_project_speaks_of_itself_alone() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
    foreign = re.compile(
        "|".join(["/wor" + "k/", r"\.\./shar" + "ed", "pythonhos" + "ted", "pypi" + r"\.org"])
    )
    found = []
    for name in tracked:
        path = ROOT / name
        if path.suffix in {".py", ".md", ".toml", ".tcss", ".sh", ".yml"} and path.exists():
            found += [name] * bool(foreign.search(path.read_text()))
    assert found == []


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_documents_name_files_that_exist(document: str) -> None:
    named = re.findall(
        r"`((?:tutor|lessons|tests|images|bench)/[\w./-]+)`", (ROOT / document).read_text()
    )
    assert [name for name in named if not (ROOT / name).exists()] == []
    if document == "CONTRIBUTING.md":
        assert named
