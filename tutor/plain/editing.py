"""The commands that print and edit the program, by line or in the learner's own editor."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from tutor.course.kinds import kind_of
from tutor.course.slider_values import lab_program
from tutor.first_screen.given_code import all_givens
from tutor.grading.wording import counted
from tutor.plain.code_lines import code_and_count, code_lines, gap_words
from tutor.plain.command_row import Command
from tutor.plain.desk import MAX_TEXT, Desk
from tutor.plain.program_text import (
    Lines,
    NoSuchLine,
    arranged,
    changed_lines,
    delete_lines,
    indent_lines,
    insert_line,
    is_out,
    line_numbers_words,
    lines_in,
    put_in,
    set_line,
    taken_out,
)
from tutor.plain.sliding import move
from tutor.plain.typed_numbers import number_of
from tutor.plain.walking import movable, order_words
from tutor.session.outside_editing import edit_outside, write_kept_file

NOTHING_TO_EDIT = "There is no program to change here."
ONLY_MOVES = "Lines are only ordered here: type order for how."
NO_FILE = (
    "Nothing was started. The command write takes a program line by line, not a file name: your "
    "program is saved by itself, and save writes a program of your own to its file."
)
TOO_LONG = f"Not taken: a program has at most {MAX_TEXT} characters."
CHANGED_MEANWHILE = "Another program has changed your code meanwhile, such as the app."
NOT_DONE = "So nothing was done. Type code to hear it, then the command again."
KEPT = "Its text is kept in the file {file}."
END = "."
"""Line that ends a typed program."""

_NUMBERED = re.compile(r"(\d+)(?:[:,]?\s+(.*))?", re.DOTALL)
_RANGE = re.compile(r"(\d+)(?:\s*(?:-|–|to)\s*(\d+))?")


async def code(desk: Desk, words: str) -> None:
    """Print the program or some of its lines; `raw` omits the numbers."""
    if not kind_of(desk.state.step).has_program:
        desk.say("There is no program here.")
        return
    desk.know()
    lines = desk.program.lines
    if kind_of(desk.state.step).is_guessed and not desk.can_edit:
        lines = tuple(desk.step.program.strip("\n").split("\n"))
    elif kind_of(desk.state.step).has_sliders:
        lines = lines_in(lab_program(desk.step, desk.source)).lines
    if words.strip() == "raw":
        desk.say(*lines)
        return
    chosen = _range(words)
    if words.strip() and chosen is None:
        desk.say("Type code, code 2, code 2-5 or code raw.")
    elif chosen is not None and chosen[0] > len(lines):
        desk.say(f"The lines are 1 to {len(lines)}.")
    elif chosen is not None:
        desk.say(*_told_code(desk, lines[chosen[0] - 1 : chosen[1]], chosen[0]))
    else:
        gaps = gap_words(lines)
        desk.say(f"Code: {counted(len(lines), 'line')}.{f' {gaps}' if gaps else ''}")
        desk.say(*_told_code(desk, lines, 1))


def _told_code(desk: Desk, lines: Sequence[str], first: int) -> Iterator[str]:
    """Yield the lines to be heard; mark those that are taken out of an order."""
    rows = range(0)
    if kind_of(desk.state.step).has_only_moves:
        start, end = movable(desk)
        rows = range(start, end + 1)
    out = {number for number, line in enumerate(lines, first) if number in rows and is_out(line)}
    shown = [put_in(line) if number in out else line for number, line in enumerate(lines, first)]
    for number, told in enumerate(code_lines(shown, first), first):
        yield told.replace(": ", " is out: ", 1) if number in out else told


async def given(desk: Desk, _words: str) -> None:
    """Print the code that runs before the program."""
    code_before = all_givens(desk.step).strip("\n")
    if not code_before.strip():
        desk.say("There is no given code here.")
        return
    desk.say("Given: it runs before your program.", *code_and_count(code_before))


async def set_one(desk: Desk, words: str) -> None:
    """Replace a line, but keep its indent; or move a slider."""
    if kind_of(desk.state.step).has_sliders:
        await move(desk, words)
        return
    match = _NUMBERED.fullmatch(words.strip())
    if match is None or match[2] is None:
        desk.say("Type set, the number of the line and the code, as in set 2 y = 2 * x.")
        return
    number, text = number_of(match[1]), match[2]
    if _change(desk, lambda program: set_line(program, number, text)):
        _tell_line(desk, number, "Line {number} is now: {code}")


async def insert(desk: Desk, words: str) -> None:
    """Insert a line with the given number."""
    match = _NUMBERED.fullmatch(words.strip())
    if match is None:
        desk.say("Type insert, a number and the code, as in insert 2 y = 2 * x.")
        return
    number, text = number_of(match[1]), match[2] or ""
    if _change(desk, lambda program: insert_line(program, number, text)):
        _tell_line(desk, number, "New line {number}: {code}")


async def add(desk: Desk, words: str) -> None:
    """Append a line to the program."""
    number = len(desk.program.lines) + 1 if desk.can_edit else 1
    if _change(desk, lambda program: insert_line(program, number, words)):
        _tell_line(desk, number, "New line {number}: {code}")


async def delete(desk: Desk, words: str) -> None:
    """Delete lines of the program."""
    chosen = _range(words)
    if chosen is None:
        desk.say("Type delete and the number of a line, as in delete 2 or delete 2-4.")
        return
    if _change(desk, lambda program: delete_lines(program, *chosen)):
        count = counted(chosen[1] - chosen[0] + 1, "line")
        desk.say(f"Deleted: {count}. {counted(len(desk.program.lines), 'line')} left.")


async def move_in(desk: Desk, words: str) -> None:
    """Indent lines by one level."""
    _indent(desk, words, 1, "in")


async def move_out(desk: Desk, words: str) -> None:
    """Indent lines by one level less."""
    _indent(desk, words, -1, "out")


def _indent(desk: Desk, words: str, levels: int, name: str) -> None:
    chosen = _range(words)
    if chosen is None:
        desk.say(f"Type {name} and the number of a line, as in {name} 2 or {name} 2-4.")
    elif _change(desk, lambda program: indent_lines(program, *chosen, levels)):
        for number in range(chosen[0], chosen[1] + 1):
            _tell_line(desk, number, "Line {number} is now: {code}")


async def order(desk: Desk, words: str) -> None:
    """Arrange the lines in the given order; take the others out."""
    if not kind_of(desk.state.step).has_only_moves:
        desk.say("Here lines are written, not ordered: type help set.")
        return
    first, last = movable(desk)
    numbers = [number_of(each) for each in re.findall(r"\d+", words)]
    if not numbers:
        desk.say(order_words(desk))
    elif _changed(desk, lambda program: arranged(program, numbers, first, last)):
        for number in range(first, last + 1):
            _tell_moved(desk, number)


async def take(desk: Desk, words: str) -> None:
    """Take a line out, or put it in again."""
    if not kind_of(desk.state.step).has_only_moves:
        desk.say("Here lines are deleted: type help delete.")
        return
    chosen, (first, last) = _range(words), movable(desk)
    if chosen is None:
        desk.say("Type take and the number of a line.")
        return
    if not first <= chosen[0] <= chosen[1] <= last:
        desk.say(f"The lines {first} to {last} can be taken out.")
        return

    def taken(program: Lines) -> Lines:
        lines = [
            (put_in(line) if is_out(line) else taken_out(line))
            if chosen[0] <= number <= chosen[1]
            else line
            for number, line in enumerate(program.lines, 1)
        ]
        return Lines(tuple(lines), program.is_ended)

    if _changed(desk, taken):
        for number in range(chosen[0], chosen[1] + 1):
            _tell_moved(desk, number)


def _tell_moved(desk: Desk, number: int) -> None:
    line = desk.program.lines[number - 1]
    out = is_out(line)
    desk.say(f"Line {number}{' is out' if out else ''}: {(put_in(line) if out else line).strip()}")


async def undo(desk: Desk, _words: str) -> None:
    """Undo the last change of the program."""
    before = desk.program if desk.can_edit else None
    if before is not None and is_changed_meanwhile(desk):
        return
    if before is None or not desk.undo():
        desk.say("There is nothing to undo here.")
        return
    tell_changes(desk, before, "Undone.")


async def write(desk: Desk, words: str) -> None:
    """Start typing a whole program; a line with only a dot ends it."""
    if words.strip():
        desk.say(NO_FILE)
    elif _may_write(desk):
        desk.typed = []
        desk.say("Type the program, line by line. A line with a dot alone ends it.")


def take_typed(desk: Desk, line: str) -> None:
    """Add a line to the program being typed; a line with only a dot puts it in place."""
    assert desk.typed is not None
    if line.strip() != END:
        desk.typed.append(line.rstrip("\r\n"))
        return
    lines, desk.typed = desk.typed, None
    text = "\n".join(lines)
    if len(text) > MAX_TEXT:
        desk.say(TOO_LONG, *_kept_words(desk, text))
        return
    _put_in_place(desk, text)
    program = lines_in(text).lines
    gaps = gap_words(program)
    desk.say(f"Written: {counted(len(program), 'line')}.{f' {gaps}' if gaps else ''}")


def _put_in_place(desk: Desk, text: str) -> None:
    """Replace the program by the typed one; write changes made elsewhere to a file first."""
    if desk.is_changed_elsewhere:
        desk.say(CHANGED_MEANWHILE)
        try:
            desk.say(KEPT.format(file=write_kept_file(desk.data, desk.step.id, desk.source)))
        except OSError as problem:
            desk.say(f"That could not be kept in a file: {problem.strerror or problem}.")
            desk.say("Type undo to have it back.")
    desk.write(text)


def drop_typed(desk: Desk) -> None:
    """Discard the program being typed; write its lines to a file and name the file."""
    lines, desk.typed = desk.typed, None
    desk.say("Your program is unchanged.")
    if lines:
        desk.say(*_kept_words(desk, "\n".join(lines)))


def _kept_words(desk: Desk, text: str) -> list[str]:
    try:
        file = write_kept_file(desk.data, desk.step.id, text + "\n")
    except OSError as problem:
        return [f"What you typed could not be kept: {problem.strerror or problem}."]
    return [f"What you typed is kept in the file {file}."]


async def edit(desk: Desk, _words: str) -> None:
    """Open the program in the learner's own editor, then print which lines changed."""
    if not _may_write(desk):
        return
    before, step = desk.program, desk.step
    await desk.session.drafts.save_and_wait()
    edited = await edit_outside(
        desk.lend, desk.data, step.id, all_givens(step), before.text, most=MAX_TEXT
    )
    desk.say(edited.note)
    if edited.text is not None:
        _put_in_place(desk, edited.text)
        tell_changes(desk, before, f"{counted(len(desk.program.lines), 'line')} now.")


