"""One real worker for all tests of the lessons: it imports torch once."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.support.lessons import chapter
from tutor.client.client import WorkerClient
from tutor.course.model import Course


@pytest.fixture(scope="session")
def course() -> Course:
    return chapter()


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def client() -> AsyncIterator[WorkerClient]:
    client = WorkerClient()
    await client.start()
    try:
        yield client
    finally:
        await client.close()
