"""A class stands by itself: it is no slice of another one, and few know the large ones."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "tutor").rglob("*.py"))

OF_TEXTUAL = {
    "tutor/ui/widgets/ascii_filter.py": "Verbatim goes before a widget, and may not be one itself",
    "tutor/ui/widgets/row_refresh.py": "RowRefresh goes before a widget, and may not be one itself",
}
"""Files whose mixins stand on public members of Textual's widgets, and why they need another base
for the types than when they run."""

DATA = (
    *("Struct", "Protocol", "NamedTuple", "Stamped", "StepHeader", "StepBase", "QuestionStep"),
    *("CheckedStep", "TypedDict", "StateEvent"),
    *("LessonOutline", "CourseOutline", "Traits"),
)
"""Bases of classes that list what they hold."""

KNOWN_BY = {
    "TutorSession": {
        "tutor/session/core.py",
        *("tutor/ui/screens/lesson.py", "tutor/ui/app.py"),
        *("tutor/plain/desk.py", "tutor/plain/main_thread.py"),
        "tutor/watch/watch_command.py",
    },
    "LessonScreen": {
        *("tutor/ui/app.py", "tutor/ui/screens/lesson.py"),
        *("tutor/ui/screens/start.py", "tutor/ui/screens/look_back.py"),
        *("tutor/ui/screens/all_commands.py", "tutor/ui/screens/answer_commands.py"),
        *("tutor/ui/screens/help_pages.py", "tutor/ui/screens/outside_programs.py"),
        *("tutor/ui/screens/screen_commands.py", "tutor/ui/screens/step_pages.py"),
        "tutor/ui/screens/screen_commands.py",
        *("tutor/ui/screens/late.py", "tutor/ui/screens/pictures_shown.py"),
    },
    "TutorApp": {"tutor/ui/app.py", "tutor/ui/launch.py"},
}
"""Who may name the class: everybody else is given what it needs of it."""


def slices_in(source: str) -> list[str]:
    """What makes a class of the source a part of another one, that is not there."""
    tree = ast.parse(source)
    return [*_conditional_bases(tree), *_declared_of_others(tree)]


def _conditional_bases(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test) and node.orelse:
            yield f"line {node.lineno}: another base when it runs"


def _declared_of_others(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.ClassDef):
            continue
        bases = " ".join(map(ast.unparse, node.bases))
        is_data = any(base in bases for base in DATA) or bool(node.decorator_list)
        for part in node.body:
            if isinstance(part, ast.If):
                yield f"line {part.lineno}: members for the types alone"
            if isinstance(part, ast.AnnAssign) and part.value is None and not is_data:
                yield f"line {part.lineno}: {ast.unparse(part.target)} is made elsewhere"


def names_in(source: str) -> set[str]:
    """All names that the code uses."""
    nodes = ast.walk(ast.parse(source))
    return {node.id for node in nodes if isinstance(node, ast.Name)}


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_no_class_is_a_slice_of_another() -> None:
    slices = {_name(path): slices_in(path.read_text()) for path in SOURCES}
    assert {name: len(found) for name, found in slices.items() if found} == dict.fromkeys(
        OF_TEXTUAL, 1
    )


@pytest.mark.parametrize(
    "source",
    [
        "if TYPE_CHECKING:\n    Base = Screen\nelse:\n    Base = object",
        "class Slice:\n    if TYPE_CHECKING:\n        def tell(self): ...",
        "class Slice:\n    workspace: Workspace | None",
    ],
)
def test_each_form_of_a_slice_is_seen(source: str) -> None:
    assert len(slices_in(source)) == 1


def test_what_a_class_holds_may_be_listed() -> None:
    assert slices_in("class Row(Struct, frozen=True):\n    name: str") == []
    assert slices_in("@dataclass\nclass Row:\n    name: str") == []
    assert slices_in("class Pane:\n    name = ''\n    size: int = 0") == []


@pytest.mark.parametrize("name", KNOWN_BY)
def test_few_know_the_large_classes(name: str) -> None:
    texts = {_name(path): path.read_text() for path in SOURCES}
    knowing = {file for file, text in texts.items() if name in text and name in names_in(text)}
    assert knowing <= KNOWN_BY[name]
    assert name in names_in(f"def take(given: {name}) -> None: ...")


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("LessonScreen", "screens/lesson.py"),
        ("Workspace", "screens/workspace.py"),
        ("CodePane", "panes/code.py"),
    ],
)
def test_the_large_widgets_stay_small(name: str, file: str) -> None:
    """Commands are functions beside them; what panes ask for is heard by the widget it is for."""
    tree = ast.parse((ROOT / "tutor/ui" / file).read_text())
    (widget,) = (node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name)
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    assert sum(isinstance(node, functions) for node in widget.body) <= 25
