"""What programs may see and use, as config and places say, in the app and in commands."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from tutor.client import factory
from tutor.client.factory import make_client
from tutor.config import Caps, Config, WorkerPlace
from tutor.paths import Places
from tutor.wire.control import GpuAccess
from tutor.wire.node import Hello


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The arguments of each client that is made."""
    found: list[dict[str, Any]] = []
    monkeypatch.setattr(factory, "WorkerClient", lambda **arguments: found.append(arguments))
    return found


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    """With the learner's own folder as the current one."""
    (tmp_path / "own").mkdir()
    monkeypatch.chdir(tmp_path / "own")
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    return Places(tmp_path / "lessons", tmp_path, tmp_path / "data", tmp_path / "config.toml")


@pytest.mark.parametrize("network", [True, False])
@pytest.mark.parametrize("learner_present", [True, False])
def test_lessons_and_data_are_hidden_and_the_network_is_as_the_config_says(
    given: list[dict[str, Any]], places: Places, network: bool, learner_present: bool
) -> None:
    make_client(Config(network=network), places, learner_present=learner_present)
    assert given[0]["hidden"] == (str(places.lessons), str(places.data))
    assert given[0]["network"] is network


@pytest.mark.parametrize("allowed", [True, False])
def test_a_graphics_card_is_looked_for_only_where_the_config_allows_one(
    given: list[dict[str, Any]], places: Places, monkeypatch: pytest.MonkeyPatch, allowed: bool
) -> None:
    access = GpuAccess(("/dev/nvidiactl",))
    monkeypatch.setattr(factory, "find_gpu_access", lambda: access)
    make_client(Config(limits=Caps(gpu=allowed)), places)
    assert given[0]["gpu"] is (access if allowed else None)


@pytest.mark.parametrize(("minutes", "seconds"), [(5, 300), (0, None)])
def test_at_work_the_own_folder_is_shown_and_the_worker_may_fall_asleep(
    given: list[dict[str, Any]], places: Places, minutes: float, seconds: float | None
) -> None:
    told: list[object] = []
    on_state = told.append
    config = Config(sleep_after_minutes=minutes)
    make_client(config, places, on_state=on_state, learner_present=True)
    assert given[0]["shown"] == (str(places.lessons.parent / "own"),)
    assert given[0]["idle_seconds"] == seconds
    assert given[0]["on_state"] is on_state
    assert given[0]["kept"] is not None
    assert given[0]["rehearses_training"]


@pytest.mark.parametrize("present", [True, False])
def test_where_a_command_leads_to_another_machine_the_worker_is_there(
    monkeypatch: pytest.MonkeyPatch, places: Places, present: bool
) -> None:
    found: list[tuple[Any, ...]] = []
    monkeypatch.setattr(
        "tutor.client.factory.RemoteClient",
        lambda command, hello, **more: found.append((command, hello, more)),
    )
    place = WorkerPlace(("ssh", "node7"), "/there/python", 2)
    config = Config(network=True, limits=Caps(gpu=present), worker=place)
    make_client(config, places, learner_present=present)
    ((command, hello, more),) = found
    own = (str(places.lessons.parent / "own"),) if present else ()
    hidden = (str(places.lessons), str(places.data))
    assert command == ("ssh", "node7")
    assert hello == Hello(
        shown=own, hidden=hidden, network=True, gpu=present, learner_present=present
    )
    assert (more["python"], more["idle_seconds"]) == ("/there/python", 120 if present else None)
    make_client(Config(worker=WorkerPlace(("ssh", "a"), idle_minutes=0)), places)
    assert (found[1][2]["python"], found[1][2]["idle_seconds"]) == (sys.executable, None)


def test_a_command_shows_nothing_and_does_not_sleep(
    given: list[dict[str, Any]], places: Places
) -> None:
    make_client(Config(sleep_after_minutes=5), places)
    assert given[0]["shown"] == ()
    assert given[0]["idle_seconds"] is None
    assert not given[0]["rehearses_training"]
    assert given[0]["kept"] is None, "whoever checks lessons or marks answers has programs run"