def tell_changes(desk: Desk, before: Lines, start: str) -> None:
    """Print the lines of the program that differ from `before`."""
    changed = changed_lines(before, desk.program)
    lines = desk.program.lines
    removed = len(before.lines) - len(lines)
    words = [start]
    words += [f"Changed: {line_numbers_words(changed)}."] if changed else []
    words += [f"{counted(removed, 'line')} fewer."] if removed > 0 else []
    desk.say(" ".join(words))
    for number in changed:
        desk.say(*_told_code(desk, lines[number - 1 : number], number))


def _may_write(desk: Desk) -> bool:
    if not desk.can_edit:
        desk.say(NOTHING_TO_EDIT)
    elif kind_of(desk.state.step).has_only_moves:
        desk.say(ONLY_MOVES)
    else:
        return not is_changed_meanwhile(desk)
    return False


def is_changed_meanwhile(desk: Desk) -> bool:
    """Return True, and print it once, if the program was changed elsewhere."""
    if not desk.is_changed_elsewhere:
        return False
    desk.say(CHANGED_MEANWHILE, NOT_DONE)
    desk.know()
    return True


def _change(desk: Desk, change: Callable[[Lines], Lines]) -> bool:
    """Change the program if that is allowed; print why and return False if not."""
    return _may_write(desk) and _changed(desk, change)


