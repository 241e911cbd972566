"""Some of the rows in a worker of another kind, all in a process of its own; a program for
`test_elsewhere`.

`python -m tests.hostile.elsewhere PROTECTION` prints what does not hold, as JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from tests.hostile.rows import Row, read_rows
from tests.hostile.trial import problems_with, state_of_the_next
from tutor.client.client import WorkerClient
from tutor.wire.control import Protection


def chosen() -> tuple[Row, ...]:
    """The rows that are run elsewhere, too."""
    return tuple(row for rows in read_rows().values() for row in rows if row.elsewhere)


async def _problems(protection: Protection) -> dict[str, list[str]]:
    client = WorkerClient(protection=protection, spares=0)
    await client.start()
    try:
        usual = await state_of_the_next(client)
        facts = client.describe()
        shut_in = facts.level == "namespaces" or (
            facts.level == "landlock-signals" and facts.landlock >= 6
        )
        rows = [row for row in chosen() if shut_in or not row.shut_in]
        found = {row.id: await problems_with(client, row, usual) for row in rows}
    finally:
        await client.close()
    left = [*os.listdir(tempfile.gettempdir()), *_of_dead_processes()]
    return {**found, "the end": [f"{name} is left" for name in left]}


def _of_dead_processes() -> Iterator[str]:
    """Memory that torch has shared; the name holds the id of the process."""
    for path in Path("/dev/shm").glob("torch_*_*"):
        if not Path("/proc", path.name.split("_")[1]).exists():
            yield path.name


def main() -> None:
    """Runs them."""
    problems = asyncio.run(_problems(msgspec.convert(sys.argv[1], Protection)))
    print(json.dumps({"user": os.getuid(), "problems": problems}))  # noqa: T201 - its answer


if __name__ == "__main__":
    main()
