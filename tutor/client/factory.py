"""The one place where a client is made from the learner's config and places.

It alone decides which files and devices programs may use, so that this cannot differ by accident
between the app, `nntutor check`, `nntutor grade` and `nntutor doctor`.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tutor.client.client import WorkerClient
from tutor.client.font_list import FontList
from tutor.client.gpu_access import find_gpu_access
from tutor.client.kept_observations import FOLDER, KeptObservations
from tutor.client.remote import RemoteClient
from tutor.paths import cache_folder, folders_for_programs, hidden_from_programs
from tutor.wire.node import Hello

if TYPE_CHECKING:
    from pathlib import Path

    from tutor.client.interface import DescribedClient, OnState
    from tutor.config import Config
    from tutor.paths import Places


def make_client(
    config: Config,
    places: Places,
    *,
    on_state: OnState | None = None,
    learner_present: bool = False,
    folder: Path | None = None,
    parallel: int | None = None,
    parallel_batches: int = 1,
) -> DescribedClient:
    """Make a client that is not started. No program may read lessons or data.

    If the config names a command that reaches another machine, the worker is there.

    With `learner_present`, programs may read the learner's own `folder`, by default the current
    one, a worker without requests for `sleep_after_minutes` falls asleep, results of the author's
    programs are stored for the next start, and one process is prepared for a training. A command
    that runs programs of others, and ends by itself, has none of these. At most `parallel` programs
    of a learner run at once, None meaning one for each core, and `parallel_batches` batches of the
    author.
    """
    shown = folders_for_programs(folder) if learner_present else ()
    hidden = hidden_from_programs(places)
    if config.worker.command:
        hello = Hello(
            parallel=parallel,
            parallel_batches=parallel_batches,
            shown=shown,
            hidden=hidden,
            network=config.network,
            gpu=config.limits.gpu,
            learner_present=learner_present,
        )
        idle_seconds = 60 * config.worker.idle_minutes or None
        return RemoteClient(
            config.worker.command,
            hello,
            python=config.worker.python or sys.executable,
            on_state=on_state,
            idle_seconds=idle_seconds if learner_present else None,
        )
    return WorkerClient(
        on_state=on_state,
        shown=shown,
        hidden=hidden,
        network=config.network,
        gpu=find_gpu_access() if config.limits.gpu else None,
        parallel=parallel,
        parallel_batches=parallel_batches,
        idle_seconds=60 * config.sleep_after_minutes or None if learner_present else None,
        kept=KeptObservations(places.data / FOLDER) if learner_present else None,
        fonts=FontList(cache_folder("matplotlib")) if learner_present else None,
        rehearses_training=learner_present,
    )
