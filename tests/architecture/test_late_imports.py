"""Imports stand at the top of a file; those that must wait are in the `late.py` of their room."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = [path for path in sorted((ROOT / "tutor").rglob("*.py")) if path.name != "late.py"]

ALLOWED = {
    "tutor/authoring/batch/dask_clusters.py": "dask_jobqueue is optional beside Dask",
    "tutor/authoring/batch/dask_jobs.py": "importing dask_jobqueue takes over Ctrl+C",
    "tutor/node/__main__.py": "libraries may write to the streams before they are moved",
    "tutor/paths.py": "a node imports it, and needs no library",
    "tutor/plain/keyboard.py": "readline is optional",
    "tutor/progress/entries.py": "hashlib takes 6 ms, and no start needs it",
    "tutor/progress/fold.py": "only for a damaged journal",
    "tutor/ui/keys.py": "`nntutor watch` names keys without Textual",
    "tutor/ui/launch.py": "Textual reads the environment when it is imported",
    "tutor/ui/terminal/cell_diff.py": "the layer of the terminal knows nothing above it",
    "tutor/worker/engine.py": "torch reads the environment when it is imported",
    "tutor/worker/formulas.py": "a question about documentation is rare, and forks share the rest",
}
"""Files that import in functions all the same, and why."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def late_imports(source: str) -> Iterator[int]:
    """The lines of imports in functions that are no commands: a command imports what it runs."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, Function) and not _is_command(node):
            imports = (ast.Import, ast.ImportFrom)
            yield from (each.lineno for each in ast.walk(node) if isinstance(each, imports))


def _is_command(node: Function) -> bool:
    calls = (each.func for each in node.decorator_list if isinstance(each, ast.Call))
    return any(isinstance(call, ast.Attribute) and call.attr == "command" for call in calls)


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n    import random",
        "class A:\n    async def f(self):\n        if self:\n            from a import b",
        "def f():\n    def g():\n        from a import b",
        "@cache\ndef f():\n    from a import b",
    ],
)
def test_a_late_import_is_seen(source: str) -> None:
    assert list(late_imports(source))


@pytest.mark.parametrize(
    "source",
    [
        "import random",
        "if TYPE_CHECKING:\n    from a import b",
        "@click.command('x')\ndef f():\n    from a import b",
    ],
)
def test_other_imports_are_none(source: str) -> None:
    assert not list(late_imports(source))


def test_only_one_module_of_a_room_imports_late() -> None:
    found = {
        str(path.relative_to(ROOT)) for path in MODULES if list(late_imports(path.read_text()))
    }
    assert found == set(ALLOWED)
