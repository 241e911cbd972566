"""Import rules as they hold at run time; import-linter holds the static ones."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

NEVER_IN_THE_APP = ("torch", "numpy", "PIL", "jedi", "matplotlib")


def _modules_after(program: str) -> set[str]:
    """Top-level modules loaded in a fresh interpreter after the program."""
    tail = "\nimport sys, json; print(json.dumps(sorted({m.split('.')[0] for m in sys.modules})))"
    done = subprocess.run(
        [sys.executable, "-c", program + tail], capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("argument", ["--help", "--version", "list --help", "grade --help"])
def test_help_and_version_import_nothing_heavy(argument: str) -> None:
    loaded = _modules_after(
        "from tutor.cli import main\n"
        f"try: main({argument.split()!r})\n"
        "except SystemExit as end: assert not end.code, end.code"
    )
    assert loaded & {"textual", "rich", "msgspec", *NEVER_IN_THE_APP} == set()


def test_the_version_alone_imports_nothing_of_ours() -> None:
    loaded = _modules_after("import tutor")
    assert loaded & {"textual", "click", "msgspec", *NEVER_IN_THE_APP} == set()


@pytest.mark.parametrize(
    "room", ["course.load", "grading.grade", "session.events", "client.client", "progress.fold"]
)
def test_the_lower_rooms_need_neither_textual_nor_torch(room: str) -> None:
    loaded = _modules_after(f"import tutor.{room}")
    assert loaded & {"textual", *NEVER_IN_THE_APP} == set()


def test_the_app_needs_no_torch() -> None:
    loaded = _modules_after("import tutor.ui.app")
    assert loaded & set(NEVER_IN_THE_APP) == set()


def test_the_static_rules_hold_for_every_module() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
