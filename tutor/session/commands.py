"""The table of commands: each thing that a learner can do, its keys, and when it does something.

A row is all that a command is to texts: footer, strip, menu, help, README, the names in plain mode
and in lessons are made of it. `tutor.ui.commands` binds the function that does it in the app. The
keys that config.toml changes are laid over the table in `tutor.ui.remapping`.

A command is live on some kinds of step, and offered while it would do something there. Footer,
strip and menu show those that are offered. The keys of the others act where they are live: a
notice says why nothing happens. What only a screen knows, such as how many panes it shows, is not
asked here.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from tutor.course.kinds import KINDS, TRAITS, KindOrNone, kind_of
from tutor.session.state import Activity, State
from tutor.wire.events import OutputWritten, PlotsDrawn

ON_STEPS: tuple[KindOrNone, ...] = tuple(KINDS)
ON_ALL: tuple[KindOrNone, ...] = tuple(TRAITS)
EVERYWHERE: tuple[KindOrNone, ...] = ("none", *ON_ALL)
ON_PROGRAMS: tuple[KindOrNone, ...] = tuple(
    name for name, kind in TRAITS.items() if kind.has_program
)
ON_EDITORS: tuple[KindOrNone, ...] = tuple(
    name for name, kind in TRAITS.items() if kind.has_program and not kind.has_sliders
)
ON_GIVENS: tuple[KindOrNone, ...] = tuple(name for name, kind in KINDS.items() if kind.has_program)
ON_TASKS: tuple[KindOrNone, ...] = tuple(
    name for name, kind in KINDS.items() if kind.has_question or kind.has_program
)
ON_PANES: tuple[KindOrNone, ...] = tuple(
    name for name, kind in TRAITS.items() if kind.has_question or kind.has_program
)
ON_JUDGED: tuple[KindOrNone, ...] = tuple(
    name for name, kind in KINDS.items() if kind.has_question or kind.has_judged_program
)
ON_CODE: tuple[KindOrNone, ...] = tuple(name for name, kind in KINDS.items() if kind.has_solution)
ON_WRITTEN_ANSWERS: tuple[KindOrNone, ...] = tuple(
    name for name, kind in KINDS.items() if kind.has_solution and not kind.has_only_moves
)
ON_OWN_CODE: tuple[KindOrNone, ...] = tuple(
    name for name, kind in TRAITS.items() if kind.has_own_code
)
ON_WRITTEN_CODE: tuple[KindOrNone, ...] = tuple(
    name for name, kind in TRAITS.items() if kind.has_own_code and not kind.has_only_moves
)
ON_OWN_PROGRAMS: tuple[KindOrNone, ...] = tuple(
    name for name, kind in TRAITS.items() if not kind.has_task
)

LESSON, EDITOR, RUN, PANES = GROUPS = ("Lesson", "Editor", "Run", "Panes")
"""What commands are about: the headings of help and README, in their order."""


def _always(state: State) -> bool:
    return True


def _has_more_help(state: State) -> bool:
    """Return True if there is a hint to show, or a word of a solution shown word by word."""
    if state.is_exam:
        return False
    if state.hints < state.hint_count or state.help.level == "words":
        return True
    # all hints of a question can be brought forward again
    asks = not kind_of(state.step).has_solution
    return asks and state.hint_count > 0 and state.latest != "hints"


def _can_begin(state: State) -> bool:
    return state.activity is None and _may_run_again(state)


def _may_run_again(state: State) -> bool:
    """Return False once a guess was judged, if the step has no program to change and run."""
    step = state.step
    is_settled = kind_of(step).is_guessed and state.prediction_result is not None
    return not is_settled or step is None or bool(step.scaffold.strip())


def _is_run(activity: Activity) -> bool:
    return activity.kind == "run" and not activity.stopping


def _can_pause(state: State) -> bool:
    return state.activity is not None and _is_run(state.activity)


def _can_step_phase(state: State) -> bool:
    return state.activity is None or _is_run(state.activity)


def _can_have_more_time(state: State) -> bool:
    activity = state.activity
    if activity is None or not _is_run(activity):
        return False
    return activity.limits.seconds < activity.limits.max_seconds


def _can_ask(state: State) -> bool:
    """Return True once anything has run that may have left something."""
    return state.activity is None and (state.ending is not None or state.verdict is not None)


def _has_givens_to_fold(state: State) -> bool:
    step = state.step
    if step is None:
        return False
    return bool(step.used) or bool(step.sliders) or "\n" in step.given.strip("\n")


def _has_figures(state: State) -> bool:
    return PlotsDrawn in state.reported or (state.step is not None and bool(state.step.figures))


def _has_terms(state: State) -> bool:
    return not state.is_whole or any(lesson.terms for lesson in state.course.lessons)


def _has_step_before(state: State) -> bool:
    first = next((step for lesson in state.course.lessons for step in lesson.steps), None)
    return not state.is_whole or first is None or state.step is None or first.id != state.step.id


def _is_edited_here(state: State) -> bool:
    return state.watched is None


def _has_attempts(state: State) -> bool:
    return state.step is not None and state.step.id in state.progress.verdicts


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
    when: Callable[[State], bool] = _always
    """Returns True while it would do something on a step where it is live."""
    group: str = LESSON
    in_footer: bool = False
    """Shown in the last line, where there is room."""
    in_plain_mode: str = ""
    """The command of plain mode that does the same; "" if there is none."""


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
        "Show the next hint; the earlier ones stay, and all can be read once the step is done.",
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
        "Show more of a solution, bit by bit; it asks first each time.",
        letters=("l",),
        on=ON_CODE,
        when=lambda state: not state.is_exam,
        in_plain_mode="solution",
    ),
    CommandRow(
        "edit",
        "Editor",
        "Edit the code in the editor that VISUAL or EDITOR names, else in nano or vi.",
        keys=("f3",),
        letters=("e",),
        on=ON_WRITTEN_CODE,
        when=_is_edited_here,
        group=EDITOR,
        in_plain_mode="edit",
    ),
    CommandRow(
        "check",
        "Check",
        "Judge the answer.",
        keys=("f4", "ctrl+t"),
        letters=("c",),
        on=ON_JUDGED,
        when=_can_begin,
        in_footer=True,
        in_plain_mode="check",
    ),
    CommandRow(
        "run",
        "Run",
        "Run the code, without judging it.",
        keys=("f5", "ctrl+j"),
        letters=("r",),
        on=ON_PROGRAMS,
        when=_can_begin,
        group=RUN,
        in_footer=True,
        in_plain_mode="run",
    ),
    CommandRow(
        "run_selection",
        "Run lines",
        "Run the selected lines, or the line of the cursor, on what the last run has left; that "
        "stays as it is.",
        letters=("j",),
        on=ON_WRITTEN_CODE,
        when=_can_begin,
        group=RUN,
    ),
    CommandRow(
        "ask",
        "Ask",
        "Ask the last run for a value, such as x.shape; what is selected in a line is asked at "
        "once.",
        keys=("ctrl+f5",),
        letters=("i",),
        on=ON_OWN_CODE,
        when=_can_ask,
        group=RUN,
        in_plain_mode="ask",
    ),
    CommandRow(
        "next_pane",
        "Pane",
        "Go to the next pane.",
        keys=("f6",),
        letters=("tab",),
        on=ON_PANES,
        group=PANES,
        in_footer=True,
    ),
    CommandRow(
        "previous_pane",
        "Pane before",
        "Go to the previous pane.",
        keys=("shift+f6",),
        letters=("shift+tab",),
        on=ON_PANES,
        group=PANES,
    ),
    CommandRow(
        "zoom",
        "Zoom",
        "Give the pane the whole screen; the same key brings the others back.",
        keys=("f7",),
        letters=("z",),
        on=ON_PANES,
        group=PANES,
    ),
    CommandRow(
        "wider",
        "Wider",
        "Make the pane wider; a border can be dragged with the mouse, too.",
        letters=(">",),
        on=ON_PANES,
        group=PANES,
    ),
    CommandRow(
        "narrower", "Narrower", "Make the pane narrower.", letters=("<",), on=ON_PANES, group=PANES
    ),
    CommandRow(
        "taller", "Taller", "Make the pane taller.", letters=("+",), on=ON_PANES, group=PANES
    ),
    CommandRow(
        "shorter", "Shorter", "Make the pane shorter.", letters=("-",), on=ON_PANES, group=PANES
    ),
    CommandRow(
        "usual_sizes",
        "Usual sizes",
        "Give all panes of this layout their usual sizes again.",
        letters=("=",),
        on=ON_PANES,
        group=PANES,
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
    CommandRow(
        "stop",
        "Stop",
        "Stop the program while it runs; a second time ends it at once.",
        keys=("f9",),
        letters=("s",),
        on=ON_PROGRAMS,
        when=lambda state: state.activity is not None,
        group=RUN,
        in_footer=True,
        in_plain_mode="stop",
    ),
    CommandRow(
        "more_time",
        "More time",
        "Give the running program twice its time.",
        letters=("m",),
        on=ON_PROGRAMS,
        when=_can_have_more_time,
        group=RUN,
        in_plain_mode="time",
    ),
    CommandRow(
        "pause",
        "Pause",
        "Pause the training while it runs; the same key resumes it.",
        letters=("enter",),
        on=ON_OWN_CODE,
        when=_can_pause,
        group=RUN,
        in_plain_mode="pause",
    ),
    CommandRow(
        "step_phase",
        "One phase",
        "Go on to the next phase of the training and pause there; or run up to the first one.",
        letters=(".",),
        on=ON_OWN_CODE,
        when=_can_step_phase,
        group=RUN,
        in_plain_mode="phase",
    ),
    CommandRow(
        "step_step",
        "One step",
        "Go on to the next step of the training and pause there; or run up to the first phase.",
        letters=(",",),
        on=ON_OWN_CODE,
        when=_can_pause,
        group=RUN,
        in_plain_mode="phase step",
    ),
    CommandRow(
        "step_epoch",
        "One epoch",
        "Go on to the next epoch of the training and pause there; or run up to the first phase.",
        letters=(";",),
        on=ON_OWN_CODE,
        when=_can_pause,
        group=RUN,
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
        "Look at the task; the same key leads back to the same place.",
        letters=("a",),
        on=ON_TASKS,
        group=PANES,
        in_plain_mode="task",
    ),
    CommandRow(
        "experiment",
        "Guess",
        "Guess what a wrong program computes, once the step is done; the same key shows the next.",
        letters=("x",),
        on=ON_CODE,
        when=lambda state: state.can_experiment,
    ),
    CommandRow(
        "attempts",
        "Answers",
        "Look at the answers that you have checked, beside your code as it is, and bring one back.",
        letters=("y",),
        on=ON_CODE,
        when=_has_attempts,
        in_plain_mode="attempts",
    ),
    CommandRow(
        "givens",
        "Givens",
        "Show all lines of the given code, or only the first ones.",
        letters=("g",),
        on=ON_GIVENS,
        when=_has_givens_to_fold,
        group=PANES,
        in_plain_mode="given",
    ),
    CommandRow(
        "shapes",
        "Shapes",
        "Show or hide the shapes at the ends of lines, which a run of the code puts there.",
        letters=("d",),
        on=ON_EDITORS,
        group=RUN,
        in_plain_mode="shapes",
    ),
    CommandRow(
        "picture",
        "Picture",
        "Show where the picture of a figure or plot is, and open it where there is a viewer.",
        letters=("v",),
        on=ON_ALL,
        when=_has_figures,
        group=RUN,
        in_plain_mode="figure",
    ),
    CommandRow(
        "printed",
        "Output",
        "Open all that the program printed in your pager or editor, and say where the file is.",
        letters=("f",),
        on=ON_PROGRAMS,
        when=lambda state: OutputWritten in state.reported,
        group=RUN,
        in_plain_mode="output",
    ),
    CommandRow(
        "outline",
        "Outline",
        "Show all steps of the course, search them, and go to one.",
        letters=("o", "/"),
        in_plain_mode="outline",
    ),
    CommandRow(
        "terms",
        "Words",
        "Look up a word: what it means, and the step that is about it.",
        letters=("w",),
        when=_has_terms,
        in_plain_mode="word",
    ),
    CommandRow(
        "review",
        "Review",
        "Answer a few questions about what you missed some days ago, for three minutes at most.",
        letters=("u",),
        in_plain_mode="review",
    ),
    CommandRow(
        "back",
        "Back",
        "Go back to the step that you left by the outline or a term.",
        letters=("b",),
        when=lambda state: bool(state.way_back),
        in_plain_mode="back",
    ),
    CommandRow(
        "report",
        "Report",
        "Write a report to the author of the lesson: something looks wrong in this step.",
        letters=("!",),
        in_plain_mode="report",
    ),
    CommandRow(
        "reset",
        "Reset",
        "Put back what the step began with; undo brings your text back.",
        letters=("0",),
        on=ON_PANES,
        when=_is_edited_here,
        group=EDITOR,
        in_plain_mode="reset",
    ),
    CommandRow(
        "watch",
        "Watch",
        "Edit the code in a file with any editor: what is saved is run. The same key ends that.",
        letters=("*",),
        on=ON_WRITTEN_ANSWERS,
        group=EDITOR,
    ),
    CommandRow(
        "write",
        "Write",
        "Write the program to its file; it asks first where another program has changed that.",
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
        "Send the whole screen again, if the terminal shows something else.",
        keys=("ctrl+l",),
        on=EVERYWHERE,
        group=PANES,
    ),
    CommandRow(
        "quit",
        "Quit",
        "Save and leave.",
        keys=("ctrl+q",),
        letters=("q",),
        on=EVERYWHERE,
        in_plain_mode="quit",
    ),
)

NAMED = {command.name: command for command in COMMANDS}


def live_commands(kind: KindOrNone) -> tuple[CommandRow, ...]:
    """Return the commands that are live on a step of the kind."""
    return tuple(command for command in COMMANDS if kind in command.on)


def offered_commands(kind: KindOrNone, state: State) -> tuple[CommandRow, ...]:
    """Return the commands that are live on a step of the kind and would do something now."""
    return tuple(command for command in live_commands(kind) if command.when(state))
