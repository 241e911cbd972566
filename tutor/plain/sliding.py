"""Labs: moving a slider, which runs the program, and the guess before the first run."""

from __future__ import annotations

import re

from tutor.course.kinds import kind_of
from tutor.course.slider_values import NotSliderValues, lines_of, values_in, values_or_start
from tutor.plain.desk import Desk
from tutor.plain.running import run_lab
from tutor.plain.walking import tell_lab

_LINE = re.compile(r"\s*(\w+)\s*=\s*(\S.*)")
_NUMBER = re.compile(r"[-−+.]?\s*\d.*")


def is_move(desk: Desk, line: str) -> bool:
    """Return True if the line binds a name at a lab, as in `hidden = 16`."""
    return kind_of(desk.state.step).has_sliders and _LINE.fullmatch(line) is not None


def is_guess(desk: Desk, line: str) -> bool:
    """Return True if the line is a number at a lab that asks for a guess."""
    return desk.state.wants_guess and _NUMBER.fullmatch(line.strip()) is not None


async def move(desk: Desk, words: str) -> None:
    """Move a slider to one of its numbers, and run the program."""
    step = desk.step
    name, _, number = words.replace("=", " ").strip().partition(" ")
    texts = {key: str(value) for key, value in values_or_start(step, desk.source).items()}
    if name not in texts or not number.strip():
        tell_lab(desk)
        return
    if desk.state.wants_guess:
        desk.say("Guess first: type a number, or run to do without a guess.")
        return
    texts[name] = number.strip()
    try:
        values = values_in(step, "\n".join(f"{key} = {text}" for key, text in texts.items()))
    except NotSliderValues as problem:
        desk.say_text(str(problem))
        return
    desk.write(lines_of(step, values))
    await run_lab(desk)


async def guess(desk: Desk, words: str) -> None:
    """Keep the guess, and run the program for it."""
    if desk.state.wants_guess:
        await run_lab(desk, words.replace("−", "-"))
    else:
        tell_lab(desk)
