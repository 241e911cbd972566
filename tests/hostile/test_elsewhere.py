"""A dozen of the rows as an ordinary user, with namespaces and without any protection, and as
whoever runs the tests, with Landlock alone."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hostile.elsewhere import chosen
from tests.support.ordinary import ROOT, run_as_ordinary
from tests.support.wait import wait_until
from tests.support.worker import TEST_MARK, marked

pytestmark = [
    pytest.mark.process,
    pytest.mark.timeout(180),
    pytest.mark.xdist_group("hostile"),
]


@pytest.mark.parametrize(
    ("protection", "ordinary"),
    [
        ("auto", True),
        ("landlock-signals", True),
        ("landlock-signals", False),
        ("limits-only", True),
    ],
    ids=str,
)
def test_it_does_no_harm_elsewhere(tmp_path: Path, protection: str, ordinary: bool) -> None:
    mark = secrets.token_hex(8)
    command = [sys.executable, "-m", "tests.hostile.elsewhere", protection]
    environment = {TEST_MARK: mark, "TMPDIR": str(tmp_path)}
    if ordinary:
        done = run_as_ordinary(command, tmp_path, environment=environment)
    else:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
            env={**os.environ, **environment},
        )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert {name: found for name, found in told["problems"].items() if found} == {}
    assert len(told["problems"]) > 10
    assert done.stderr == ""
    if ordinary:
        assert told["user"] != 0
    wait_until(lambda: not marked(mark), "all processes to end")


def test_a_dozen_are_chosen() -> None:
    assert 12 <= len(chosen()) <= 24
