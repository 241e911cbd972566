"""The commands that run and check a program, and their output during a run."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from tutor.course.kinds import kind_of
from tutor.grading.lab import REACHED
from tutor.grading.wording import counted
from tutor.plain.command_names import INTERRUPT
from tutor.plain.command_row import Command
from tutor.plain.desk import Desk
from tutor.plain.lab_lines import goal_lines
from tutor.plain.run_lines import (
    MAX_APART_S,
    apart_s,
    ending_lines,
    output_lines,
    progress_line,
    start_line,
    waiting_line,
)
from tutor.plain.verdict_lines import program_verdict_lines, still_words
from tutor.plain.walking import next_words
from tutor.session.outside_editing import file_sentences
from tutor.session.state import State
from tutor.session.words.run_text import changed_words, place_words
from tutor.wire.commands import StepLength
from tutor.wire.events import ErrorFacts, Phase

PHASES: tuple[Phase, ...] = ("zero_grad", "forward", "backward", "step")
NOT_HERE = "There is no program to run here."
GUESS_FIRST = "Guess first: the program runs then. Type task for the question."


async def follow(desk: Desk) -> None:
    """Print the run's progress until it ends or pauses."""
    session, changed = desk.session, asyncio.Event()
    unsubscribe = session.subscribe(lambda _old, _new: changed.set())
    told_at, has_told_start, has_told_wait = 0, False, False
    try:
        while (activity := session.state.activity) is not None and not _waits(session.state):
            if session.state.failure is not None:
                return  # a fault of the tutor: the run may never end
            changed.clear()
            is_slow = activity.kind != "check" or activity.seconds >= 1
            is_begun = is_slow and not activity.stopping
            if session.state.queued and not has_told_wait:
                has_told_wait = True
                desk.teller.say_now(waiting_line(session.state))
            elif not session.state.queued and is_begun and not has_told_start:
                has_told_start = True
                desk.teller.say_now(start_line(activity))
            elif activity.seconds >= told_at + apart_s(activity) and desk.tells_progress:
                told_at = activity.seconds
                desk.teller.say_now(progress_line(activity, session.timeline.current))
            await _until_set(changed, desk)
    finally:
        unsubscribe()


def _waits(state: State) -> bool:
    return state.paused is not None


async def _until_set(changed: asyncio.Event, desk: Desk) -> None:
    """Wait for the next change; print that a queued run still waits if that takes long."""
    try:
        async with asyncio.timeout(MAX_APART_S):
            await changed.wait()
    except TimeoutError:
        if desk.state.queued and desk.tells_progress:
            desk.teller.say_now(waiting_line(desk.state, "Still waiting"))


async def run(desk: Desk, _words: str) -> None:
    """Run the program without checking it."""
    if kind_of(desk.state.step).has_sliders:
        await run_lab(desk)
        return
    if not _has_program(desk):
        return
    if desk.session.runs.run(desk.source):
        await follow(desk)
        tell_end(desk)


async def check(desk: Desk, _words: str) -> None:
    """Check the program, and print the verdict."""
    if kind_of(desk.state.step).has_sliders:
        await run_lab(desk)
        return
    if not kind_of(desk.state.step).has_solution:
        desk.say("There is nothing to check here: type task.")
        return
    if not desk.session.runs.check(desk.source):
        return
    await follow(desk)
    verdict = desk.state.verdict
    if verdict is None:
        return
    desk.say(*program_verdict_lines(verdict, desk.step.spoken))
    if verdict.accepted:
        desk.say(next_words(desk))
    elif verdict.kind in ("reject", "not-attempted"):
        desk.say(still_words(desk.state))
    elif verdict.kind == "tutor-fault" and verdict.outcome != "lost":
        desk.say("Type report and a sentence to tell the author, or next.")


async def run_lab(desk: Desk, guess: str = "") -> None:
    """Run the program with the values of its sliders, the first time for the guess."""
    lab, before = desk.session.answers.lab, len(desk.state.goals)
    asks = desk.state.wants_guess
    if not (lab.guess(guess, desk.source) if asks else lab.run(desk.source)):
        return
    await follow(desk)
    tell_end(desk)
    if desk.state.guess:
        desk.say(f"Your guess: {desk.state.guess}.")
    desk.say(*goal_lines(desk.step, desk.state))
    if before < len(desk.state.goals) == len(desk.step.goals):
        desk.say(f"{REACHED} {next_words(desk)}")


