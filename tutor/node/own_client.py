"""The node's own client, configured by the app, with this machine's lessons and data hidden too.

Lessons and data here may be those of the app, if the home folder is shared, or others.
"""

from __future__ import annotations

from tutor.client.client import WorkerClient
from tutor.client.font_list import FontList
from tutor.client.gpu_access import find_gpu_access
from tutor.client.interface import OnState
from tutor.client.kept_observations import FOLDER, KeptObservations
from tutor.paths import Places, PlacesError, cache_folder, find_places, hidden_from_programs
from tutor.wire.node import Hello


def make_own_client(hello: Hello, on_state: OnState) -> WorkerClient:
    """Make a client that is not started and never falls asleep: the app ends it."""
    try:
        places: Places | None = find_places()
    except PlacesError:  # an installation without lessons, or an account without a home
        places = None
    hidden = hello.hidden + (hidden_from_programs(places) if places else ())
    keeps = hello.learner_present and places is not None
    return WorkerClient(
        engine=hello.engine,
        on_state=on_state,
        spares=hello.spares,
        parallel=hello.parallel,
        parallel_batches=hello.parallel_batches,
        protection=hello.protection,
        shown=hello.shown,
        hidden=tuple(dict.fromkeys(hidden)),
        network=hello.network,
        gpu=find_gpu_access() if hello.gpu else None,
        kept=KeptObservations(places.data / FOLDER) if keeps and places else None,
        fonts=FontList(cache_folder("matplotlib")) if hello.learner_present else None,
        rehearses_training=hello.learner_present,
    )
