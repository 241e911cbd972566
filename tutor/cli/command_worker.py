"""A worker for as long as a command runs, with the config that holds for it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from tutor.cli import config_of
from tutor.cli.telling import exit_wrong_use, warn

if TYPE_CHECKING:
    from tutor.client.interface import DescribedClient
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
    """Return the result of the action, called with a client that is closed afterwards.

    If programs are not `trusted` and could reach what is the user's, the command exits.
    """
    from tutor.client.short_lived import NotProtected, with_worker

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
    """Return the settings that hold for answers, which are programs of others.

    Their limits hold, and what allows the network to lessons does not. What is wrong with the file
    goes to standard error: a limit in it may be missing.
    """
    from tutor.config import Config

    config, problems = config_of(places)
    for problem in problems:
        click.echo(problem, err=True)
    return Config(network=False, limits=config.limits, worker=config.worker)


def exit_unprotected(problem: Exception) -> NoReturn:
    """Say why answers cannot be kept from what is the user's, and what helps; exit."""
    exit_wrong_use(why_none_was_run(problem))


def why_none_was_run(problem: Exception) -> str:
    """Return why answers cannot be kept from what is the user's, and what helps."""
    return (
        f"{problem} Answers are programs of others, so none was run. `nntutor doctor` says "
        "what would have to change; with `--trust-answers` they are graded anyway."
    )
