"""Sending only changed cells shows the same as repainting: every cell with its style, after each
key of random replays. `NNTUTOR_REPLAYS=500` plays more of them than a usual run.
"""

from __future__ import annotations

import math
import os
import random
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.widgets import Input, Static, TextArea

from tests.support.fake_client import Batch, FakeClient, finished
from tests.support.tutor_app import MEDIUM, NARROW, opened, tutor_app
from tests.support.two_screens import TwoScreens
from tutor.ui.terminal.cell_diff import CellDiff
from tutor.wire.events import (
    InventoryEntry,
    InventoryTaken,
    LossesRecorded,
    OutputWritten,
    RunEvent,
)
from tutor.wire.values import TensorValue

REPLAYS = int(os.environ.get("NNTUTOR_REPLAYS", "2"))
"""How many replays each kind of screen is given."""

STEPS = 25
"""Things done in one replay."""

Size = tuple[int, int]
STRANGE = (
    *("日本語", "e\u0301a\u0308", "ﾊﾝ", "🔬 x", "x日", "한글 ok"),
    *("a\u0301\u0323", "—½σ∂", "naïve"),
)
KEYS = (
    *("a", "x", "(", ")", "enter", "space", "tab", "backspace", "delete", "ctrl+z", "ctrl+d"),
    *("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "shift+right"),
)
ACTIONS = (
    *("f1", "f2", "f4", "f5", "f6", "shift+f6", "f7", "f8", "shift+f8", "f9", "f10"),
    *("escape", "ctrl+l", "left_square_bracket", "right_square_bracket"),
)


class Popup(ModalScreen[None]):
    """Half transparent, over whatever stands below."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "app.pop_screen", "Close")]
    CSS = "Popup {align: center middle;} Static {width: 31; height: 5; background: red 50%;}"

    def compose(self) -> ComposeResult:
        yield Static("popup 日本 e\u0301 wide 🔬 [link='https://example.org']link[/]")


class SmallApp(CellDiff, App[None]):
    """Text that is wide, combined, styled, linked, and moves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("f1", "popup", "Popup"),
        ("f2", "theme", "Theme"),
    ]
    CSS = "Horizontal {height: 1fr;}"

    def __init__(self) -> None:
        super().__init__()
        self.told = 0

    def compose(self) -> ComposeResult:
        code = "hello\n日本語 text\ncafe\u0301 é\n" + "\n".join(f"line {i}" for i in range(60))
        with Horizontal():
            yield TextArea(code, show_line_numbers=True)
            with Vertical():
                yield Input()
                yield Static("", id="status")

    def action_popup(self) -> None:
        self.push_screen(Popup())

    def action_theme(self) -> None:
        self.theme = "textual-light" if self.theme == "textual-dark" else "textual-dark"

    def tell(self, chance: random.Random) -> None:
        """Another status, as a program that runs would bring."""
        self.told += 1
        words = " ".join(chance.choices(STRANGE, k=3))
        self.query_one("#status", Static).update(f"[b red]{self.told}[/] {words}\n" * 3)


def weights(chance: random.Random) -> InventoryTaken:
    """A weight that changes from one time to the next."""
    values = [math.sin(chance.random() * 6) for _ in range(64)]
    value = TensorValue("float32", "float", (8, 8), array("d", values).tobytes())
    return InventoryTaken(tuple(InventoryEntry(name, value) for name in ("layer.weight", "b")))


def training(chance: random.Random) -> list[Batch]:
    """What a run tells: prints, losses and tensors in any order, and its end."""
    batches: list[Batch] = []
    losses = 0
    for _ in range(chance.randint(0, 12)):
        more = tuple(3 * math.exp(-0.1 * (losses + n)) for n in range(chance.randint(1, 30)))
        print_out = f"epoch {losses} {chance.choice(STRANGE)}\n" * chance.randint(1, 8)
        told: list[RunEvent] = [
            LossesRecorded(losses, more),
            OutputWritten("stdout", print_out),
            weights(chance),
        ]
        batches.append(tuple(chance.sample(told, k=chance.randint(1, 3))))
        losses += len(more) if any(isinstance(e, LossesRecorded) for e in batches[-1]) else 0
    return [*batches, finished(milliseconds=chance.choice((5.0, 5_000.0)))]


