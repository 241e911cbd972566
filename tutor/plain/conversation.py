"""The conversation of plain mode: read a line, find the command, print its answer.

The table of all commands is here. An unambiguous prefix of a command is enough.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from tutor.close_names import close_names
from tutor.course.kinds import kind_of
from tutor.plain import (
    answering,
    asked_values,
    editing,
    helping,
    looking,
    pad_rows,
    review_commands,
    running,
    sliding,
    walking,
)
from tutor.plain.command_row import Command
from tutor.plain.desk import Choice, Desk
from tutor.plain.typed_numbers import number_of
from tutor.text import clean_paste

YES = ("y", "yes")

FAULT = (
    "That failed because of a fault in the tutor, {name}. What you have written is kept: go on. "
    "The full error is shown when you leave."
)

START = "start"
"""Name in the log of the message that precedes any command."""


async def tell_help(desk: Desk, words: str) -> None:
    """Print all commands, or the help of one."""
    offered = commands_of(desk)
    if words.strip():
        word = words.split()[0]
        found = matching(word, offered)
        desk.say(*(_help_line(each) for each in found) if found else [_unknown(word, offered)])
        return
    desk.say("Commands; the first letters are enough. Type help and a command for more.")
    if desk.state.review is not None:
        desk.say(f"In the review: {', '.join(offered)}.")
        return
    for about, commands in GROUPS:
        desk.say(f"{about}: {', '.join(command.name for command in commands)}.")
    if kind_of(desk.state.step).has_question:
        desk.say("To answer a question, type the answer.")


async def leave(desk: Desk, _words: str) -> None:
    """Save everything and end the conversation; ask first if code cannot be saved."""
    saved = await asyncio.to_thread(desk.session.save_now)
    if not saved.loses_code:
        desk.has_ended = True
        return

    async def leave_all_the_same(_number: int) -> None:
        desk.has_ended = True

    desk.choice = Choice(1, leave_all_the_same)
    desk.say(saved.problem, "If you leave, unsaved work is lost. Type yes to leave.")


GROUPS: tuple[tuple[str, tuple[Command, ...]], ...] = (
    ("To find your way", walking.COMMANDS),
    ("To answer", (*answering.COMMANDS, *review_commands.COMMANDS)),
    ("To change the program", editing.COMMANDS),
    ("To run it", running.COMMANDS),
    ("To look at a run", (*looking.COMMANDS, *pad_rows.COMMANDS, *asked_values.COMMANDS)),
    ("To be helped", helping.COMMANDS),
    (
        "Besides",
        (
            Command("help", tell_help, "list the commands, or explain one.", "COMMAND"),
            Command("quit", leave, "save and leave, as does the end of input."),
        ),
    ),
)
"""All commands, grouped by purpose."""

COMMANDS = {command.name: command for _, commands in GROUPS for command in commands}


IN_REVIEW = {command.name: command for command in review_commands.WITHIN} | {
    name: COMMANDS[name] for name in ("word", "repeat", "more", "log", "help", "quit")
}
"""Commands during a review."""


def commands_of(desk: Desk) -> Mapping[str, Command]:
    """Return the commands available now."""
    return COMMANDS if desk.state.review is None else IN_REVIEW


def matching(word: str, commands: Mapping[str, Command] = COMMANDS) -> list[Command]:
    """Return the command with this name, or else all with this prefix."""
    word = word.casefold()
    if word in commands:
        return [commands[word]]
    return [command for name, command in commands.items() if word and name.startswith(word)]


async def begin(desk: Desk, why: str, *, review: bool = False) -> None:
    """Print why plain mode is on, any problems, and the first step.

    With `review`, the review starts before the first step is printed.
    """
    desk.teller.begin()
    desk.session.read_outline(whole=True)
    desk.say(f"nntutor, plain mode, by {why}. Type help for commands.")
    for problem in desk.state.problems:
        desk.say(f"Problem: {problem}")
    if desk.state.step is None:
        desk.say("There is no step to show: nntutor check lists the problems of the lessons.")
        desk.has_ended = True
    elif review:
        await review_commands.begin_review(desk)
    else:
        await review_commands.offer(desk)
        walking.arrive(desk)
    desk.tell_notices()
    desk.teller.end(START)


async def obey(desk: Desk, line: str) -> None:
    """Perform one line of input and print the answer; no exception ends plain mode."""
    desk.teller.begin()
    line = clean_paste(line.rstrip("\r\n"))
    try:
        is_kept = await _perform(desk, line)
    except Exception as fault:  # the session is still sound, and it has the typed text
        desk.fault = desk.fault or fault
        desk.say(FAULT.format(name=type(fault).__name__))
        is_kept = True
    desk.tell_notices()
    is_typing = desk.typed is not None or desk.rows is not None
    if desk.teller.is_silent and not is_typing and not desk.has_ended:
        desk.say("Done.")
    desk.teller.end(line.strip(), is_kept=is_kept)


async def _perform(desk: Desk, line: str) -> bool:
    """Perform the line; return True if its answer can be repeated."""
    if desk.typed is not None:
        editing.take_typed(desk, line)
    elif desk.rows is not None:
        await pad_rows.take_row(desk, line)
    elif desk.choice is not None and await _choose(desk, line.strip()):
        pass
    elif review_commands.is_answer_in_review(desk, line):
        await review_commands.answer(desk, line)
    elif desk.state.review is None and answering.is_answer(desk, line):
        await answering.answer(desk, line)
    elif desk.state.review is None and sliding.is_move(desk, line):
        await sliding.move(desk, line)
    elif line.strip():
        return await _command(desk, line.strip())
    else:
        desk.say("Type a command, or help.")
    return True


async def _choose(desk: Desk, line: str) -> bool:
    """Take a number or "yes" for the offered choice; any other line withdraws the offer."""
    choice, desk.choice = desk.choice, None
    assert choice is not None
    if line.casefold() in YES:
        await choice.take(1)
        return True
    if line.isdecimal() and 1 <= number_of(line) <= choice.count:
        await choice.take(number_of(line))
        return True
    return False


async def _command(desk: Desk, line: str) -> bool:
    """Perform the command that the line names; return True if its answer can be repeated."""
    word, _, rest = line.partition(" ")
    offered = commands_of(desk)
    found = matching(word, offered)
    if len(found) == 1:
        await found[0].act(desk, rest)
        return found[0].is_kept
    if found:
        desk.say(f"Which one: {', '.join(command.name for command in found)}?")
    elif desk.state.review is not None and matching(word):
        desk.say("That is not for the review. Type leave to end it, or help.")
    else:
        desk.say(_unknown(word, offered))
        if desk.state.review is None and kind_of(desk.state.step).has_own_code and "=" in line:
            desk.say("To write a line of the program, type set, its number and the code.")
    return True


def _unknown(word: str, offered: Mapping[str, Command]) -> str:
    near = close_names(word.casefold(), offered)
    hint = f"Did you mean {near[0]}?" if near else "Type help for commands."
    return f"There is no command {word[:40]}. {hint}"


def _help_line(command: Command) -> str:
    takes = f" After it: {command.takes}." if command.takes else ""
    return f"{command.name}: {command.does}{takes}"
