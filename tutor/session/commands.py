"""The table of commands: each thing that a learner can do, its keys, and when it does something.

A row is all that a command is to texts: footer, strip, menu, help, docs/keys.md, the names in
plain mode and in lessons are made of it. `tutor.ui.commands` binds the function that does it in the
app. The keys that config.toml changes are laid over the table in `tutor.ui.remapping`.

A command is live on some kinds of step, and offered while it would do something there. Footer,
strip and menu show those that are offered. The keys of the others act where they are live: a
notice says why nothing happens. What only a screen knows, such as how many panes it shows, is not
asked here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from msgspec import Struct

from tutor.course.kinds import KINDS, TRAITS, KindOrNone, Traits, kind_of
from tutor.session.state import State
from tutor.wire.commands import Limits
from tutor.wire.events import OutputWritten, PlotsDrawn

AnyTraits = TypeVar("AnyTraits", bound=Traits)


def _kinds(
    rows: Mapping[Any, AnyTraits], has: Callable[[AnyTraits], bool]
) -> tuple[KindOrNone, ...]:
    return tuple(name for name, kind in rows.items() if has(kind))


ON_STEPS: tuple[KindOrNone, ...] = tuple(KINDS)
ON_ALL: tuple[KindOrNone, ...] = tuple(TRAITS)
EVERYWHERE: tuple[KindOrNone, ...] = ("none", *ON_ALL)
ON_PROGRAMS = _kinds(TRAITS, lambda kind: kind.has_program)
ON_EDITORS = _kinds(TRAITS, lambda kind: kind.has_program and not kind.has_sliders)
ON_GIVENS = _kinds(KINDS, lambda kind: kind.has_program)
ON_TASKS = _kinds(KINDS, lambda kind: kind.has_question or kind.has_program)
ON_PANES = _kinds(TRAITS, lambda kind: kind.has_question or kind.has_program)
ON_JUDGED = _kinds(KINDS, lambda kind: kind.has_question or kind.has_judged_program)
ON_CODE = _kinds(KINDS, lambda kind: kind.has_solution)
ON_WRITTEN_ANSWERS = _kinds(KINDS, lambda kind: kind.has_solution and not kind.has_only_moves)
ON_OWN_CODE = _kinds(TRAITS, lambda kind: kind.has_own_code)
ON_WRITTEN_CODE = _kinds(TRAITS, lambda kind: kind.has_own_code and not kind.has_only_moves)
ON_OWN_PROGRAMS = _kinds(TRAITS, lambda kind: not kind.has_task)

LESSON, EDITOR, RUN, PANES = GROUPS = ("Lesson", "Editor", "Run", "Panes")
"""The headings of help and docs/keys.md, in their order."""


def _has_more_help(state: State) -> bool:
    if state.is_exam:
        return False
    if state.hints < state.hint_count or state.help.level == "words":
        return True
    # all hints of a question can be brought forward again
    asks = not kind_of(state.step).has_solution
    return asks and state.hint_count > 0 and state.latest != "hints"


def _can_begin(state: State) -> bool:
    """Return False while something runs, and for a judged guess without a program to change."""
    step = state.step
    is_settled = kind_of(step).is_guessed and state.prediction_result is not None
    can_run = not is_settled or step is None or bool(step.scaffold.strip())
    return state.activity is None and can_run


def _can_pause(state: State) -> bool:
    activity = state.activity
    return activity is not None and activity.kind == "run" and not activity.stopping


def _can_have_more_time(state: State) -> bool:
    limits = state.activity.limits if state.activity is not None else Limits()
    return _can_pause(state) and limits.seconds < limits.max_seconds


def _has_givens_to_fold(state: State) -> bool:
    step = state.step
    if step is None:
        return False
    return bool(step.used) or bool(step.sliders) or "\n" in step.given.strip("\n")


def _has_step_before(state: State) -> bool:
    first = next((step for lesson in state.course.lessons for step in lesson.steps), None)
    return not state.is_whole or first is None or state.step is None or first.id != state.step.id


class CommandRow(Struct, frozen=True):
    """A row of the table."""

    name: str
    label: str
    """One word or two, shown in footer and strip."""
    tip: str
    """A sentence, shown in help and menu."""
    keys: tuple[str, ...] = ()
    """Keys that act even while the editor has the focus."""
    plain_keys: tuple[str, ...] = ()
    """Keys that act only where no text is typed."""
    letters: tuple[str, ...] = ()
    """Keys that act after Esc."""
    on: tuple[KindOrNone, ...] = ON_STEPS
    """The kinds of step on which it is live."""
    when: Callable[[State], bool] = lambda _: True
    group: str = LESSON
    in_footer: bool = False
    """Shown in the last line, where there is room."""
    in_plain_mode: str = ""
    """The command of plain mode that does the same; "" if there is none."""


_Run = partial(CommandRow, group=RUN)
_Pane = partial(CommandRow, on=ON_PANES, group=PANES)


COMMANDS: tuple[CommandRow, ...] = (
    CommandRow(
        "help",
        "Help",
        "Show all keys and what they do.",
        keys=("f1",),
        plain_keys=("question_mark",),
        letters=("h",),
        on=EVERYWHERE,
        in_footer=True,
        in_plain_mode="help",
    ),
    CommandRow(
        "hint",
        "Hint",
        "Show the next hint. Once the step is done, show all of them.",
        keys=("f2",),
        letters=("t",),
        on=ON_JUDGED,
        when=_has_more_help,
        in_footer=True,
        in_plain_mode="hint",
    ),
    CommandRow(
        "ladder",
        "Solution",
        "Show a solution bit by bit, after a confirmation each time.",
        letters=("l",),
        on=ON_CODE,
        when=lambda state: not state.is_exam,
        in_plain_mode="solution",
    ),
    CommandRow(
        "edit",
        "Editor",
        "Edit the code in your own editor: VISUAL, EDITOR, nano or vi.",
        keys=("f3",),
        letters=("e",),
        on=ON_WRITTEN_CODE,
        when=lambda state: state.watched is None,
        group=EDITOR,
        in_plain_mode="edit",
    ),
    CommandRow(
        "check",
        "Check",
        "Find out if your answer is right.",
        keys=("f4", "ctrl+t"),
        letters=("c",),
        on=ON_JUDGED,
        when=_can_begin,
        in_footer=True,
        in_plain_mode="check",
    ),
    _Run(
        "run",
        "Run",
        "Run the code without checking the answer.",
        keys=("f5", "ctrl+j"),
        letters=("r",),
        on=ON_PROGRAMS,
        when=_can_begin,
        in_footer=True,
        in_plain_mode="run",
    ),
    _Run(
        "run_selection",
        "Run lines",
        "Run the selected lines, or the cursor's line, with the values of the last run. These do "
        "not change.",
        letters=("j",),
        on=ON_WRITTEN_CODE,
        when=_can_begin,
    ),
    _Run(
        "ask",
        "Ask",
        "Ask the last run for a value, such as x.shape, or for the selected expression.",
        keys=("ctrl+f5",),
        letters=("i",),
        on=ON_OWN_CODE,
        when=lambda state: (
            state.activity is None and (state.ending is not None or state.verdict is not None)
        ),
        in_plain_mode="ask",
    ),
    _Pane(
        "next_pane",
        "Pane",
        "Go to the next pane.",
        keys=("f6",),
        letters=("tab",),
        in_footer=True,
    ),
    _Pane(
        "previous_pane",
        "Pane before",
        "Go to the previous pane.",
        keys=("shift+f6",),
        letters=("shift+tab",),
    ),
    _Pane(
        "zoom",
        "Zoom",
        "Show only this pane. The same key shows the others again.",
        keys=("f7",),
        letters=("z",),
    ),
    _Pane(
        "wider",
        "Wider",
        "Make the pane wider. You can also drag its border with the mouse.",
        letters=(">",),
    ),
    _Pane("narrower", "Narrower", "Make the pane narrower.", letters=("<",)),
    _Pane("taller", "Taller", "Make the pane taller.", letters=("+",)),
    _Pane("shorter", "Shorter", "Make the pane shorter.", letters=("-",)),
    _Pane(
        "usual_sizes",
        "Usual sizes",
        "Reset the sizes of all panes.",
        letters=("=",),
    ),
    CommandRow(
        "next_step",
        "Next",
        "Go to the next step.",
        keys=("f8", "ctrl+n"),
        letters=("n",),
        in_footer=True,
        in_plain_mode="next",
    ),
    CommandRow(
        "previous_step",
        "Step before",
        "Go to the previous step.",
        keys=("shift+f8",),
        letters=("p",),
        when=_has_step_before,
        in_plain_mode="back",
    ),
    _Run(
        "stop",
        "Stop",
        "Stop the program. Press it again to kill it.",
        keys=("f9",),
        letters=("s",),
        on=ON_PROGRAMS,
        when=lambda state: state.activity is not None,
        in_footer=True,
        in_plain_mode="stop",
    ),
    _Run(
        "more_time",
        "More time",
        "Double the time limit of the running program.",
        letters=("m",),
        on=ON_PROGRAMS,
        when=_can_have_more_time,
        in_plain_mode="time",
    ),
    _Run(
        "pause",
        "Pause",
        "Pause the training. The same key resumes it.",
        letters=("enter",),
        on=ON_OWN_CODE,
        when=_can_pause,
        in_plain_mode="pause",
    ),
    _Run(
        "step_phase",
        "One phase",
        "Run to the next phase of the training and pause there.",
        letters=(".",),
        on=ON_OWN_CODE,
        when=lambda state: state.activity is None or _can_pause(state),
        in_plain_mode="phase",
    ),
    _Run(
        "step_step",
        "One step",
        "Run to the next training step and pause there.",
        letters=(",",),
        on=ON_OWN_CODE,
        when=_can_pause,
        in_plain_mode="phase step",
    ),
    _Run(
        "step_epoch",
        "One epoch",
        "Run to the next epoch of the training and pause there.",
        letters=(";",),
        on=ON_OWN_CODE,
        when=_can_pause,
        in_plain_mode="phase epoch",
    ),
    CommandRow(
        "palette",
        "Menu",
        "Find an action by its name.",
        keys=("f10", "ctrl+p"),
        letters=("space",),
        on=EVERYWHERE,
    ),
    CommandRow(
        "task",
        "Task",
        "Go to the task. The same key goes back.",
        letters=("a",),
        on=ON_TASKS,
        group=PANES,
        in_plain_mode="task",
    ),
    CommandRow(
        "experiment",
        "Guess",
        "Guess what a wrong program computes, once the step is done.",
        letters=("x",),
        on=ON_CODE,
        when=lambda state: state.can_experiment,
    ),
    CommandRow(
        "attempts",
        "Answers",
        "Compare your earlier answers with your code, and restore one.",
        letters=("y",),
        on=ON_CODE,
        when=lambda state: state.step is not None and state.step.id in state.progress.verdicts,
        in_plain_mode="attempts",
    ),
    CommandRow(
        "givens",
        "Givens",
        "Show all lines of the given code, or only the first.",
        letters=("g",),
        on=ON_GIVENS,
        when=_has_givens_to_fold,
        group=PANES,
        in_plain_mode="given",
    ),
    _Run(
        "shapes",
        "Shapes",
        "Show or hide the shapes at the ends of lines.",
        letters=("d",),
        on=ON_EDITORS,
        in_plain_mode="shapes",
    ),
    _Run(
        "picture",
        "Picture",
        "Save the figure or plot as a picture, and open it if there is a viewer.",
        letters=("v",),
        on=ON_ALL,
        when=lambda state: (
            PlotsDrawn in state.reported or (state.step is not None and bool(state.step.figures))
        ),
        in_plain_mode="figure",
    ),
    _Run(
        "printed",
        "Output",
        "Open the whole output in your pager or editor.",
        letters=("f",),
        on=ON_PROGRAMS,
        when=lambda state: OutputWritten in state.reported,
        in_plain_mode="output",
    ),
    CommandRow(
        "outline",
        "Outline",
        "Search the steps of the course and go to one.",
        letters=("o", "/"),
        in_plain_mode="outline",
    ),
    CommandRow(
        "terms",
        "Words",
        "Look up a term and the step that explains it.",
        letters=("w",),
        when=lambda state: (
            not state.is_whole or any(lesson.terms for lesson in state.course.lessons)
        ),
        in_plain_mode="word",
    ),
    CommandRow(
        "review",
        "Review",
        "Answer up to five questions about earlier mistakes.",
        letters=("u",),
        in_plain_mode="review",
    ),
    CommandRow(
        "back",
        "Back",
        "Go back to the step where you opened the outline or a term.",
        letters=("b",),
        when=lambda state: bool(state.way_back),
        in_plain_mode="back",
    ),
    CommandRow(
        "report",
        "Report",
        "Report something wrong in this step to the lesson's author.",
        letters=("!",),
        in_plain_mode="report",
    ),
    CommandRow(
        "reset",
        "Reset",
        "Restore the step's first code. Undo restores yours.",
        letters=("0",),
        on=ON_PANES,
        when=lambda state: state.watched is None,
        group=EDITOR,
        in_plain_mode="reset",
    ),
    CommandRow(
        "watch",
        "Watch",
        "Run a file whenever you save it in any editor. The same key stops this.",
        letters=("*",),
        on=ON_WRITTEN_ANSWERS,
        group=EDITOR,
    ),
    CommandRow(
        "write",
        "Write",
        "Save the program to its file. Ask first if the file has changed.",
        keys=("ctrl+s",),
        letters=("k",),
        on=ON_OWN_PROGRAMS,
        when=lambda state: state.unwritten,
        group=EDITOR,
        in_footer=True,
        in_plain_mode="save",
    ),
    CommandRow(
        "redraw",
        "Redraw",
        "Draw the whole screen again.",
        keys=("ctrl+l",),
        on=EVERYWHERE,
        group=PANES,
    ),
    CommandRow(
        "quit",
        "Quit",
        "Save and quit.",
        keys=("ctrl+q",),
        letters=("q",),
        on=EVERYWHERE,
        in_plain_mode="quit",
    ),
)

NAMED = {command.name: command for command in COMMANDS}


def live_commands(kind: KindOrNone) -> tuple[CommandRow, ...]:
    return tuple(command for command in COMMANDS if kind in command.on)


def offered_commands(kind: KindOrNone, state: State) -> tuple[CommandRow, ...]:
    return tuple(command for command in live_commands(kind) if command.when(state))
