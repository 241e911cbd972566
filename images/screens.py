"""Draws the pictures of the running app in README and docs/for-learners.md as SVG.

`python images/screens.py` writes `images/screen-NAME.svg` for each of its scenes; a run takes a
minute or two. The app runs in a terminal of its own, with the real worker and an empty data folder,
and does what a learner would have it do. What its screen shows then is drawn cell by cell: letters
at their places, lines, blocks and dots as shapes. So a picture looks the same with whatever font
the reader has. Needs pyte (the extra `dev`), and draws the same bytes each time,
except that the histograms are of a batch that the run was heard at.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TypeVar
from xml.sax.saxutils import escape, quoteattr

import pyte
from pyte.screens import Char

from tests.support.terminal import Terminal, nntutor

HERE = Path(__file__).parent

Key = TypeVar("Key")

STILL_S = 2.0
"""A screen to which nothing was sent for so long is the last one."""
TOOK = (re.compile(r"finished in [\d.]+ m?s\. {3}"), "finished in 400 ms.")
"""What differs between two runs, and what is drawn in its place."""

WRONG = """\
# Make a sigmoid function
sigmoid = nn.Sigmoid()

# Apply it to input_tensor
probability = 1 / 1 + torch.exp(-input_tensor)
print(probability)
"""
LOOP = """\
model.train()
for epoch in range(100):
    optimizer.zero_grad()
    output = model(input_tensor)
    loss = criterion(output, output_tensor)
    loss.backward()
    optimizer.step()

    print(f"Epoch {epoch + 1}, loss: {loss.item():.4f}")
    print("Probabilities:", F.softmax(output, dim=1).detach().numpy())
"""
MOONS = """\
# Two moons that no straight line separates
turn = torch.rand(200) * torch.pi
label = torch.arange(200) % 2
upper = torch.stack([turn.cos(), turn.sin()], dim=1)
lower = torch.stack([1 - turn.cos(), 0.5 - turn.sin()], dim=1)
x = torch.where(label[:, None] == 0, upper, lower)
x = x + 0.15 * torch.randn(200, 2)

model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 2))
optimizer = optim.Adam(model.parameters(), lr=0.02)
for step in range(100):
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x), label)
    loss.backward()
    optimizer.step()
print(f"Loss: {loss.item():.4f}")
"""
CHAIN = """\
model = nn.Sequential(
    nn.Linear(11, 20),
    nn.ReLU(),
    nn.Linear(20, 12),
    nn.ReLU(),
    nn.Linear(10, 4),
    nn.Softmax(dim=1),
)

output = model(input_tensor)
print(output)
"""
DIGITS = """\
# Train it further, and see what it gets wrong
optimizer = optim.SGD(model.parameters(), lr=0.1)
for epoch in range(3):
    for rows in torch.randperm(1400).split(32):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(X[rows]), Y[rows])
        loss.backward()
        optimizer.step()
print(f"Loss: {loss.item():.4f}")
"""
MOMENTUM = """\
class Momentum:
    def __init__(self, params, lr, mu):
        self.params = list(params)
        self.lr = lr
        self.mu = mu
        self.v = [torch.zeros_like(p) for p in self.params]

    def zero_grad(self):
        for p in self.params:
            p.grad = None

    def step(self):
        with torch.no_grad():
            for p, v in zip(self.params, self.v):
                v.mul_(self.mu).add_(p.grad)
                p -= self.lr * v


path = fit(lambda params: Momentum(params, lr=0.01, mu=0.9))
print("yours:  ", path[-1])
"""
CURVES = """\
# How fast does the sigmoid rise?
import matplotlib.pyplot as plt

x = torch.linspace(-6, 6, 200)
y = torch.sigmoid(x)
slope = y * (1 - y)
print(f"At most by {slope.max().item():.2f}.")