def tell_end(desk: Desk) -> None:
    """Print how a run ended, or where it is paused."""
    paused = desk.state.paused
    if paused is not None:
        desk.say(f"{place_words(paused).capitalize()}.")
        desk.say(*filter(None, [changed_words(desk.state, PHASES)]))
        desk.say("Type phase for the next phase, pause to go on, stop to end it, tensor to look.")
        return
    current, ending = desk.session.timeline.current, desk.state.ending
    if ending is None:
        return
    desk.say(*ending_lines(ending, current), *output_lines(current))
    views = [name for name, is_there in _views(desk) if is_there]
    if views:
        desk.say(f"To hear more: {', '.join(views)}.")


def _views(desk: Desk) -> Iterator[tuple[str, bool]]:
    current = desk.session.timeline.current
    yield "loss", len(current.losses) > 1
    yield "tensor", bool(current.inventory)
    yield "model", bool(current.models)
    yield "map", bool(current.maps)
    yield "graph", current.graph is not None
    yield "surface", current.surface is not None
    yield "plot", bool(current.figures)
    yield "pad", desk.state.pad is not None


def _has_program(desk: Desk) -> bool:
    step = desk.state.step
    if kind_of(step).is_guessed and not desk.can_edit:
        desk.say(GUESS_FIRST if desk.state.prediction_result is None else NOT_HERE)
        return False
    if not kind_of(step).has_program:
        desk.say(NOT_HERE)
        return False
    return True


async def stop(desk: Desk, _words: str) -> None:
    """Stop a run, also a paused one."""
    desk.session.runs.stop()
    if desk.state.activity is not None:
        await follow(desk)
        tell_end(desk)


async def pause(desk: Desk, _words: str) -> None:
    """Continue a paused run to its end."""
    if desk.state.activity is None:
        desk.say("Nothing runs. Type phase to run the program up to its first phase.")
        return
    desk.session.runs.pause()
    await follow(desk)
    tell_end(desk)


async def phase(desk: Desk, words: str) -> None:
    """Continue by one phase, step or epoch of a training, and pause there."""
    lengths: dict[str, StepLength] = {"": "phase", "step": "step", "epoch": "epoch"}
    length = lengths.get(words.strip())
    if length is None:
        desk.say("Type phase alone, phase step or phase epoch.")
        return
    if not kind_of(desk.state.step).has_own_code:
        desk.say(NOT_HERE)
        return
    desk.session.runs.step_phase(desk.source, length=length)
    await follow(desk)
    tell_end(desk)


async def more_time(desk: Desk, _words: str) -> None:
    """Double the run's time limit."""
    desk.session.runs.more_time()
    if desk.state.activity is not None:
        desk.say(start_line(desk.state.activity))


async def progress(desk: Desk, words: str) -> None:
    """Print progress during a run, or only its start and end."""
    if words.strip() not in ("", "on", "off"):
        desk.say("Type progress on or progress off.")
        return
    if words.strip():
        desk.tells_progress = words.strip() == "on"
    desk.say(f"Progress is {'on' if desk.tells_progress else 'off'}.")


async def output(desk: Desk, _words: str) -> None:
    """Print the program's output, and name the file with all of it."""
    printed = await desk.session.runs.printed()
    where = [*file_sentences(printed)] if printed is not None else []
    desk.say(*output_lines(desk.session.timeline.current, where))
    if desk.teller.is_silent:
        desk.say("The last run printed nothing.")


async def trace(desk: Desk, _words: str) -> None:
    """Print the calls that led to the error."""
    error = desk.session.timeline.current.error
    if error is None:
        desk.say("The last run raised no error.")
        return
    desk.say(f"{error.type_name}: {' '.join(error.message.split())}", *_frames(error))


def _frames(error: ErrorFacts) -> Iterator[str]:
    if not error.frames:
        yield "No call led there: the program did not begin."
        return
    yield f"{counted(len(error.frames), 'call')}, the last one first."
    for frame in reversed(error.frames):
        code = f": {frame.text.strip()}" if frame.text.strip() else "."
        yield f"In {frame.file}, line {frame.line}, {frame.function}{code}"


COMMANDS = (
    Command("run", run, "run the program without checking the answer."),
    Command("check", check, "judge the program."),
    Command("stop", stop, f"stop what runs; {INTERRUPT} does, too."),
    Command(
        "phase", phase, "run to the next phase of the training, and pause there.", "step or epoch"
    ),
    Command("pause", pause, "go on after a phase, to the end."),
    Command("time", more_time, "give the run twice its time."),
    Command("progress", progress, "report during a run, or only at its end.", "on or off"),
    Command("output", output, "read the output, and name the file with all of it."),
    Command("trace", trace, "list the calls that led to the error."),
)
