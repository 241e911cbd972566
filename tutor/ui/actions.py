"""The one table of actions. Bindings, footer, help, palette and the key table come from it.

An action `name` is the method `action_name` of the lesson screen; `quit` is the app's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Literal

from msgspec import Struct
from textual.binding import Binding, BindingType

OwnKeys = Mapping[str, tuple[str, ...]]
"""All direct keys of an action, where they are not those of the table."""

NO_OWN_KEYS: OwnKeys = MappingProxyType({})

StepKind = Literal["none", "read", "quiz", "predict", "code"]

EVERYWHERE: tuple[StepKind, ...] = ("none", "read", "quiz", "predict", "code")
ON_STEPS: tuple[StepKind, ...] = ("read", "quiz", "predict", "code")
ON_ANSWERS: tuple[StepKind, ...] = ("quiz", "predict", "code")
ON_PROGRAMS: tuple[StepKind, ...] = ("predict", "code")
ON_CODE: tuple[StepKind, ...] = ("code",)

LEADER = "escape"

NO_KEY = "no-key"
"""Begins what stands for a key in the binding of an action that has none, so that the learner can
give it one: Textual's keymap changes bindings, and makes none. No terminal sends it."""


class Action(Struct, frozen=True):
    """One thing the learner can do, under whatever keys."""

    name: str
    label: str
    """One word or two, for footer and strip."""
    tooltip: str
    """A sentence, for help and palette."""
    keys: tuple[str, ...] = ()
    """Live even while the editor has the focus."""
    letters: tuple[str, ...] = ()
    """Keys that act after Esc."""
    plain_keys: tuple[str, ...] = ()
    """Live only where no text is typed."""
    on: tuple[StepKind, ...] = ON_STEPS
    """The kinds of step on which it is live."""
    in_footer: bool = False
    while_busy: bool = False
    """Offered only while a program runs or is checked. Its keys say so at other times."""


ACTIONS: tuple[Action, ...] = (
    Action(
        "help",
        "Help",
        "Show all keys and what they do.",
        keys=("f1",),
        letters=("h",),
        plain_keys=("question_mark",),
        on=EVERYWHERE,
        in_footer=True,
    ),
    Action(
        "hint",
        "Hint",
        "Show the next hint; the earlier ones stay.",
        keys=("f2",),
        letters=("t",),
        on=ON_ANSWERS,
        in_footer=True,
    ),
    Action(
        "ladder",
        "Solution",
        "Show more of a solution, bit by bit; each time it is asked first.",
        letters=("l",),
        on=ON_CODE,
    ),
    Action(
        "edit",
        "Editor",
        "Edit the code in your own editor, which VISUAL or EDITOR names.",
        keys=("f3",),
        letters=("e",),
        on=ON_CODE,
    ),
    Action(
        "check",
        "Check",
        "Judge the answer.",
        keys=("f4", "ctrl+t"),
        letters=("c",),
        on=ON_ANSWERS,
        in_footer=True,
    ),
    Action(
        "run",
        "Run",
        "Run the code, without judging it.",
        keys=("f5", "ctrl+j"),
        letters=("r",),
        on=ON_PROGRAMS,
        in_footer=True,
    ),
    Action(
        "next_pane",
        "Pane",
        "Go to the next pane.",
        keys=("f6",),
        letters=("tab",),
        on=ON_ANSWERS,
        in_footer=True,
    ),
    Action(
        "previous_pane",
        "Pane before",
        "Go to the previous pane.",
        keys=("shift+f6",),
        letters=("shift+tab",),
        on=ON_ANSWERS,
    ),
    Action(
        "zoom",
        "Zoom",
        "Give the pane the whole screen; the same key brings the others back.",
        keys=("f7",),
        letters=("z",),
        on=ON_ANSWERS,
    ),
    Action(
        "wider",
        "Wider",
        "Make the pane wider; a border can be dragged with the mouse, too.",
        letters=(">",),
        on=ON_ANSWERS,
    ),
    Action(
        "narrower",
        "Narrower",
        "Make the pane narrower.",
        letters=("<",),
        on=ON_ANSWERS,
    ),
    Action(
        "taller",
        "Taller",
        "Make the pane taller.",
        letters=("+",),
        on=ON_ANSWERS,
    ),
    Action(
        "shorter",
        "Shorter",
        "Make the pane shorter.",
        letters=("-",),
        on=ON_ANSWERS,
    ),
    Action(
        "usual_sizes",
        "Usual sizes",
        "Give all panes of this layout their usual sizes again.",
        letters=("=",),
        on=ON_ANSWERS,
    ),
    Action(
        "next_step",
        "Next",
        "Go to the next step.",
        keys=("f8", "ctrl+n"),
        letters=("n",),
        in_footer=True,
    ),
    Action(
        "previous_step",
        "Step before",
        "Go to the previous step.",
        keys=("shift+f8",),
        letters=("p",),
    ),
    Action(
        "stop",
        "Stop",
        "Stop the program while it runs; a second time ends it at once.",
        keys=("f9",),
        letters=("s",),
        on=ON_PROGRAMS,
        in_footer=True,
        while_busy=True,
    ),
    Action(
        "more_time",
        "More time",
        "Give the program that runs twice the time it has.",
        letters=("m",),
        on=ON_PROGRAMS,
        while_busy=True,
    ),
    Action(
        "pause",
        "Pause",
        "Pause the training while it runs; the same key lets it go on.",
        letters=("enter",),
        on=ON_CODE,
        while_busy=True,
    ),
    Action(
        "step_phase",
        "One phase",
        "Go on to the next phase of the training and pause there; or run up to the first one.",
        letters=(".",),
        on=ON_CODE,
    ),
    Action(
        "palette",
        "Menu",
        "Find an action by its name.",
        keys=("f10", "ctrl+p"),
        letters=("space",),
        on=EVERYWHERE,
    ),
    Action(
        "task",
        "Task",
        "Look at the task; the same key leads back to the same place.",
        letters=("a",),
        on=ON_ANSWERS,
    ),
    Action(
        "givens",
        "Givens",
        "Show all lines of the given code, or only the first ones.",
        letters=("g",),
        on=ON_PROGRAMS,
    ),
    Action(
        "picture",
        "Picture",
        "Show where the picture of a figure is, and open it where there is a viewer.",
        letters=("v",),
    ),
    Action(
        "printed",
        "Output",
        "Open all that the program printed in your pager or editor, and tell where the file is.",
        letters=("f",),
        on=ON_PROGRAMS,
    ),
    Action(
        "outline",
        "Outline",
        "Show all steps of the course, search in them, and go to one.",
        letters=("o", "/"),
    ),
    Action(
        "terms",
        "Words",
        "Look up a word: what it means, and the step that it is met in.",
        letters=("w",),
    ),
    Action(
        "report",
        "Report",
        "Write down for the author of the lesson that something looks wrong in this step.",
        letters=("!",),
    ),
    Action(
        "reset",
        "Reset",
        "Put back what the step began with; undo brings your text back.",
        letters=("0",),
        on=ON_ANSWERS,
    ),
    Action(
        "redraw",
        "Redraw",
        "Send the whole screen again, if the terminal shows something else.",
        keys=("ctrl+l",),
        on=EVERYWHERE,
    ),
    Action(
        "quit",
        "Quit",
        "Save and leave.",
        keys=("ctrl+q",),
        letters=("q",),
        on=EVERYWHERE,
    ),
)

