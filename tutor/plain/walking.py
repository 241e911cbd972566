"""The commands that move through the course, and those that print the current place again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tutor.course.kinds import kind_of
from tutor.course.line_order import fixed_rows
from tutor.course.model import LessonOutline, StepHeader
from tutor.course.slider_values import lab_program
from tutor.course.terms import glossary
from tutor.files import write_new_file
from tutor.grading.wording import counted
from tutor.plain.command_row import Command
from tutor.plain.desk import Desk
from tutor.plain.kinds import question_in, telling_of
from tutor.plain.lab_lines import guess_lines, slider_lines
from tutor.plain.markdown_lines import spoken_line, tables_in
from tutor.plain.program_text import lines_in
from tutor.plain.step_lines import (
    figure_lines,
    gaps_of,
    head_line,
    question_lines,
    step_number,
    there_is_words,
)
from tutor.plain.typed_numbers import number_of

MAX_LOG = 10
"""Messages that the command log lists."""


def arrive(desk: Desk) -> None:
    """Print the step that the learner has come to."""
    desk.choice = None
    desk.know()
    step, kind = desk.step, kind_of(desk.step)
    desk.say(head_line(step, lesson_of(desk), desk.state))
    explanation = desk.lines_of(telling_of(step).explains(step))
    if not kind.has_program and not kind.has_question:
        figures = there_is_words(step, (), ())
        desk.say(*explanation, " ".join(filter(None, [figures, "Type next to go on."])))
        return
    program = desk.program.lines if kind.has_own_code else ()
    if kind.is_guessed:
        program = tuple(step.program.strip("\n").split("\n"))
    elif kind.has_sliders:
        program = lines_in(lab_program(step, desk.source)).lines
    if kind.has_task:
        tell_task(desk)
    desk.say(*filter(None, [there_is_words(step, explanation, program)]))


def tell_task(desk: Desk) -> None:
    """Print the task or question of the step."""
    step, telling = desk.step, telling_of(desk.step)
    task, question = telling.asks(step), question_in(step)
    if not kind_of(step).has_task:
        desk.say(
            "Task: none, this is a program of your own. Type code to hear it, and run to run it."
        )
        return
    if not task:
        desk.say("Task: to read. Type text to read it, and next to go on.")
        return
    desk.say_text(task, f"{telling.asked}: ")
    if question is not None:
        desk.say(*question_lines(question, desk.state))
    elif kind_of(step).has_only_moves:
        desk.say(order_words(desk))
    elif kind_of(step).has_sliders:
        tell_lab(desk)
    elif gaps := gaps_of(step, desk.program.lines):
        desk.say(f"There {_be(gaps)} {gaps}")


def tell_lab(desk: Desk) -> None:
    """Tell the guess, the sliders, how they are moved, and the goals."""
    for line in guess_lines(desk.step, desk.state):
        desk.teller.say_now(line)  # even below a long task, since the next command may be run
    desk.say(*slider_lines(desk.step, desk.state, desk.source))


def order_words(desk: Desk) -> str:
    """Name the lines of the program that can be reordered, and the command for that."""
    first, last = movable(desk)
    return (
        f"Lines {first} to {last} can be ordered: type order and their numbers, as in "
        f"order {last} {first}. Those that you leave out are taken out."
    )


def movable(desk: Desk) -> tuple[int, int]:
    """Return the numbers of the first and the last line that may be moved."""
    above, below = fixed_rows(desk.step)  # counts the empty row after a final newline below
    return above + 1, len(desk.program.lines) + desk.program.is_ended - below


def _be(gaps: str) -> str:
    return "is" if gaps.startswith("1 ") else "are"


def next_words(desk: Desk) -> str:
    """Return the sentence that follows an accepted answer."""
    lesson, step = lesson_of(desk), desk.step
    number = step_number(step, lesson)
    more = ", or explain for what it shows" if step.after.strip() else ""
    if lesson is not None and number < len(lesson.steps):
        return f"Next is step {number + 1}. Type next{more}."
    return f"That was the last step of the lesson. Type next{more}."


def lesson_of(desk: Desk) -> LessonOutline | None:
    lesson = desk.step.lesson
    return next((each for each in desk.state.course.lessons if each.id == lesson), None)


async def go_on(desk: Desk, _words: str) -> None:
    """Go to the next step; at the end of a lesson, name what follows."""
    before = desk.step.id
    if desk.session.move(1) and desk.step.id != before:
        arrive(desk)
        return
    desk.hush()
    lesson = lesson_of(desk)
    if lesson is None:
        desk.say("This is a program of your own: there is no step after it.")
        return
    left = [each for each in lesson.steps if each.id not in desk.state.done and not each.optional]
    if left:
        desk.say(f"That was the last step of {_title(lesson)}.")
        titles = "; ".join(
            f"step {step_number(each, lesson)}, {spoken_line(each.title)}" for each in left
        )
        desk.say(f"Still open: {titles}.")
    else:
        desk.say(f"Done: all required steps of the lesson {_title(lesson)}.")
        for outcome in lesson.outcomes:
            desk.say_text(outcome, "You can now: ")
    following = _lesson_after(desk, lesson)
    if following is not None:
        desk.say(f"Next lesson: {_title(following)}. Type go {following.id}.")
    elif _is_course_done(desk):
        desk.say("This is the end of the course.")
        desk.say_text(desk.state.course.after)
    else:
        desk.say("This was the last lesson. Type outline for the steps that are open.")


async def go_back(desk: Desk, _words: str) -> None:
    """Go to the previous step."""
    before = desk.step.id
    if desk.session.move(-1) and desk.step.id != before:
        arrive(desk)
    elif lesson_of(desk) is None:
        desk.say("This is a program of your own: there is no step before it.")


async def go_to(desk: Desk, words: str) -> None:
    """Go to a step by number, section or id, or to the first step of a lesson."""
    desk.session.read_outline(whole=True)
    found = _step_named(desk, words.strip())
    if found is None:
        desk.say(f"There is no step {words}." if words else "Which step? Type go and its number.")
        desk.say("Type outline for all steps.")
        return
    if found != desk.step.id:
        desk.session.go_to(found)
    arrive(desk)


def _step_named(desk: Desk, name: str) -> str | None:
    lesson = lesson_of(desk)
    if name.isdecimal():
        steps = lesson.steps if lesson is not None else ()
        number = number_of(name)
        return steps[number - 1].id if 1 <= number <= len(steps) else None
    for each in desk.state.course.lessons:
        if name and each.id == name and each.steps:
            return each.steps[0].id
    return next(
        (s.id for s in desk.state.course.steps() if name and name in (s.id, s.section)), None
    )


async def tell_outline(desk: Desk, words: str) -> None:
    """Print the lessons, and the steps of this lesson or the one named."""
    desk.session.read_outline(whole=True)
    lessons = desk.state.course.lessons
    name = words.strip()
    named = next((each for each in lessons if each.id == name), None if name else lesson_of(desk))
    if name and named is None:
        desk.say(f"There is no lesson {name}.")
    for number, lesson in enumerate(lessons, 1):
        done = sum(step.id in desk.state.done for step in lesson.steps)
        here = " You are here." if lesson is lesson_of(desk) else ""
        desk.say(
            f"Lesson {number}: {_title(lesson)}, {done} of {counted(len(lesson.steps), 'step')} "
            f"done. Type outline {lesson.id}.{here}"
        )
    if named is not None:
        desk.say(f"Steps of {_title(named)}:")
        desk.say(*(_step_line(desk, number, step) for number, step in enumerate(named.steps, 1)))


def _step_line(desk: Desk, number: int, step: StepHeader) -> str:
    words = [f"Step {number}: {spoken_line(step.title)}"]
    words += ["done"] if step.id in desk.state.done else ["practice"] if step.optional else []
    words += [counted(step.minutes, "minute")] if step.minutes is not None else []
    words += ["here"] if step.id == desk.step.id else []
    return f"{', '.join(words)}."


async def tell_where(desk: Desk, _words: str) -> None:
    """Print the current place, and what was done there."""
    lesson, step, state = lesson_of(desk), desk.step, desk.state
    desk.say(head_line(step, lesson, state))
    if lesson is not None:
        lessons = state.course.lessons
        done = sum(each.id in state.done for each in lesson.steps)
        desk.say(
            f"Lesson {lessons.index(lesson) + 1} of {len(lessons)}: {_title(lesson)}, "
            f"{done} of {counted(len(lesson.steps), 'step')} done."
        )
    if state.checks:
        desk.say(f"Answers judged here: {state.checks}.")
    if state.hint_count:
        desk.say(f"Hints shown: {state.hints} of {state.hint_count}.")
    if kind_of(step).has_own_code:
        program = desk.program.lines
        desk.say(
            " ".join(
                filter(None, [f"Program: {counted(len(program), 'line')}.", gaps_of(step, program)])
            )
        )


async def tell_the_task(desk: Desk, _words: str) -> None:
    """Print the task or question again."""
    tell_task(desk)


async def tell_text(desk: Desk, _words: str) -> None:
    """Print the explanation before the task."""
    text = telling_of(desk.step).explains(desk.step)
    tables = tables_in(text, desk.step.spoken)
    desk.table = tables[-1] if tables else desk.table
    desk.say(*desk.lines_of(text))
    if desk.teller.is_silent:
        desk.say("There is no explanation here: type task.")


async def tell_after(desk: Desk, _words: str) -> None:
    """Print the explanation after the answer, once the step is done."""
    after = desk.step.after
    if not after.strip():
        desk.say("There is nothing more to explain here: type next.")
    elif not desk.state.step_done:
        desk.say("You can read that once the step is done.")
    else:
        tables = tables_in(after, desk.step.spoken)
        desk.table = tables[-1] if tables else desk.table
        desk.say_text(after)


async def tell_figure(desk: Desk, words: str) -> None:
    """Describe a figure of the step: the first, or the one with that number."""
    tell_figures(desk, desk.step.figures, words)


def tell_figures(desk: Desk, names: Sequence[str], words: str) -> None:
    """Describe one of the figures: the first, or the one with that number."""
    number = number_of(words.strip()) if words.strip().isdecimal() else 1
    if not names:
        desk.say("There is no figure here.")
    elif not 1 <= number <= len(names):
        desk.say(f"The figures are 1 to {len(names)}.")
    else:
        desk.say(*figure_lines(names[number - 1]))
        if number < len(names):
            desk.say(f"Type figure {number + 1} for the next of {len(names)}.")


async def tell_word(desk: Desk, words: str) -> None:
    """Print the meaning of a technical word."""
    desk.session.read_outline(whole=True)
    wanted = words.strip().casefold()
    entries = glossary(desk.state.course)
    found = [e for e in entries if wanted in (e.title.casefold(), e.term.name.casefold())]
    found = found or [e for e in entries if wanted and e.title.casefold().startswith(wanted)]
    if len(found) == 1:
        (entry,) = found
        desk.say_text(entry.term.say, f"{entry.title}: ")
        if entry.step is not None:
            title = spoken_line(entry.step.title)
            desk.say(f"The step {title} is about it: type go {entry.step.id}.")
    elif found or not wanted:
        titles = ", ".join(entry.title for entry in found or entries)
        desk.say(f"Words: {titles}.", "Type word and one of them.")
    else:
        desk.say(f"The course does not explain {words.strip()}. Type word for all words.")


async def repeat(desk: Desk, words: str) -> None:
    """Print the last message again, word for word, or an earlier one by its number."""
    number = number_of(words.strip()) if words.strip().isdecimal() else 1
    messages = desk.teller.messages
    if not 1 <= number <= len(messages):
        desk.say(f"There are {len(messages)} messages to repeat.")
        return
    desk.say(*messages[-number].lines)


async def more(desk: Desk, _words: str) -> None:
    """Print the next lines of a long answer."""
    if not desk.teller.more():
        desk.say("That was all.")


async def tell_log(desk: Desk, words: str) -> None:
    """List the last commands with the beginnings of their answers, or write all to a file."""
    messages = desk.teller.messages
    if words.strip():
        lines = [f"{part}\n" for m in messages for part in (f"> {m.command}", *m.lines)]
        desk.say(write_new(Path(words.strip()), "".join(lines)))
        return
    for number, message in reversed(list(enumerate(reversed(messages), 1))[:MAX_LOG]):
        desk.say(f"{number} ago, {message.command or 'start'}: {message.lines[0]}")
    desk.say("Type repeat and a number for one of them, log and a name to write a file.")


def write_new(file: Path, text: str) -> str:
    """Write a new file and return a sentence about it; never replace an existing file."""
    try:
        write_new_file(file.expanduser(), text.encode(errors="replace"))
    except FileExistsError:
        return f"Not written: {file} already exists. Choose another name."
    except (OSError, ValueError, RuntimeError) as problem:  # an unknown user after ~
        return f"Not written: {getattr(problem, 'strerror', None) or problem}".rstrip(".") + "."
    return f"Written: {file}."


def _is_course_done(desk: Desk) -> bool:
    steps = desk.state.course.steps()
    return all(step.optional or step.id in desk.state.done for step in steps)


def _title(lesson: LessonOutline) -> str:
    return spoken_line(lesson.title)


def _lesson_after(desk: Desk, lesson: LessonOutline) -> LessonOutline | None:
    lessons = desk.state.course.lessons
    place = lessons.index(lesson) + 1
    return lessons[place] if place < len(lessons) else None


COMMANDS = (
    Command("next", go_on, "go to the next step."),
    Command("back", go_back, "go to the step before."),
    Command("go", go_to, "go to a step by its number or id, or to a lesson.", "NUMBER"),
    Command("outline", tell_outline, "list the lessons, or the steps of one.", "LESSON"),
    Command("where", tell_where, "report where you are, and what you have done."),
    Command("task", tell_the_task, "tell the task or question."),
    Command("text", tell_text, "read the explanation before the task."),
    Command("explain", tell_after, "read what the answer shows, once the step is done."),
    Command("figure", tell_figure, "describe a figure of the step.", "NUMBER"),
    Command("word", tell_word, "explain a term.", "NAME"),
    Command(
        "repeat", repeat, "repeat the last message, or an earlier one.", "NUMBER", is_kept=False
    ),
    Command("more", more, "continue a long message."),
    Command("log", tell_log, "list the last messages, or write all to a file.", "FILE"),
)
