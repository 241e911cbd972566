"""What asks for plain mode in place of the app, and what its first line then says."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from tutor.cli import main
from tutor.plain.command_row import Command
from tutor.plain.conversation import GROUPS


class Opened(Exception):
    """The app would be opened now."""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[tuple[str, str | None]]:
    """Why plain mode is begun, and where, each time that it is."""
    found: list[tuple[str, str | None]] = []

    def run_plain(
        _places: object, _config: object, *, why: str, start_at: str | None, **_more: object
    ) -> int:
        found.append((why, start_at))
        return 0

    def launch(*_arguments: object, **_options: object) -> int:
        raise Opened

    monkeypatch.setattr("tutor.plain.main_thread.run_plain", run_plain)
    monkeypatch.setattr("tutor.ui.launch.launch", launch)
    monkeypatch.setenv("NNTUTOR_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("NNTUTOR_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("ACCESSIBLE", raising=False)
    return found


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("ACCESSIBLE", "1", "ACCESSIBLE"),
        ("ACCESSIBLE", "yes", "ACCESSIBLE"),
        ("ACCESSIBLE", "0", ""),
        ("ACCESSIBLE", "False", ""),
        ("ACCESSIBLE", "", ""),
        ("TERM", "dumb", "TERM=dumb"),
    ],
)
def test_the_environment_asks_for_it(
    asked: list[tuple[str, str | None]],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: str,
    why: str,
) -> None:
    monkeypatch.setenv(name, value)
    result = CliRunner().invoke(main, ["open", "sigmoid"])
    assert asked == ([(why, "sigmoid")] if why else [])
    assert isinstance(result.exception, Opened) == (not why)


def test_the_settings_ask_for_it(asked: list[tuple[str, str | None]], tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("plain = true\n")
    CliRunner().invoke(main, [])
    assert asked == [("the setting plain", None)]


def test_the_command_asks_for_it_at_a_step_that_there_is(
    asked: list[tuple[str, str | None]],
) -> None:
    assert CliRunner().invoke(main, ["plain", "softmax"]).exit_code == 0
    wrong = CliRunner().invoke(main, ["plain", "sofmax"])
    assert (wrong.exit_code, asked) == (2, [("command", "softmax")])
    assert "Did you mean `softmax`?" in wrong.output


@pytest.mark.parametrize(("about", "commands"), GROUPS)
def test_its_help_names_all_commands(about: str, commands: tuple[Command, ...]) -> None:
    words = " ".join(CliRunner().invoke(main, ["plain", "--help"]).output.split())
    assert f"{about}: {', '.join(command.name for command in commands)}." in words
