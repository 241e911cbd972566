"""Draws the rooms of the source code, floor by floor, as `images/house.svg`.

`python images/house.py` reads the floors from the import rules in pyproject.toml. A room imports
rooms on lower floors only; the worker and the node are started by name.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "images" / "house.svg"

PURPOSES = {
    "cli": "the command nntutor",
    "ui": "the Textual app",
    "plain": "the tutor as lines",
    "authoring": "lint and grade",
    "doctor": "check the machine",
    "classroom": "class reports",
    "node": "run elsewhere",
    "watch": "follow a file",
    "first_screen": "the first screen of a step, before Textual is imported",
    "session": "the tutor without a screen: state, events, actions",
    "client": "start, feed and stop the worker",
    "progress": "journal, drafts, answers",
    "grading": "decide if an answer is right",
    "completion": "names to complete, call tips",
    "course": "lessons as plain data",
    "wire": "messages between processes",
    "paths": "places of files",
    "config": "the learner's settings",
    "terminal_facts": "what the terminal can show",
    "files": "read and replace files",
    "text": "text made safe",
    "toml_text": "parse any TOML",
    "control_group": "memory and CPU limits",
    "close_names": "misspelt names",
    "worker": "run programs with PyTorch, each in a process of its own",
}
WIDTH, MARGIN, GAP = 960, 16, 8
ROOM_HEIGHT, LINE = 54, 18
FLOOR = ROOM_HEIGHT + GAP
STYLE = (
    "text{font-family:sans-serif;font-size:13px;fill:#24292f}"
    ".name{font-weight:bold;font-size:15px}"
    "rect{fill:#eef4fb;stroke:#4a7ab5}.worker{fill:#fdf3e1;stroke:#b5824a}"
)


def floors() -> list[list[str]]:
    """Return the rooms of each floor, from the top, as the import rules order them."""
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = rules["tool"]["importlinter"]["contracts"]
    layers = next(c["layers"] for c in contracts if c.get("containers") == ["tutor"])
    return [layer.split(" | ") for layer in layers if layer != "__main__"]


def room(name: str, left: float, top: float, width: float) -> str:
    """Return a box with the room's name and purpose."""
    kind = ' class="worker"' if name == "worker" else ""
    middle = left + width / 2
    return (
        f'<rect{kind} x="{left:g}" y="{top}" width="{width:g}" height="{ROOM_HEIGHT}" rx="4"/>\n'
        f'<text class="name" x="{middle:g}" y="{top + 23}">{escape(name)}</text>\n'
        f'<text x="{middle:g}" y="{top + 41}">{escape(PURPOSES[name])}</text>'
    )


def picture() -> str:
    """Return the picture as SVG: a row for each floor, and the worker's house below them."""
    rows, top = [], MARGIN
    for names in [*floors(), ["worker"]]:
        if names == ["worker"]:
            words = "started by name; it imports wire, files, control_group and close_names"
            rows.append(f'<text x="{WIDTH / 2}" y="{top + LINE}">{words}</text>')
            top += LINE + GAP
        width = (WIDTH - 2 * MARGIN - GAP * (len(names) - 1)) / len(names)
        rows += [
            room(name, MARGIN + place * (width + GAP), top, width)
            for place, name in enumerate(names)
        ]
        top += FLOOR
    height = top + MARGIN - GAP
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}"'
        f' text-anchor="middle">\n<style>{STYLE}</style>\n'
        f'<rect x="0" y="0" width="{WIDTH}" height="{height}" style="fill:#fff;stroke:none"/>\n'
        + "\n".join(rows)
        + "\n</svg>\n"
    )


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")
