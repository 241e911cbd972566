"""Programs that plot with the real matplotlib, in real processes under their isolation."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("matplotlib")

from tests.support.worker import worker
from tutor.client.interface import DescribedClient
from tutor.session.plot_pictures import plot_picture
from tutor.session.timeline import Timeline
from tutor.wire.commands import Execute, Limits, Program
from tutor.wire.events import PlotsDrawn, RunEnded, RunEvent

pytestmark = pytest.mark.process

PAUSES = """
import matplotlib.pyplot as plt

for step in range(40):
    plt.clf()
    plt.plot([0, step])
    plt.pause(60)
print(plt.get_backend())
"""
SHOWS = """
import sys
import matplotlib.pyplot as plt

plt.plot([1, 2])
plt.title("one")
plt.show()
plt.plot([3, 4])
plt.title("two")
plt.show(block=False)
plt.plot([5, 6])
print(len(plt.gca().lines), sys.flags.dev_mode)
"""
AGG = """
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
plt.plot([1, 2])
plt.title("elsewhere")
"""
SAVED = """
import matplotlib
matplotlib.use("agg")
import matplotlib.pyplot as plt
for name in ("one", "two"):
    plt.figure()
    plt.plot([1, 2])
    plt.title(name)
    plt.savefig(f"{name}.png")
    plt.close()
print(plt.get_backend())
"""
UNSHOWN = "import matplotlib.pyplot as plt\nplt.bar(['a', 'b'], [1, 2])\n"
PIXELS = """
import matplotlib.pyplot as plt

figure = plt.figure()
plt.plot([1, 2])
plt.tight_layout()
figure.canvas.draw()
print(len(figure.canvas.buffer_rgba()))
plt.savefig("here.png")
"""


async def run(client: DescribedClient, source: str) -> list[RunEvent]:
    """All events of a run, which must end well and say nothing on stderr."""
    command = Execute(Program(source=source), Limits(seconds=30), live=True, step_log=False)
    events = [event async for batch in client.begin(command).events() for event in batch]
    ended = events[-1]
    assert isinstance(ended, RunEnded)
    assert ended.observation.executed is not None
    assert ended.observation.executed.error is None
    assert (ended.observation.outcome, ended.observation.error_output) == ("finished", "")
    return events


def titles(events: list[RunEvent]) -> list[str]:
    """The titles of the plots in the last event about them."""
    drawn = [event for event in events if isinstance(event, PlotsDrawn)]
    return [axes.title for figure in drawn[-1].figures for axes in figure.axes]


def printed(events: list[RunEvent]) -> str:
    ended = events[-1]
    assert isinstance(ended, RunEnded)
    return ended.observation.output


@pytest.mark.timeout(240)
async def test_programs_plot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with worker(tmp_path, monkeypatch, engine="tutor.worker.engine") as running:
        await running.until("ready")
        client = running.client
        # forty minutes of pauses within the limit of seconds
        paused = await run(client, PAUSES)
        assert "plot_backend" in printed(paused)
        last = [event for event in paused if isinstance(event, PlotsDrawn)][-1]
        assert last.figures[0].axes[0].series[0].y == (0.0, 39.0)
        # a show that would wait closes what it shows, one that would not leaves it open
        shown = await run(client, SHOWS)
        assert (titles(shown), printed(shown)) == (["one", "two"], "2 False\n")
        assert titles(await run(client, PIXELS)) == [""]
        assert titles(await run(client, AGG)) == ["elsewhere"]
        saved = await run(client, SAVED)
        assert (titles(saved), printed(saved)) == (["one", "two"], "agg\n")
        bars = await run(client, UNSHOWN)
        assert titles(bars) == [""]
        timeline = timeline_of(bars)
        picture = await plot_picture(timeline, client, tmp_path, 1, "bars")
        assert isinstance(picture, Path)
        assert picture.read_bytes().startswith(b"\x89PNG")
        assert picture == tmp_path / "plots" / "bars.png"
        assert "no picture" in str(await plot_picture(timeline, client, tmp_path, 2, "none"))


def timeline_of(events: list[RunEvent]) -> Timeline:
    timeline = Timeline()
    timeline.take(tuple(events))
    return timeline
