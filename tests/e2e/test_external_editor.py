"""F3 hands a real terminal to the learner's own editor, and takes it back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.conftest import Start, open_code

pytestmark = [pytest.mark.e2e, pytest.mark.process, pytest.mark.xdist_group("terminal")]

SHOWN = ("A score into", "[2 Code]", "F1 Help")


def test_a_line_written_in_the_editor_is_in_the_buffer(start: Start, tmp_path: Path) -> None:
    script = tmp_path / "my-editor"
    script.write_text(
        "#!/bin/sh\n"
        "echo THE EDITOR IS HERE\n"
        "read line\n"
        'echo "added = \'$line\'" >> "$1"\n'
    )  # fmt: skip
    script.chmod(0o755)
    terminal = start("open", "sigmoid", environment={"EDITOR": str(script)})
    terminal.wait_for("F6 Pane", "ready")
    open_code(terminal, "sigmoid = ...")
    terminal.press("z", "z")
    terminal.wait_for("zz")
    terminal.press("f3")
    terminal.wait_for("THE EDITOR IS HERE")
    assert terminal.was_restored()
    terminal.write("Enter is typed as in a shell\n")
    terminal.wait_for(*SHOWN, "zz", "added = 'Enter is typed as in a shell'", "my-editor")
    terminal.press("y")
    terminal.wait_for("zzy")
    terminal.press("ctrl+q")
    assert terminal.wait_for_end() == 0
    assert terminal.was_restored()


def test_ctrl_c_in_the_editor_ends_the_editor_alone(start: Start, tmp_path: Path) -> None:
    script = tmp_path / "my-editor"
    script.write_text("#!/bin/sh\necho THE EDITOR IS HERE\nread line\n")
    script.chmod(0o755)
    terminal = start("open", "sigmoid", environment={"EDITOR": str(script)})
    terminal.wait_for("F6 Pane", "ready")
    open_code(terminal, "sigmoid = ...")
    terminal.press("z", "z")
    terminal.wait_for("zz")
    terminal.press("f3")
    terminal.wait_for("THE EDITOR IS HERE")
    terminal.press("ctrl+c")
    terminal.wait_for(*SHOWN, "my-editor failed", "zz")


def test_the_end_of_the_app_ends_the_editor_too(start: Start, tmp_path: Path) -> None:
    script = tmp_path / "my-editor"
    script.write_text("#!/bin/sh\necho THE EDITOR IS HERE\nread line\n")
    script.chmod(0o755)
    terminal = start("open", "sigmoid", environment={"EDITOR": str(script)})
    terminal.wait_for("F6 Pane", "ready")
    open_code(terminal, "sigmoid = ...")
    terminal.press("z", "z")
    terminal.wait_for("zz")
    terminal.press("f3")
    terminal.wait_for("THE EDITOR IS HERE")
    terminal.process.terminate()
    assert terminal.wait_for_end() == 128 + 15
    terminal.wait_for_no_process_left()
    draft = tmp_path / "data" / "drafts" / "architecture" / "sigmoid.py"
    assert draft.read_text().startswith("zz")
