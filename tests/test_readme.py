"""What README and docs/ say can be done as they say."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from optparse import Values
from pathlib import Path

import pytest
from click import Command, Group, Option
from click.testing import CliRunner

from tutor.cli import main
from tutor.config import Caps, Config, WorkerPlace, read_config
from tutor.ui.remapping import remap
from tutor.ui.theme import THEMES
from tutor.ui.user_settings import settings_problems

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
LEARNERS = (ROOT / "docs" / "for-learners.md").read_text(encoding="utf-8")
ALL_PAGES = README + "".join(
    page.read_text(encoding="utf-8") for page in sorted((ROOT / "docs").glob("*.md"))
)
MOST_LINES = 150


@pytest.fixture
def example(tmp_path: Path) -> Path:
    (text,) = re.findall(r"```toml\n(.*?)```", LEARNERS, re.S)
    file = tmp_path / "config.toml"
    file.write_text(text)
    return file


def test_the_settings_are_taken_as_they_stand(example: Path) -> None:
    config, problems = read_config(example)
    assert problems == ()
    assert settings_problems(config, example) == ()
    assert (config.theme, config.motion, config.limits) == (
        "nntutor-light",
        "reduced",
        Caps(seconds=300, run_seconds=120, memory_mb=1024, threads=4, gpu=True),
    )
    assert remap(config.keys, config.only).keys == {
        "run": ("f5", "ctrl+j", "ctrl+b"),
        "outline": ("f12", "ctrl+o"),
        "find": ("ctrl+f", "f11"),
        "check": ("shift+f4",),
    }


def test_the_settings_are_all_there_are(example: Path) -> None:
    text = example.read_text()
    names = {field for part in (Config, Caps, WorkerPlace) for field in part.__struct_fields__}
    assert [name for name in names if not re.search(rf"\b{name}\b", text)] == []
    assert all(theme.name in text for theme in THEMES)


def test_the_readme_is_short_and_links_each_page() -> None:
    assert len(README.splitlines()) <= MOST_LINES
    for page in (ROOT / "docs").glob("*.md"):
        assert f"](docs/{page.name})" in README


def test_the_two_commands_of_the_start_come_first() -> None:
    first = re.search(r"```sh\n(.*?)```", README, re.S)
    assert first is not None
    assert first[1] == ("python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/nntutor\n")


def test_the_small_pytorch_is_installed_into_the_same_environment_from_its_own_index() -> None:
    (line,) = re.findall(r"^.*download\.pytorch\.org.*$", README, re.M)
    make, install = (shlex.split(command) for command in line.split(" && "))
    first = re.search(r"```sh\n(.*?)```", README, re.S)
    assert first is not None
    assert shlex.join(make) == first[1].split(" && ")[0]
    assert install == [
        *(".venv/bin/pip", "install", "torch"),
        *("--index-url", "https://download.pytorch.org/whl/cpu"),
    ]
    assert f"```sh\n{line}\n```" in README
    options, packages = pip_arguments(install[1:])
    assert packages == ["torch"]
    assert options.index_url == "https://download.pytorch.org/whl/cpu"


def pip_arguments(words: list[str]) -> tuple[Values, list[str]]:
    """What pip itself reads in a command line."""
    from pip._internal.commands import create_command

    assert words[0] == "install"
    return create_command("install").parse_args(words[1:])


@pytest.mark.parametrize("option", sorted(set(re.findall(r"`nntutor (--[a-z-]+)", ALL_PAGES))))
def test_every_option_named_there_is_one(option: str) -> None:
    assert option in CliRunner().invoke(main, ["--help"]).output


def test_every_command_named_there_is_one() -> None:
    named = set(re.findall(r"`nntutor ([a-z][a-z-]*)", ALL_PAGES))
    assert named == set(main.commands)


def options_of(command: Command, path: str = "nntutor") -> Iterator[tuple[str, str]]:
    """Each option of a command and of those below it, with the command's name."""
    for option in command.params:
        if isinstance(option, Option):
            yield from ((path, name) for name in (*option.opts, *option.secondary_opts))
    if isinstance(command, Group):
        for name, inner in command.commands.items():
            yield from options_of(inner, f"{path} {name}")


@pytest.mark.parametrize(("path", "option"), list(options_of(main)), ids=" ".join)
def test_each_option_is_told_in_the_help_of_its_command(path: str, option: str) -> None:
    told = CliRunner().invoke(main, [*path.split()[1:], "--help"]).output
    options = told.partition("Options:")[2]
    assert len(re.findall(rf"^  (?:-\w, |--\w+ / )?{option}\b", options, re.M)) == 1


def commands_of(command: Command, path: str = "nntutor") -> Iterator[str]:
    """Each command that does something, with those above it."""
    if isinstance(command, Group):
        for name, inner in command.commands.items():
            yield from commands_of(inner, f"{path} {name}")
    else:
        yield path


@pytest.mark.parametrize("path", list(commands_of(main)))
def test_each_command_tells_its_exit_codes_and_what_its_options_do(path: str) -> None:
    told = CliRunner().invoke(main, [*path.split()[1:], "--help"]).output
    codes = re.findall(r"^ +(\d+) +\S", told.partition("Exit status:")[2], re.M)
    assert {"0", "2"} <= set(codes)
    assert codes == sorted(codes, key=int)
    assert not re.findall(r"^  --[\w-]+(?: \S+)?$(?!\n {6})", told, re.M), "an option without help"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_told_how_to_complete(shell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    script = CliRunner().invoke(main, ["completion", shell]).stdout
    assert "_NNTUTOR_COMPLETE" in script
    monkeypatch.setenv("COMP_WORDS", "nntutor comp")
    monkeypatch.setenv("COMP_CWORD", "1" if shell != "fish" else "comp")
    offered = CliRunner().invoke(
        main, [], prog_name="nntutor", env={"_NNTUTOR_COMPLETE": f"{shell}_complete"}
    )
    assert "completion" in offered.stdout


@pytest.mark.parametrize("command", ["open", "watch", "grade", "hand-in"])
def test_a_shell_is_told_the_steps_that_begin_so(
    command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMP_WORDS", f"nntutor {command} softm")
    monkeypatch.setenv("COMP_CWORD", "2")
    offered = CliRunner().invoke(
        main, [], prog_name="nntutor", env={"_NNTUTOR_COMPLETE": "bash_complete"}
    )
    steps = offered.stdout.split()
    assert "plain,softmax" in steps
    assert all(step.startswith("plain,softm") for step in steps)


def test_what_a_signal_has_stopped_exits_with_its_own_code(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tutor.cli.for_learners.usable_course", stop)
    assert CliRunner().invoke(main, ["list"]).exit_code == 130
