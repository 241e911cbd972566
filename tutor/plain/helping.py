"""The commands that help: hints, the solution in parts, earlier answers, and a report."""

from __future__ import annotations

from functools import partial

from tutor.course.help_levels import HelpLevel, shown_code
from tutor.course.kinds import kind_of
from tutor.grading.quiz import QuizAnswer
from tutor.grading.wording import counted
from tutor.plain.code_lines import code_and_count, code_lines
from tutor.plain.command_row import Command
from tutor.plain.desk import Choice, Desk
from tutor.plain.editing import is_changed_meanwhile, tell_changes
from tutor.plain.markdown_lines import spoken_line
from tutor.plain.program_text import Lines, changed_lines, lines_in
from tutor.plain.typed_numbers import number_of
from tutor.plain.verdict_lines import HEADS
from tutor.progress.attempts import Attempt
from tutor.session.program_changes import describe_changes
from tutor.session.solution_help import NO_HINTS, Offer, offers

_WHAT: dict[HelpLevel, str] = {
    "lines": "The lines of one solution, in another order",
    "words": "The beginning of one solution",
    "whole": "One solution",
}


async def hint(desk: Desk, words: str) -> None:
    """Print the next hint, or all hints so far."""
    step, state = desk.step, desk.state
    if words.strip() == "all":
        for place, number in enumerate(state.hint_numbers, 1):
            desk.say_text(step.hints[number - 1], f"Hint {place}: ")
        if not state.hint_numbers:
            desk.say("No hint was shown here yet: type hint." if step.hints else NO_HINTS)
        return
    had, had_words = state.hint_numbers, state.help
    desk.session.help.show_hint()
    told = desk.state.hint_numbers[len(had) :]
    for place, number in enumerate(told, len(had) + 1):
        desk.say_text(step.hints[number - 1], f"Hint {place} of {desk.state.hint_count}: ")
    if desk.state.help != had_words:
        _tell_solution(desk)
    elif not told and desk.state.hints:
        desk.tell_notices()
        desk.say("Type hint all to hear them again.")


async def solution(desk: Desk, _words: str) -> None:
    """Print the solution if the step is done; else offer its next part."""
    step, state = desk.step, desk.state
    if not kind_of(step).has_solution:
        desk.say("There is no solution to show here.")
        return
    if state.is_exam:
        desk.session.help.accept("whole")
        return
    if state.reference or state.has_open_help:
        desk.say("One way to write it.", *code_and_count(step.solution))
    offered = offers(step, state)
    if not offered:
        return
    desk.choice = Choice(len(offered), partial(_accept, desk, offered))
    if len(offered) == 1:
        desk.say(f"{_question(desk, offered[0])} Type yes, or go on with any other command.")
        return
    desk.say(f"Choose from {len(offered)} kinds of help: type a number; yes takes the first.")
    for number, offer in enumerate(offered, 1):
        desk.say(f"{number}. {_question(desk, offer)}")


def _question(desk: Desk, offer: Offer) -> str:
    return " ".join(desk.lines_of(desk.filled(offer.question)))


async def _accept(desk: Desk, offered: tuple[Offer, ...], number: int) -> None:
    choice = offered[number - 1].choice
    if choice == "hint":
        await hint(desk, "")
        return
    if choice in ("put", "clean") and is_changed_meanwhile(desk):
        return
    before = desk.program
    if choice in ("put", "clean"):
        desk.remember()
    desk.session.help.accept(choice)
    if choice in ("put", "clean"):
        desk.know()
        tell_changes(desk, before, "Your program is replaced.")
    else:
        _tell_solution(desk)


def _tell_solution(desk: Desk) -> None:
    shown = desk.state.help
    told = f", {counted(shown.words, 'word')} of it" if shown.level == "words" else ""
    if shown.level:
        code = shown_code(desk.step, shown, hidden="").rstrip()
        desk.say(f"{_WHAT[shown.level]}{told}.", *code_and_count(code))
    if shown.level == "words":
        desk.say("Type hint for one more word.")


async def attempts(desk: Desk, words: str) -> None:
    """List the answers checked at this step, or restore one."""
    if not kind_of(desk.state.step).has_solution:
        desk.say("You have checked nothing here, so there is no answer to restore.")
        return
    found = await desk.session.help.past_answers()
    number = number_of(words.strip()) if words.strip().isdecimal() else 0
    if 1 <= number <= len(found):
        if is_changed_meanwhile(desk):
            return
        before = desk.program
        desk.remember()
        desk.session.help.bring_back(found[number - 1])
        desk.know()
        tell_changes(desk, before, "Your program is replaced.")
        return
    if found and words.strip():
        desk.say(f"The answers are 1 to {len(found)}.")
    for number, each in enumerate(found, 1):
        desk.say(f"Answer {number}: {_attempt_words(each, desk.program)}")
    if found:
        desk.say("Type attempts and a number to restore one.")


def _attempt_words(attempt: Attempt, now: Lines) -> str:
    """Describe an answer: verdict, number of changed lines, and the first changed line."""
    verdict = attempt.verdict
    what = "not judged" if verdict == "not-judged" else HEADS[verdict].lower()
    then = lines_in(attempt.program)
    words = [
        f"{what}, {counted(len(then.lines), 'line')}, {describe_changes(now.text, then.text)}."
    ]
    for number in changed_lines(now, then)[:1]:
        words += code_lines(then.lines[number - 1 : number], number)
    return " ".join(words)


async def report(desk: Desk, words: str) -> None:
    """Write a report to the lesson's author."""
    if not words.strip():
        desk.say("Type report and what looks wrong, in a sentence.")
        return
    kind = kind_of(desk.step)
    answer = desk.source if kind.has_own_code or kind.has_sliders else _last_answer(desk)
    try:
        file = desk.session.help.report(answer)(words.strip())
    except OSError as problem:
        desk.say(f"Not written: {problem.strerror or problem}.")
        return
    desk.say(f"Written: {file}.", f"It is about {spoken_line(desk.step.title)}. Send it yourself.")


def _last_answer(desk: Desk) -> QuizAnswer:
    answered = desk.state.progress.quiz.get(desk.step.id)
    return QuizAnswer(answered.judged, answered.text) if answered is not None else QuizAnswer()


COMMANDS = (
    Command("hint", hint, "tell the next hint.", "all"),
    Command("solution", solution, "read more of a solution; it asks first."),
    Command("attempts", attempts, "list your checked answers, or restore one.", "NUMBER"),
    Command("report", report, "write a report to the author of the lesson.", "SENTENCE"),
)
