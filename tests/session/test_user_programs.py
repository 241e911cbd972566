"""Which editor and pager are the learner's own, and what is said when one fails."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tutor.session.outside_editing import (
    InvalidCommandLine,
    UserProgram,
    explain_exit_status,
    explain_start_error,
    run_program,
    suggest_program,
    user_program,
    usual_editor,
)

VARIABLES = ("VISUAL", "EDITOR")


@pytest.mark.parametrize(
    ("environment", "program"),
    [
        ({}, None),
        ({"EDITOR": " "}, None),
        ({"EDITOR": "ed"}, UserProgram("EDITOR", ["ed"])),
        ({"EDITOR": "ed", "VISUAL": "code --wait"}, UserProgram("VISUAL", ["code", "--wait"])),
    ],
)
def test_the_first_variable_that_is_set_counts(
    environment: dict[str, str], program: UserProgram | None
) -> None:
    assert user_program(environment, VARIABLES) == program


@pytest.mark.parametrize(
    ("installed", "name"), [(["vi", "nano"], "nano"), (["vi"], "vi"), (["emacs"], None), ([], None)]
)
def test_without_a_variable_nano_comes_before_vi(
    tmp_path: Path, installed: list[str], name: str | None
) -> None:
    for each in installed:
        (tmp_path / each).write_text("#!/bin/sh\n")
        (tmp_path / each).chmod(0o755)
    found = usual_editor({"PATH": str(tmp_path)})
    assert found == (UserProgram("EDITOR", [name]) if name is not None else None)


def test_open_quotes_are_told_with_their_variable() -> None:
    with pytest.raises(
        InvalidCommandLine, match=r"^VISUAL cannot be read: No closing quotation\.$"
    ):
        user_program({"VISUAL": "'", "EDITOR": "ed"}, VARIABLES)


@pytest.mark.parametrize(
    ("content", "mode", "reason"),
    [
        (None, 0, "there is no such program"),
        ("#!/no/such/shell\n", 0o755, "the program named in its first line does not exist"),
        ("#!/bin/sh\n", 0o644, "it may not be run as a program"),
        ("\x7fELF and no more", 0o755, "it is not a program"),
    ],
)
async def test_each_reason_not_to_start_is_told(
    tmp_path: Path, content: str | None, mode: int, reason: str
) -> None:
    file = tmp_path / "my-editor"
    if content is not None:
        file.write_text(content)
        file.chmod(mode)
    (tmp_path / "vim").write_text("#!/bin/sh\n")
    (tmp_path / "vim").chmod(0o755)
    program = UserProgram("VISUAL", [str(file)])
    with pytest.raises(OSError) as raised:
        await run_program(program)
    assert explain_start_error(program, raised.value, {"PATH": str(tmp_path)}) == (
        f"VISUAL names {file}, and {reason}. "
        "Leave, say export VISUAL=vim in the shell, and start again."
    )


@pytest.mark.parametrize(
    ("variable", "program"), [("PAGER", "less"), ("EDITOR", "nano"), ("VISUAL", "nano")]
)
def test_a_machine_without_any_is_told_the_usual_one(variable: str, program: str) -> None:
    assert f"export {variable}={program} " in suggest_program(variable, {"PATH": os.devnull})


@pytest.mark.parametrize(
    ("status", "said"),
    [(3, "it ended with status 3."), (-9, "it was ended by SIGKILL."), (-77, "by signal 77.")],
)
def test_how_it_failed_is_told(status: int, said: str) -> None:
    program = UserProgram("EDITOR", ["/usr/bin/ed", "-x"])
    assert explain_exit_status(program, status).startswith("ed failed: ")
    assert explain_exit_status(program, status).endswith(said)