plt.plot(x, y, label="sigmoid")
plt.plot(x, slope, label="slope")
plt.title("The sigmoid and its slope")
plt.xlabel("score")
plt.ylabel("output")
plt.legend()
plt.show()
"""


@dataclass(frozen=True)
class Scene:
    """What a learner does, and what is to be seen then."""

    name: str
    title: str
    step: str
    draft: str
    keys: tuple[str, ...]
    shows: tuple[str, ...]
    size: tuple[int, int]
    lesson: str = "architecture"
    then: tuple[str, ...] = ()
    """Keys that are pressed once the first of these texts is there."""


SCENES = (
    Scene(
        "start",
        "nntutor: a network that has learnt to tell two half circles apart",
        "watch-it-learn",
        "hidden = 2\n",
        (*"150", "enter"),
        ("your guess", "step 300 of 300", "right: 198 of 200"),
        (120, 36),
        "start",
        ("right", "right", "right"),
    ),
    Scene(
        "verdict",
        "nntutor: a wrong answer, with its verdict beside the code",
        "sigmoid",
        WRONG,
        ("escape", "2", *["down"] * 4, "f4"),
        ("Not yet", "checked once"),
        (100, 28),
    ),
    Scene(
        "training",
        "nntutor: a training, with its loss and tensors",
        "training-loop",
        LOOP,
        ("escape", "2", "f5"),
        ("finished in", "100 steps:", "model[0].weight"),
        (160, 45),
    ),
    Scene(
        "map",
        "nntutor: what a network of two inputs answers, beside its loss",
        "training-loop",
        MOONS,
        ("escape", "2", "f5"),
        ("finished in", "100 steps:", "step 100 of 100", "right:"),
        (120, 40),
    ),
    Scene(
        "model",
        "nntutor: the layers of a network, up to the one that does not fit",
        "multiclass",
        CHAIN,
        ("escape", "2", "f5", "escape", "7", "escape", "+"),
        ("error, line 10", "It stops at model[4]", "would fit", "252"),
        (120, 40),
    ),
    *(
        Scene(
            name,
            f"nntutor: {what}",
            "save-and-load",
            DIGITS,
            ("escape", "2", "f5"),
            ("finished in", shows, f"{key}: numbers"),
            (120, 40),
            "training",
            ("escape", "6", *["escape", "+"] * 3, key),
        )
        for name, key, what, shows in (
            ("classes", "c", "which class is taken for which", "Right:"),
            ("pictures", "i", "the pictures that a network gets wrong", "Wrong ones first"),
            ("histograms", "h", "how often each number comes out of each layer", "how often"),
        )
    ),
    Scene(
        "surface",
        "nntutor: the loss of a line as a valley, and the steps of momentum through it",
        "momentum",
        MOMENTUM,
        ("escape", "2", "f5"),
        ("finished in", "step 50 of 50", "Lowest seen"),
        (120, 40),
        "optimizers",
        ("escape", "7", *["escape", "+"] * 3),
    ),
    Scene(
        "plot",
        "nntutor: what a program draws with matplotlib, beside its code",
        "sigmoid",
        CURVES,
        ("escape", "2", "f5"),
        ("finished in", "The sigmoid and its slope"),
        (160, 36),
    ),
)


def picture(scene: Scene) -> str:
    """Returns the SVG of the app's screen once the scene is over."""
    columns, rows = scene.size
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        draft = data / "drafts" / scene.lesson / f"{scene.step}.py"
        draft.parent.mkdir(parents=True)
        draft.write_text(scene.draft)
        command = nntutor("--data-dir", str(data), "open", scene.step)
        with Terminal(command, Path(folder), columns=columns, rows=rows) as terminal:
            terminal.wait_for(*scene.draft.splitlines()[1:2], "PyTorch", "ready", deadline=120)
            terminal.press(*scene.keys)
            if scene.then:
                terminal.wait_for(scene.shows[0], deadline=120)
                _wait_until_still(terminal)
                terminal.press(*scene.then)
            terminal.wait_for("saved", *scene.shows, deadline=120)
            _wait_until_still(terminal)
            return Drawing(cells_of(terminal.screen), scene.title).svg()


def _wait_until_still(terminal: Terminal) -> None:
    sent = -1
    while sent != len(terminal.sent):
        sent = len(terminal.sent)
        terminal.read(STILL_S)


def cells_of(screen: pyte.Screen) -> list[list[Char]]:
    """Returns the rows of the screen, with the time that a run took replaced."""
    rows = []
    for y in range(screen.lines):
        cells = [screen.buffer[y][x] for x in range(screen.columns)]
        pattern, words = TOOK
        for found in pattern.finditer(screen.display[y]):
            for x, letter in enumerate(words.ljust(len(found[0])), found.start()):
                cells[x] = cells[found.start()]._replace(data=letter)
        rows.append(cells)
    return rows