PANE_DIGITS = "123456789"
"""After Esc, each goes to the pane of that number."""

_SHOWN = {
    "escape": "Esc",
    "question_mark": "?",
    "space": "Space",
    "tab": "Tab",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
}


def action_of_letter(key: str) -> Action | None:
    """What the key does after Esc."""
    return _BY_LETTER.get(key)


def live_actions(kind: StepKind) -> tuple[Action, ...]:
    """The actions that do something on a step of the kind."""
    return tuple(action for action in ACTIONS if kind in action.on)


def offered_actions(kind: StepKind, *, busy: bool) -> tuple[Action, ...]:
    """Those of them that there is a use for now. `busy`: whether a program runs or is checked."""
    return tuple(action for action in live_actions(kind) if busy or not action.while_busy)


def is_live(name: str, kind: StepKind) -> bool:
    """Whether the action does something on a step of the kind. Others than those of the table do
    everywhere."""
    action = _BY_NAME.get(name)
    return action is None or kind in action.on


def screen_bindings() -> list[BindingType]:
    """The bindings of the lesson screen. Those of `keys` win over the focused widget."""
    made: list[BindingType] = [Binding(LEADER, "leader", "Keys", priority=True, id="leader")]
    for action in ACTIONS:
        made += _bindings(action, action.keys, priority=True, suffix="")
        made += _bindings(action, action.plain_keys, priority=False, suffix=".plain")
    return made


def key_name(key: str) -> str:
    """The key as it stands on a keyboard: `ctrl+j` is Ctrl+J, `f5` is F5."""
    parts = key.split("+")
    return "+".join(_SHOWN.get(part) or part.capitalize() for part in parts)


def key_names(action: Action, own: OwnKeys = NO_OWN_KEYS) -> str:
    """All direct keys of the action, for people."""
    keys = own.get(action.name, action.keys) + action.plain_keys
    return ", ".join(map(key_name, keys))


def letter_names(action: Action) -> str:
    """What to press after Esc, for people: letters stay small, as they are typed."""
    return ", ".join(k if len(k) == 1 else key_name(k) for k in action.letters)


def key_table_markdown() -> str:
    """The table of keys as it stands in the README and on the help screen."""
    rows = [
        f"| {action.label}: {action.tooltip} | {key_names(action)} | {letter_names(action)} |"
        for action in ACTIONS
    ]
    return "\n".join(
        [
            "| action | keys | Esc, then |",
            "|---|---|---|",
            *rows,
            "| Pane: Go to the pane of that number. | | 1-9 |",
            "| Loss, Tensors: Look at the step before or after, ten off, the first one, the end. "
            "| Left, Right, <, >, Home, End | |",
            "| Tensors: Pick the tensor before or after. | [, ] | |",
            "",
        ]
    )


def _bindings(
    action: Action, keys: Iterable[str], *, priority: bool, suffix: str
) -> list[BindingType]:
    joined = ",".join(keys)
    if not joined and suffix:
        return []
    return [
        Binding(
            joined or f"{NO_KEY}-{action.name}",
            action.name,
            action.label,
            tooltip=action.tooltip,
            priority=priority,
            id=action.name + suffix,
        )
    ]


_BY_NAME = {action.name: action for action in ACTIONS}
_BY_LETTER = {letter: action for action in ACTIONS for letter in action.letters}

LETTERS = tuple(_BY_LETTER)
"""All keys that act after Esc, apart from the digits."""
