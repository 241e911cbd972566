"""One name stands for one thing: no two modules or public classes share one, unless they mirror."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "tutor").rglob("*.py"))

MIRRORED_MODULES = {
    "late": "each room has one module of imports that wait until something is used",
    "commands": "what a worker is asked for, and what a learner asks a session for",
    "kinds": "each room has a row for each kind of step",
    "events": "what happens in the worker, and what happens in a session",
}
"""Names of several modules, and what makes them the same thing seen from several rooms."""

MIRRORED_CLASSES = {
    "HintShown": "an event of the session, and the line of the journal that it makes",
    "SolutionShown": "an event of the session, and the line of the journal that it makes",
}

MIRRORING_FOLDERS = ("tutor/ui/panes", "tutor/grading/explanations")
"""Folders whose modules are named after what they show or explain, wherever that is made."""


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def modules_of_one_name(paths: list[str]) -> dict[str, list[str]]:
    """Return the files that share a name, by that name."""
    found = defaultdict(list)
    for path in paths:
        folder, _, file = path.rpartition("/")
        if not file.startswith("__") and folder not in MIRRORING_FOLDERS:
            found[file].append(path)
    return {file: same for file, same in found.items() if len(same) > 1}


def classes_of_one_name(sources: dict[str, str]) -> dict[str, list[str]]:
    """Return the files that define a public class of the same name, by that name."""
    found = defaultdict(list)
    for path, source in sources.items():
        for node in ast.parse(source).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(path)
    return {name: same for name, same in found.items() if len(same) > 1}


def test_no_two_modules_have_one_name() -> None:
    found = modules_of_one_name([_name(path) for path in SOURCES])
    assert {file.removesuffix(".py") for file in found} == set(MIRRORED_MODULES), (
        f"{found}: as a pattern, the rules of one kind are `predict_rules` in course and "
        "`question_rules` in authoring"
    )


def test_no_two_classes_have_one_name() -> None:
    found = classes_of_one_name({_name(path): path.read_text() for path in SOURCES})
    assert set(found) == set(MIRRORED_CLASSES), found


def test_a_name_that_is_taken_twice_is_seen() -> None:
    paths = ["tutor/a/values.py", "tutor/b/values.py", "tutor/a/__init__.py", "tutor/b/__init__.py"]
    assert modules_of_one_name(paths) == {"values.py": paths[:2]}
    assert modules_of_one_name(["tutor/a/quiz.py", "tutor/ui/panes/quiz.py"]) == {}
    sources = {"a.py": "class Run: ...\nclass _Own: ...", "b.py": "class Run: ...\nclass _Own: ..."}
    assert classes_of_one_name(sources) == {"Run": ["a.py", "b.py"]}
