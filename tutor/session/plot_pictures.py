"""Pictures of what a program has plotted, each made when somebody asks for it.

The figure comes back from the worker as Python keeps it, and nothing but another process of the
worker may read that: it can run any code. So a small program draws it there, within the limits of
any other.
"""

from __future__ import annotations

from pathlib import Path

from tutor.client.interface import Client
from tutor.files import replace_file
from tutor.paths import make_private
from tutor.session.timeline import Timeline
from tutor.wire.commands import Execute, Limits, Program, Question
from tutor.wire.values import ArrayValue

FOLDER = "plots"

MAX_PICTURE = 500_000
"""Bytes of a picture: as many fit into the numbers that a question brings back."""
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_SECONDS = 30.0
_FILE = "figure.pickle"
_NAME = "picture"
_DRAW = f"""
import io, pickle
import numpy as np
with open("{_FILE}", "rb") as file:
    figure = pickle.load(file)
for dpi in (150, 100, 60, 30):
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png", dpi=dpi)
    if drawn.tell() <= {MAX_PICTURE}:
        break
png = drawn.getvalue()
filled = len(png).to_bytes(8, "little") + png + bytes(-len(png) % 8)
{_NAME} = np.frombuffer(filled, dtype=np.int64)
"""

NO_PICTURE = "There is no picture of this plot: {reason}."


async def plot_picture(
    timeline: Timeline, client: Client | None, data: Path, number: int, name: str
) -> Path | str:
    """Draw the figure of that number into a file and return its path, or why there is none.

    `name` is what the file is called; it takes the place of an earlier one of that name.
    """
    kept = {each.number: each.pickled for each in timeline.current.kept_figures}
    if number not in kept or client is None:
        return NO_PICTURE.format(reason="the program has not finished, or cannot hand it over")
    command = Execute(
        Program(source=_DRAW),
        limits=Limits(seconds=_SECONDS),
        step_log=False,
        files=((_FILE, kept[number]),),
    )
    observation = await client.observe(command, (Question(_NAME),))
    answer = observation.answers[0].value if observation.answers else None
    filled = answer.data if isinstance(answer, ArrayValue) else b""
    size = int.from_bytes(filled[:8], "little")
    png = filled[8 : 8 + size]
    if size > MAX_PICTURE or not png.startswith(_SIGNATURE):
        return NO_PICTURE.format(reason="matplotlib could not draw it")
    folder = data / FOLDER
    file = folder / f"{name}.png"
    try:
        make_private(folder)
        replace_file(file, png)
    except OSError as error:
        return NO_PICTURE.format(reason=f"it cannot be written ({error.strerror})")
    return file