WIDTH, HEIGHT = 10, 20
"""Of a cell."""
BASELINE = 15
FONT_SIZE = 16.5
"""With it a letter of most fonts is as wide as a cell."""
FONTS = "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace"
MARGIN = 10
FRAME = "#6e7681"
"""Seen on a white page as well as on a black one."""

RADIUS = 5
LIGHT, HEAVY = 1.3, 3
ARMS = {
    "─": "lr", "│": "ud", "┌": "rd", "┐": "ld", "└": "ru", "┘": "lu",
    "├": "udr", "┤": "udl", "┬": "lrd", "┴": "lru", "┼": "lrud",
}  # fmt: skip
HEAVY_ARMS = {"━": "lr", "┃": "ud", "┏": "rd", "┓": "ld", "┗": "ru", "┛": "lu"}
CORNERS = {"╭": "rd", "╮": "ld", "╰": "ru", "╯": "lu"}
ENDS = {
    "l": (0, HEIGHT / 2),
    "r": (WIDTH, HEIGHT / 2),
    "u": (WIDTH / 2, 0),
    "d": (WIDTH / 2, HEIGHT),
}
"""Where a line leaves its cell."""
BLOCKS = {
    "▀": (0, 0, 8, 4),
    "█": (0, 0, 8, 8),
    "▐": (4, 0, 8, 8),
    **{sign: (0, 7 - eighths, 8, 8) for eighths, sign in enumerate("▁▂▃▄▅▆▇")},
    **{sign: (0, 0, 7 - place, 8) for place, sign in enumerate("▉▊▋▌▍▎▏")},
}
"""Left, top, right and bottom of a filled part, in eighths of the cell."""
BRAILLE = range(0x2800, 0x2900)
DOTS = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))
"""Column and row of each dot of a braille sign, by its bit."""
DOT = 1.5
"""Half the side of a dot."""

Style = tuple[str, bool, bool]
"""Colour, bold, italic."""


class Drawing:
    """Cells of a terminal as SVG, what has one colour in one element."""

    def __init__(self, cells: list[list[Char]], title: str) -> None:
        self._title = title
        self._size = (len(cells[0]) * WIDTH, len(cells) * HEIGHT)
        self._fills: defaultdict[str, list[str]] = defaultdict(list)
        self._lines: defaultdict[tuple[str, float], list[str]] = defaultdict(list)
        self._shapes: defaultdict[str, list[str]] = defaultdict(list)
        self._texts: defaultdict[Style, list[str]] = defaultdict(list)
        self._ground = _colours(cells[-1][-1])[1]
        for row, line in enumerate(cells):
            self._draw_row(row * HEIGHT, line)

    def svg(self) -> str:
        """Returns the text of the SVG file."""
        width, height = (length + 2 * MARGIN for length in self._size)
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
                f'viewBox="0 0 {width} {height}" role="img">',
                f"<title>{escape(self._title)}</title>",
                f'<rect x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" '
                f'rx="8" fill="{self._ground}" stroke="{FRAME}"/>',
                f'<g transform="translate({MARGIN} {MARGIN})">',
                *_paths(self._fills),
                *_paths(self._shapes),
                *(
                    f'<path fill="none" stroke="{colour}" stroke-width="{width}" d="{"".join(d)}"/>'
                    for (colour, width), d in self._lines.items()
                ),
                f'<g font-family="{FONTS}" font-size="{FONT_SIZE}">',
                *self._text_groups(),
                "</g>",
                "</g>",
                "</svg>",
                "",
            ]
        )

    def _text_groups(self) -> Iterator[str]:
        for (colour, is_bold, is_italic), words in self._texts.items():
            bold = ' font-weight="bold"' if is_bold else ""
            italic = ' font-style="italic"' if is_italic else ""
            yield f"<g fill={quoteattr(colour)}{bold}{italic}>{''.join(words)}</g>"

    def _draw_row(self, top: int, cells: list[Char]) -> None:
        for ground, run in _runs(cells, lambda cell: _colours(cell)[1]):
            if ground != self._ground:
                self._fills[ground].append(_box(run[0] * WIDTH, top, len(run) * WIDTH, HEIGHT))
        for x, cell in enumerate(cells):
            if cell.underscore:
                line = f"M{x * WIDTH} {top + BASELINE + 2.5}h{WIDTH}"
                self._lines[_colours(cell)[0], LIGHT].append(line)
            self._draw_shape(x * WIDTH, top, cell)
        for style, run in _runs(cells, _style_of_letter):
            if style is not None:
                places = " ".join(str(x * WIDTH) for x in run)
                word = escape("".join(cells[x].data for x in run))
                self._texts[style].append(f'<text x="{places}" y="{top + BASELINE}">{word}</text>')

    def _draw_shape(self, left: int, top: int, cell: Char) -> None:
        sign, colour = cell.data, _colours(cell)[0]
        if sign in ARMS or sign in HEAVY_ARMS:
            arms = ARMS.get(sign) or HEAVY_ARMS[sign]
            line = self._lines[colour, LIGHT if sign in ARMS else HEAVY]
            line.extend(_arms(left, top, arms))
        elif sign in CORNERS:
            self._lines[colour, LIGHT].append(_corner(left, top, *CORNERS[sign]))
        elif sign in BLOCKS:
            west, north, east, south = BLOCKS[sign]
            across, down = WIDTH / 8, HEIGHT / 8
            x, y = left + west * across, top + north * down
            self._shapes[colour].append(_box(x, y, (east - west) * across, (south - north) * down))
        elif _is_braille(sign):
            for bit, (column, row) in enumerate(DOTS):
                if ord(sign) >> bit & 1:
                    x, y = left + (column + 0.5) * WIDTH / 2, top + (row + 0.5) * HEIGHT / 4
                    self._shapes[colour].append(_box(x - DOT, y - DOT, 2 * DOT, 2 * DOT))


