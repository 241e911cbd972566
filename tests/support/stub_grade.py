"""`nntutor` with the stub engine in its worker: python -m tests.support.stub_grade ARGUMENTS."""

from __future__ import annotations

from functools import partial
from unittest.mock import patch

from tests.support.worker import STUB
from tutor.cli import main
from tutor.client import factory
from tutor.client.client import WorkerClient

if __name__ == "__main__":
    with patch.object(factory, "WorkerClient", partial(WorkerClient, engine=STUB, spares=0)):
        main(prog_name="nntutor")
