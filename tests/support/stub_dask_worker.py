"""Prepares a worker of Dask for tests: the stub is the engine, and one answer ends the process.

Dask imports it where its setting `preload` names it, and calls `dask_setup` before the worker takes
anything. A process of pytest imports it, too, and goes on with others' tests: the import itself
may change nothing.
"""

from __future__ import annotations

import os
from functools import partial
from unittest.mock import patch

from tests.support.worker import STUB
from tutor.authoring.batch import judging
from tutor.authoring.batch.answer_lines import SubmittedAnswer
from tutor.authoring.batch.known_verdicts import Record
from tutor.client import factory
from tutor.client.client import WorkerClient

POISON = "# poison"

_judge = judging.WithRunner.record


async def _record(self: judging.WithRunner, answer: SubmittedAnswer) -> Record:
    if POISON in answer.code:
        os._exit(9)
    return await _judge(self, answer)


def dask_setup(_worker: object) -> None:
    """Prepare this process for as long as it lives."""
    patch.object(factory, "WorkerClient", partial(WorkerClient, engine=STUB, spares=0)).start()
    patch.object(judging.WithRunner, "record", _record).start()