def _colours(cell: Char) -> tuple[str, str]:
    """Returns the colours of the sign and of what is behind it; the app leaves none open."""
    fore, back = f"#{cell.fg}", f"#{cell.bg}"
    return (back, fore) if cell.reverse else (fore, back)


def _style_of_letter(cell: Char) -> Style | None:
    """Returns None for what is no letter: a space, or a sign that is drawn as a shape."""
    sign = cell.data
    is_shape = sign in ARMS or sign in HEAVY_ARMS or sign in CORNERS or sign in BLOCKS
    if not sign.strip() or is_shape or _is_braille(sign):
        return None
    return _colours(cell)[0], cell.bold, cell.italics


def _is_braille(sign: str) -> bool:
    return len(sign) == 1 and ord(sign) in BRAILLE


def _runs(cells: list[Char], key: Callable[[Char], Key]) -> Iterator[tuple[Key, list[int]]]:
    """Yields what neighbouring cells have in common, and their columns."""
    for common, run in groupby(range(len(cells)), key=lambda x: key(cells[x])):
        yield common, list(run)


def _paths(shapes: dict[str, list[str]]) -> list[str]:
    return [f'<path fill="{colour}" d="{"".join(d)}"/>' for colour, d in shapes.items()]


def _box(left: float, top: float, width: float, height: float) -> str:
    return f"M{left:g} {top:g}h{width:g}v{height:g}h{-width:g}z"


def _arms(left: int, top: int, arms: str) -> Iterator[str]:
    """Yields a line from the middle of the cell to each of the ends."""
    for arm in arms:
        x, y = ENDS[arm]
        yield f"M{left + WIDTH / 2:g} {top + HEIGHT / 2:g}L{left + x:g} {top + y:g}"


def _corner(left: int, top: int, across: str, down: str) -> str:
    """Returns a line from one end to another, round where they meet."""
    (x, middle_y), (middle_x, y) = ENDS[across], ENDS[down]
    middle = f"{left + middle_x:g} {top + middle_y:g}"
    before = middle_x + (RADIUS if x > middle_x else -RADIUS)
    after = middle_y + (RADIUS if y > middle_y else -RADIUS)
    return (
        f"M{left + x:g} {top + middle_y:g}L{left + before:g} {top + middle_y:g}"
        f"Q{middle} {left + middle_x:g} {top + after:g}L{left + middle_x:g} {top + y:g}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--into", type=Path, default=HERE, help="folder for the pictures")
    folder: Path = parser.parse_args().into
    for scene in SCENES:
        target = folder / f"screen-{scene.name}.svg"
        target.write_text(picture(scene), encoding="utf-8")
        print(target)


if __name__ == "__main__":
    main()
