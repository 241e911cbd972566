"""The administrator's commands: examine the machine, clean up, complete words in the shell."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import get_completion_class

from tutor.cli import config_of, here_option, late, place_options, places_of
from tutor.cli.exit_status import STOPPED_MEANS, WRONG_USE_MEANS, exit_status
from tutor.cli.telling import warn

if TYPE_CHECKING:
    pass


@click.command(
    epilog=exit_status(
        {
            0: "they are removed, or there were none",
            1: "some files cannot be removed",
            2: WRONG_USE_MEANS,
        }
    )
)
@place_options
@click.pass_context
def clean(context: click.Context, lessons: Path | None, data_dir: Path | None) -> None:
    """Remove caches and nothing else.

    The lessons' programs then run once more, and `nntutor check` starts from scratch. Your own work
    stays.
    """
    from tutor.doctor import bytes_in, remove_caches
    from tutor.text import size_words

    removed = remove_caches(places_of(context, lessons, data_dir))
    if not any(removed.values()):
        click.echo("There is nothing to remove.")
    for folder, count in removed.items():
        if count:
            click.echo(f"{size_words(count)} removed from {folder}.")
    left = [folder for folder in removed if bytes_in(folder)]
    for folder in left:
        warn(f"{folder} cannot be removed completely: check its permissions.")
    sys.exit(1 if left else 0)


@click.command("completion", epilog=exit_status({0: "it is printed", 2: WRONG_USE_MEANS}))
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the code that makes SHELL complete nntutor's commands.

    It also completes options and step ids.

    \b
    In ~/.bashrc: eval "$(nntutor completion bash)"
    In ~/.zshrc:  eval "$(nntutor completion zsh)"
    For fish:     nntutor completion fish > ~/.config/fish/completions/nntutor.fish
    """
    maker = get_completion_class(shell)
    assert maker is not None
    click.echo(maker(context.find_root().command, {}, "nntutor", "_NNTUTOR_COMPLETE").source())


@click.command(
    epilog=exit_status(
        {
            0: "everything is fine",
            1: "something needs attention; a message explains it",
            2: WRONG_USE_MEANS,
            130: STOPPED_MEANS,
        }
    )
)
@place_options
@here_option
@click.pass_context
def doctor(context: click.Context, lessons: Path | None, data_dir: Path | None) -> None:
    """Examine this machine and explain the findings."""
    import asyncio

    from tutor.client.factory import make_client
    from tutor.doctor import examine, healthy, inspect_terminal, report

    places = places_of(context, lessons, data_dir)
    config, problems = config_of(places)
    repaint_reason, interface_problems, themes = late.ask_interface(config, places)
    findings = asyncio.run(
        examine(
            places,
            make_client(config, places),
            (*problems, *interface_problems),
            config=config,
            themes=themes,
            terminal=inspect_terminal(repaint_reason=repaint_reason),
        )
    )
    click.echo(report(findings))
    sys.exit(0 if healthy(findings) else 1)
