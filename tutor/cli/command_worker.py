"""A worker that lives as long as a command, with the config for it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, NoReturn, TypeVar

import click

from tutor.cli import config_of
from tutor.cli.telling import exit_wrong_use, warn
from tutor.client.interface import DescribedClient
from tutor.client.short_lived import NotProtected, with_worker
from tutor.config import Config
from tutor.paths import Places

Result = TypeVar("Result")


def run_with_worker(
    action: Callable[[DescribedClient], Coroutine[Any, Any, Result]],
    places: Places,
    config: Config,
    *,
    trusted: bool = True,
    parallel: int | None = None,
    parallel_batches: int = 1,
) -> Result:
    """Call the action with a client, close the client, and return the result.

    The command exits if programs are not `trusted` and could reach the user's files or processes.
    """
    try:
        return with_worker(
            action,
            config,
            places,
            trusted=trusted,
            parallel=parallel,
            parallel_batches=parallel_batches,
            tell=warn,
        )
    except NotProtected as problem:
        exit_unprotected(problem)


def grading_config(places: Places) -> Config:
    """Return the settings for judging answers, which are other people's programs.

    Limits apply; permission to use the network does not. Problems of the settings file go to
    standard error, because a limit in it may be missing.
    """
    config, problems = config_of(places)
    for problem in problems:
        click.echo(problem, err=True)
    return Config(network=False, limits=config.limits, worker=config.worker)


def exit_unprotected(problem: Exception) -> NoReturn:
    """Print why answers cannot be isolated and what helps, and exit."""
    exit_wrong_use(why_none_was_run(problem))


def why_none_was_run(problem: Exception) -> str:
    """Return why answers cannot be isolated, and what helps."""
    return (
        f"{problem} Answers are other people's programs, so none was run. `nntutor doctor` "
        "explains what has to change; `--trust-answers` grades them anyway."
    )