def _changed(desk: Desk, change: Callable[[Lines], Lines]) -> bool:
    if is_changed_meanwhile(desk):
        return False
    try:
        program = change(desk.program)
    except NoSuchLine as problem:
        desk.say(str(problem))
        return False
    if len(program.text) > MAX_TEXT:
        desk.say(TOO_LONG)
        return False
    desk.write(program.text)
    return True


def _tell_line(desk: Desk, number: int, words: str) -> None:
    line = desk.program.lines[number - 1]
    level = (len(line) - len(line.lstrip())) // 4
    indent = f", indent {level}" if level else ""
    code_words = line.strip() or "blank"
    desk.say(words.format(number=f"{number}{indent}", code=code_words))


def _range(words: str) -> tuple[int, int] | None:
    match = _RANGE.fullmatch(words.strip())
    if match is None:
        return None
    first, last = number_of(match[1]), number_of(match[2] or match[1])
    return (first, last) if 0 < first <= last else None


async def save(desk: Desk, words: str) -> None:
    """Write the learner's own program to its file; `over` replaces changes made elsewhere."""
    file = desk.session.own_file
    if file is None:
        desk.say("Everything is saved by itself. The command save is for programs of your own.")
        return
    text = desk.source
    outcome = await file.write(text, over=words.strip() == "over")
    if outcome == "written":
        desk.in_file = text
    elif outcome == "changed":
        desk.say("Not written: another program has changed the file. Type save over to replace it.")


COMMANDS = (
    Command("code", code, "read the program, or some of its lines.", "LINES or raw"),
    Command("given", given, "read the code that runs before your program."),
    Command("set", set_one, "rewrite a line, or move a slider.", "NUMBER CODE, or NAME NUMBER"),
    Command("insert", insert, "insert a line at that number.", "NUMBER CODE"),
    Command("add", add, "add a line at the end.", "CODE"),
    Command("delete", delete, "take lines out.", "LINES"),
    Command("in", move_in, "indent lines by one level.", "LINES"),
    Command("out", move_out, "dedent lines by one level.", "LINES"),
    Command("order", order, "order the lines; those that you do not name are left out.", "NUMBERS"),
    Command("take", take, "leave a line out of the order, or put it back.", "LINES"),
    Command("undo", undo, "undo the last change of the program."),
    Command("write", write, "type the whole program, up to a line with a dot."),
    Command("save", save, "write a program of your own to its file.", "over"),
    Command("edit", edit, "open it in the editor that VISUAL or EDITOR names, else nano or vi."),
)
