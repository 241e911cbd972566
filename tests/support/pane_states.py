"""A walk of the app through all states of its panes, for tests that look at each of them."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable
from pathlib import Path

from textual.pilot import Pilot

from tests.support.fake_client import FakeClient, finished, raised
from tests.support.tutor_app import (
    DOUBLE,
    STEPS,
    lesson_screen,
    opened,
    say_of,
    tutor_app,
    workspace_of,
    write_course,
)
from tests.support.wait import eventually
from tutor.config import Config
from tutor.ui.app import TutorApp
from tutor.wire.events import (
    ErrorFacts,
    InventoryEntry,
    InventoryTaken,
    LossesRecorded,
    OutputWritten,
)
from tutor.wire.values import FloatValue, TensorValue

Visit = Callable[[str, TutorApp], None]

RICH = '''
id = "rich"
kind = "read"
title = "All that a text can hold"
section = "1.0"
figures = ["sigmoid_function", "softmax_as_sigmoid", "loss_landscape"]
text = """
# First heading

## Second heading

### Third heading

**Bold**, *italic*, `code`, and a [link](https://example.org).

- one
- two
    - inner

1. first
2. second

> s(z) = 1 / (1 + e^-z)

| score | share |
|---|---|
| 2.4 | 0.9168 |

```python
for epoch in range(5):  # five rounds
    loss = criterion(output, "text", None)
```
"""
'''

NUMBER = """
id = "number"
kind = "quiz"
mode = "number"
title = "How many?"
section = "1.25"
text = "How many are two and two?"
answer = "4"
"""

GUESS = """
id = "guess"
kind = "predict"
mode = "one"
title = "What comes of it?"
section = "1.26"
text = "What is in `x` after the program?"
given = "x = 2"
program = "y = x / 2"
scaffold = "x = x / 2"
hints = ["Look left."]
after = "A name keeps its number until it is bound again."

[[option]]
text = "It is 2."
when = "x == given.x"
why = "`x / 2` goes into `y`."

[[option]]
text = "It is 1."
when = "x == 1"
why = "That is in `y`."

[[show]]
value = "x"
"""

LONG_GIVEN = DOUBLE.replace("\nx = 3\n", "\nx = 3\n" + "".join(f"a{n} = {n}\n" for n in range(9)))

COLOURED = """@staticmethod
def forward(self, x, lr=0.1):
    '''Text.'''
    for row in range(len(x)):  # a note
        self.layer(x[row], bias=None)
    return f"{x} of"
"""
"""A program with each kind of token that has a colour of its own."""

LOSSES = tuple(2.0 * math.exp(-n / 30) + 0.1 * (n % 3) for n in range(100))
WEIGHT = array("d", [(n - 20) / 10 for n in range(40)] + [math.nan] * 8)


TERMS = """
[[term]]
name = "double"
say = "Twice as much: 3 makes 6."

[[term]]
name = "half"
say = "What two of make a whole: 3 makes 1.5."
"""


def _tensor(shape: tuple[int, ...]) -> TensorValue:
    return TensorValue("float32", "float", shape, WEIGHT.tobytes())


_MOVED = (
    OutputWritten("stdout", "epoch 1\n"),
    OutputWritten("stderr", "a warning\n"),
    LossesRecorded(0, LOSSES),
    InventoryTaken(
        (
            InventoryEntry("model.weight", _tensor((8, 6))),
            InventoryEntry("tall", _tensor((24, 2))),
            InventoryEntry("lr", FloatValue(0.1)),
        )
    ),
)
_ERROR = ErrorFacts(
    "NameError", "name 'z' is not defined", line=1, source_line="y = z", nearest=("x",)
)


async def walk(
    folder: Path, size: tuple[int, int], visit: Visit, config: Config | None = None
) -> None:
    """Lead an app through all states, and call `visit` with the name of each and the app."""
    steps = {
        "05-rich": RICH,
        "25-number": NUMBER,
        "27-guess": GUESS,
        **STEPS,
        "30-double": LONG_GIVEN,
    }
    head = write_course(folder / "lessons", steps) / "basics" / "lesson.toml"
    head.write_text(head.read_text() + TERMS)
    client = FakeClient(
        [finished(OutputWritten("stdout", "printed\n"))],
        [raised(_ERROR, OutputWritten("stdout", "before\n"))],
        [finished(*_MOVED)],
        [finished(*_MOVED)],
        [finished()],
        held=True,
    )
    app = tutor_app(folder, client=client, config=config, problems=("config.toml:1: a: is wrong",))
    async with opened(app, size) as pilot:
        walker = _Walker(app, pilot, client, visit)
        await walker.read()
        await walker.pop_ups()
        await walker.quiz()
        await walker.number()
        await walker.guess()
        await walker.code()
        await walker.answers()
        await walker.fails()


class _Walker:
    def __init__(self, app: TutorApp, pilot: Pilot[None], client: FakeClient, visit: Visit) -> None:
        self.app, self.pilot, self.client, self._visit = app, pilot, client, visit

    async def see(self, name: str, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()
        await self.pilot.pause()
        self._visit(name, self.app)

    async def read(self) -> None:
        await eventually(lambda: bool(self.app.screen.query("FigureView")), "the text")
        await self.see("text")
        await self.see("text, second page", "pagedown")
        await self.see("figure, with the focus", "tab")
        await self.see("figure, its slider moved", "right", "right", "right")
        await self.see("a step read, the next one shorter", "f8")

    async def pop_ups(self) -> None:
        await self.see("letters", "escape")
        await self.see("help", "h")
        await self.see("outline", "escape", "escape", "o")
        await self.see("outline, moved", "down", "down")
        await self.see("terms", "escape", "escape", "w")
        await self.see("terms, the next", "down")
        await self.see("terms, searched", *"half")
        await self.see("report", "escape", "escape", "!")
        await self.see("report, typed", *"hm")
        await self.see("palette", "escape", "f10")
        await eventually(lambda: bool(self.app.screen.query("CommandInput")), "the palette")
        await self.see("palette, found", "h", "i")
        await self.pilot.press("escape")
        await self.see("without a pop-up")

    async def quiz(self) -> None:
        await self.see("quiz", "f8", "escape", "2")
        await say_of(self.app, self.pilot, "The first.")
        await self.see("quiz, chosen")
        await self.see("quiz, wrong", "f4")
        await self.see("hint", "f2")
        await say_of(self.app, self.pilot, "The second.")
        await self.see("quiz, right", "f4")
        await self.see("verdict of a quiz", "escape", "3")

    async def number(self) -> None:
        await self.see("number", "f8", "escape", "2")
        await self.see("number, typed", "1", "2")
        await self.see("number, selected", "shift+home")
        await self.see("number, wrong", "enter")

    async def guess(self) -> None:
        await self.see("prediction, its text", "f8", "escape", "1")
        await self.see("prediction", "escape", "2")
        await self.see("prediction, no guess", "enter")
        await say_of(self.app, self.pilot, "It is 1.")
        await self.run("prediction", "enter")
        await self.see("code after a prediction", "escape", "3")
        await self.see("output of a prediction", "escape", "4")

    async def code(self) -> None:
        await self.see("code, its text", "f8", "escape", "1")
        await self.see("code", "escape", "2")
        await self.see("code, typed", *"y = (z)", "enter", *"# note", "enter", *'s = "x"')
        await self.see("code, a bracket", "up", "up", "end")
        await self.see("code, selected", "shift+home")
        workspace_of(self.app).code.editor.reset_to(COLOURED)
        await self.see("code, all its colours", "ctrl+home")
        await self.see("code, all its colours selected", *["shift+down"] * 6)
        await self.see("code, as before", "ctrl+z")
        await self.run("error", "f5")
        await self.see("output of an error", "escape", "4")
        await self.see("code, marked", "escape", "2")
        workspace_of(self.app).code.editor.reset_to(COLOURED * 12)
        await self.see("code, long", "ctrl+home")
        await self.see("givens", "escape", "g")
        await self.see("givens, some lines", "escape", "g", "ctrl+z")
        await self.run("training", "f5")
        await self.see("output", "escape", "4")
        await self.see("loss", "escape", "5")
        await self.see("loss, logarithmic", "l")
        await self.see("tensors", "escape", "6")
        await self.see("tensors, the next", "down")
        await self.see("tensors, focus on the map", "tab")
        await self.see("tensors, numbers", "m")
        await self.see("model", "escape", "7")
        await self.see("hints, none", "escape", "8")
        await self.see("hints, one", "f2")
        await self.see("ladder", "escape", "l")
        await self.see("ladder, moved", "down")
        await self.see("solution, word by word", "enter")
        await self.see("solution, whole", *["escape", "l", "down", "enter"])

    async def answers(self) -> None:
        await self.type_answer("y = x")
        await self.run("wrong", "f4")
        await self.see("verdict, wrong", "escape", "3")
        await self.type_answer("y = 2 * x")
        await self.run("right", "f4")
        await self.see("verdict, right", "escape", "3")
        await self.see("zoomed", "f7")
        await self.see("text when done", "f7", "escape", "1")

    async def fails(self) -> None:
        self.client.become("restarting", "The worker ended. A new one is starting.")
        await self.see("worker ended")
        self.client.become("failed", "There is no PyTorch.")
        await self.see("worker failed", "f8")
        await self.see("output without a worker", "escape", "4")
        await self.see("verdict without a worker", "escape", "3")
        await self.pilot.resize_terminal(50, 12)
        await self.see("too small")

    async def type_answer(self, text: str) -> None:
        await self.pilot.press("escape", "2")
        workspace_of(self.app).code.editor.reset_to(text)
        await self.pilot.pause()

    async def run(self, name: str, key: str) -> None:
        await self.see(f"{name}, running", key)
        self.client.release()
        session = lesson_screen(self.app)
        await eventually(lambda: session.session.activity is None, "the end of the run")
        await self.see(name)