class Replay:
    """Does something random, many times, and looks at both screens after each."""

    def __init__(
        self,
        pilot: Pilot[None],
        screens: TwoScreens,
        chance: random.Random,
        tell: Callable[[], None],
    ) -> None:
        self._pilot = pilot
        self._screens = screens
        self._chance = chance
        self._tell = tell
        self._done: list[str] = []

    async def play(self, steps: int) -> None:
        """Fails with all that was done when a cell differs."""
        for _ in range(steps):
            await self._step()
            await self._pilot.pause()
            differences = self._screens.differences()
            assert not differences, (self._done, differences[:4])

    async def _step(self) -> None:
        what = self._chance.choices(
            ("key", "action", "told", "paste", "theme", "resize", "wheel"), (50, 25, 18, 6, 2, 2, 4)
        )[0]
        self._done.append(what)
        if what in ("key", "action"):
            self._done[-1] = self._chance.choice(KEYS if what == "key" else ACTIONS)
            await self._pilot.press(self._done[-1])
        elif what == "told":
            self._tell()
        elif what == "paste":
            text = "\n".join(self._chance.choices(STRANGE, k=self._chance.randint(1, 3)))
            self._pilot.app.post_message(events.Paste(text))
        elif what == "theme":
            themes = ("textual-light", "nntutor-dark", "nntutor-light", "textual-dark")
            known = [name for name in themes if name in self._pilot.app.available_themes]
            self._pilot.app.theme = self._chance.choice(known)
        elif what == "resize":
            await self._resize()
        else:
            self._roll_wheel()

    async def _resize(self) -> None:
        size = self._chance.choice((NARROW, MEDIUM, (100, 30), (60, 16), (50, 12)))
        self._screens.resize(*size)
        await self._pilot.resize_terminal(*size)

    def _roll_wheel(self) -> None:
        width, height = self._pilot.app.size
        x, y = self._chance.randrange(width), self._chance.randrange(height)
        kind = self._chance.choice((events.MouseScrollDown, events.MouseScrollUp))
        self._pilot.app.post_message(
            kind(None, x, y, 0, 0, 0, False, False, False, screen_x=x, screen_y=y)
        )


@pytest.fixture
def two_screens(monkeypatch: pytest.MonkeyPatch) -> Callable[[Size], TwoScreens]:
    """Makes two screens of a size that the apps of the test draw on."""

    def make(size: Size) -> TwoScreens:
        screens = TwoScreens(*size)
        screens.watch(monkeypatch)
        return screens

    return make


Make = Callable[[Size], TwoScreens]


@pytest.mark.parametrize("seed", range(REPLAYS))
async def test_a_small_app_looks_the_same(seed: int, two_screens: Make) -> None:
    chance = random.Random(seed)
    screens = two_screens(NARROW)
    app = SmallApp()
    async with app.run_test(size=NARROW) as pilot:
        await Replay(pilot, screens, chance, lambda: app.tell(chance)).play(2 * STEPS)
    assert app.sends_changes
    assert 0 < screens.changed.bytes < screens.full.bytes


@pytest.mark.parametrize("size", [NARROW, MEDIUM], ids=["80x24", "120x35"])
@pytest.mark.parametrize("seed", range(REPLAYS))
async def test_the_lesson_looks_the_same(
    seed: int, size: Size, two_screens: Make, tmp_path: Path
) -> None:
    chance = random.Random(1_000 * size[0] + seed)
    screens = two_screens(size)
    client = FakeClient(*(training(chance) for _ in range(STEPS)), held=True)
    app = tutor_app(
        tmp_path, client=client, start_at=chance.choice(("read-me", "ask-me", "double"))
    )
    async with opened(app, size) as pilot:
        if chance.random() < 0.6:
            await pilot.press("f6", "f5")
        await Replay(pilot, screens, chance, client.release).play(STEPS)
    assert app.sends_changes
    assert 0 < screens.changed.bytes < screens.full.bytes
