"""The table of actions: everything that a learner can do, and on which kinds of step.

An action `name` is the method `action_name` of the lesson screen; `quit` is the app's. Its keys
stand in the table of `tutor.ui.keys`, which has a row for each action as well. Footer, strip, help,
palette and README are made from both tables.
"""

from __future__ import annotations

from msgspec import Struct

from tutor.course.kinds import KINDS, TRAITS, KindOrNone

ON_STEPS: tuple[KindOrNone, ...] = tuple(KINDS)
ON_ALL: tuple[KindOrNone, ...] = tuple(TRAITS)
EVERYWHERE: tuple[KindOrNone, ...] = ("none", *ON_ALL)
ON_PROGRAMS: tuple[KindOrNone, ...] = tuple(
    name for name, kind in TRAITS.items() if kind.has_program
)
ON_GIVENS: tuple[KindOrNone, ...] = tuple(name for name, kind in KINDS.items() if kind.has_program)
ON_TASKS: tuple[KindOrNone, ...] = tuple(
    name for name, kind in KINDS.items() if kind.has_question or kind.has_program
)
ON_PANES: tuple[KindOrNone, ...] = tuple(
    name for name, kind in TRAITS.items() if kind.has_question or kind.has_program
)
ON_JUDGED: tuple[KindOrNone, ...] = tuple(
    name for name, kind in KINDS.items() if kind.has_question or kind.has_solution
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


class Action(Struct, frozen=True):
    """An action of the learner, with its texts and the steps it is for."""

    name: str
    label: str
    """One word or two, shown in footer and strip."""
    tooltip: str
    """A sentence, shown in help and palette."""
    on: tuple[KindOrNone, ...] = ON_STEPS
    """The kinds of step on which it does something. `tutor.session.offers` says when."""


ACTIONS: tuple[Action, ...] = (
    Action("help", "Help", "Show all keys and what they do.", on=EVERYWHERE),
    Action(
        "hint",
        "Hint",
        "Show the next hint; the earlier ones stay, and all can be read once the step is done.",
        on=ON_JUDGED,
    ),
    Action(
        "ladder",
        "Solution",
        "Show more of a solution, bit by bit; it asks first each time.",
        on=ON_CODE,
    ),
    Action(
        "edit",
        "Editor",
        "Edit the code in the editor that VISUAL or EDITOR names, else in nano or vi.",
        on=ON_WRITTEN_CODE,
    ),
    Action("check", "Check", "Judge the answer.", on=ON_JUDGED),
    Action("run", "Run", "Run the code, without judging it.", on=ON_PROGRAMS),
    Action(
        "run_selection",
        "Run lines",
        "Run the selected lines, or the line of the cursor, on what the last run has left; that "
        "stays as it is.",
        on=ON_WRITTEN_CODE,
    ),
    Action(
        "ask",
        "Ask",
        "Ask the last run for a value, such as x.shape; what is selected in a line is asked at "
        "once.",
        on=ON_OWN_CODE,
    ),
    Action("next_pane", "Pane", "Go to the next pane.", on=ON_PANES),
    Action("previous_pane", "Pane before", "Go to the previous pane.", on=ON_PANES),
    Action(
        "zoom",
        "Zoom",
        "Give the pane the whole screen; the same key brings the others back.",
        on=ON_PANES,
    ),
    Action(
        "wider",
        "Wider",
        "Make the pane wider; a border can be dragged with the mouse, too.",
        on=ON_PANES,
    ),
    Action("narrower", "Narrower", "Make the pane narrower.", on=ON_PANES),
    Action("taller", "Taller", "Make the pane taller.", on=ON_PANES),
    Action("shorter", "Shorter", "Make the pane shorter.", on=ON_PANES),
    Action(
        "usual_sizes",
        "Usual sizes",
        "Give all panes of this layout their usual sizes again.",
        on=ON_PANES,
    ),
    Action("next_step", "Next", "Go to the next step."),
    Action("previous_step", "Step before", "Go to the previous step."),
    Action(
        "stop",
        "Stop",
        "Stop the program while it runs; a second time ends it at once.",
        on=ON_PROGRAMS,
    ),
    Action(
        "more_time",
        "More time",
        "Give the running program twice its time.",
        on=ON_PROGRAMS,
    ),
    Action(
        "pause",
        "Pause",
        "Pause the training while it runs; the same key resumes it.",
        on=ON_OWN_CODE,
    ),
    Action(
        "step_phase",
        "One phase",
        "Go on to the next phase of the training and pause there; or run up to the first one.",
        on=ON_OWN_CODE,
    ),
    Action(
        "step_step",
        "One step",
        "Go on to the next step of the training and pause there; or run up to the first phase.",
        on=ON_OWN_CODE,
    ),
    Action(
        "step_epoch",
        "One epoch",
        "Go on to the next epoch of the training and pause there; or run up to the first phase.",
        on=ON_OWN_CODE,
    ),
    Action("palette", "Menu", "Find an action by its name.", on=EVERYWHERE),
    Action(
        "task",
        "Task",
        "Look at the task; the same key leads back to the same place.",
        on=ON_TASKS,
    ),
    Action(
        "experiment",
        "Guess",
        "Guess what a wrong program computes, once the step is done; the same key shows the next.",
        on=ON_CODE,
    ),
    Action(
        "attempts",
        "Answers",
        "Look at the answers that you have checked, beside your code as it is, and bring one back.",
        on=ON_CODE,
    ),
    Action(
        "givens",
        "Givens",
        "Show all lines of the given code, or only the first ones.",
        on=ON_GIVENS,
    ),
    Action(
        "shapes",
        "Shapes",
        "Show or hide the shapes at the ends of lines, which a run of the code puts there.",
        on=ON_PROGRAMS,
    ),
    Action(
        "picture",
        "Picture",
        "Show where the picture of a figure or plot is, and open it where there is a viewer.",
        on=ON_ALL,
    ),
    Action(
        "printed",
        "Output",
        "Open all that the program printed in your pager or editor, and say where the file is.",
        on=ON_PROGRAMS,
    ),
    Action("outline", "Outline", "Show all steps of the course, search them, and go to one."),
    Action("terms", "Words", "Look up a word: what it means, and the step that is about it."),
    Action(
        "review",
        "Review",
        "Answer a few questions about what you missed some days ago, for three minutes at most.",
    ),
    Action("back", "Back", "Go back to the step that you left by the outline or a term."),
    Action(
        "report",
        "Report",
        "Write a report to the author of the lesson: something looks wrong in this step.",
    ),
    Action(
        "reset",
        "Reset",
        "Put back what the step began with; undo brings your text back.",
        on=ON_PANES,
    ),
    Action(
        "watch",
        "Watch",
        "Edit the code in a file with any editor: what is saved is run. The same key ends that.",
        on=ON_WRITTEN_ANSWERS,
    ),
    Action(
        "write",
        "Write",
        "Write the program to its file; it asks first where another program has changed that.",
        on=ON_OWN_PROGRAMS,
    ),
    Action(
        "redraw",
        "Redraw",
        "Send the whole screen again, if the terminal shows something else.",
        on=EVERYWHERE,
    ),
    Action("quit", "Quit", "Save and leave.", on=EVERYWHERE),
)

_BY_NAME = {action.name: action for action in ACTIONS}


def live_actions(kind: KindOrNone) -> tuple[Action, ...]:
    """Return the actions that do something on a step of the kind."""
    return tuple(action for action in ACTIONS if kind in action.on)


def is_live(name: str, kind: KindOrNone) -> bool:
    """Return True if the action does something on a step of the kind.

    An action that is not in the table is live everywhere.
    """
    action = _BY_NAME.get(name)
    return action is None or kind in action.on
