"""What the app loads, and how it notices that its terminal is gone."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import threading
from pathlib import Path

from tests.support.wait import wait_until
from tutor.ui.terminal import hangup

ROOT = Path(__file__).parents[2]

PROGRAM = """
import asyncio, json, sys
from pathlib import Path
from tests.support.tutor_app import opened, tutor_app

async def walk():
    app = tutor_app(Path(sys.argv[1]), start_at="double")
    async with opened(app, (120, 35)) as pilot:
        await pilot.press("f8", "f2", "f1", "escape")

asyncio.run(walk())
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def test_the_running_app_has_loaded_nothing_heavy(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert "textual" in loaded
    assert loaded & {"torch", "numpy", "PIL", "jedi", "matplotlib", "pydantic"} == set()


def test_a_terminal_that_hangs_up_is_noticed() -> None:
    master, slave = pty.openpty()
    gone = threading.Event()
    watcher = threading.Thread(target=hangup._watch, args=(slave, gone.set), daemon=True)
    watcher.start()
    os.write(master, b"typed")
    assert not gone.is_set()
    os.close(master)
    wait_until(gone.is_set, "the hang-up to be noticed")
    watcher.join()
    os.close(slave)
