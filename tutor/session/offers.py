"""Which actions are offered now: those that would do something as the session stands.

Footer, strip and palette show no others. The key of an action that is not offered still acts where
the kind of step has it: a notice says why nothing happens. What only a screen knows, such as how
many panes it shows, is not asked here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tutor.course.kinds import KindOrNone, kind_of
from tutor.session.actions import Action, live_actions
from tutor.session.state import Activity, State
from tutor.wire.events import OutputWritten, PlotsDrawn


def offered_actions(kind: KindOrNone, state: State) -> tuple[Action, ...]:
    """Return the actions that are live on a step of the kind and would do something now."""
    return tuple(action for action in live_actions(kind) if is_offered(action.name, state))


def is_offered(name: str, state: State) -> bool:
    """Return True if the action would do something now, on a step where it is live."""
    acts = _ACTS.get(name)
    return acts is None or acts(state)


def _has_more_help(state: State) -> bool:
    """Return True if there is a hint to show, or a word of a solution shown word by word."""
    if state.is_exam:
        return False
    if state.hints < state.hint_count or state.help.level == "words":
        return True
    # all hints of a question can be brought forward again
    asks = not kind_of(state.step).has_solution
    return asks and state.hint_count > 0 and state.latest != "hints"


def _has_solution_to_show(state: State) -> bool:
    return not state.is_exam


def _can_begin(state: State) -> bool:
    return state.activity is None and _may_run_again(state)


def _may_run_again(state: State) -> bool:
    """Return False once a guess was judged, if the step has no program to change and run."""
    step = state.step
    is_settled = kind_of(step).is_guessed and state.prediction_result is not None
    return not is_settled or step is None or bool(step.scaffold.strip())


def _is_busy(state: State) -> bool:
    return state.activity is not None


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
    return step is not None and (bool(step.used) or "\n" in step.given.strip("\n"))


def _has_figures(state: State) -> bool:
    return PlotsDrawn in state.reported or (state.step is not None and bool(state.step.figures))


def _has_printed(state: State) -> bool:
    return OutputWritten in state.reported


def _has_terms(state: State) -> bool:
    return not state.is_whole or any(lesson.terms for lesson in state.course.lessons)


def _has_unwritten(state: State) -> bool:
    return state.unwritten


def _has_step_before(state: State) -> bool:
    first = next((step for lesson in state.course.lessons for step in lesson.steps), None)
    return not state.is_whole or first is None or state.step is None or first.id != state.step.id


def _is_edited_here(state: State) -> bool:
    return state.watched is None


def _has_way_back(state: State) -> bool:
    return bool(state.way_back)


def _has_attempts(state: State) -> bool:
    return state.step is not None and state.step.id in state.progress.verdicts


def _can_experiment(state: State) -> bool:
    return state.can_experiment


_ACTS: Mapping[str, Callable[[State], bool]] = {
    "hint": _has_more_help,
    "ladder": _has_solution_to_show,
    "check": _can_begin,
    "run": _can_begin,
    "run_selection": _can_begin,
    "ask": _can_ask,
    "stop": _is_busy,
    "more_time": _can_have_more_time,
    "pause": _can_pause,
    "step_phase": _can_step_phase,
    "step_step": _can_pause,
    "step_epoch": _can_pause,
    "givens": _has_givens_to_fold,
    "picture": _has_figures,
    "printed": _has_printed,
    "terms": _has_terms,
    "write": _has_unwritten,
    "previous_step": _has_step_before,
    "back": _has_way_back,
    "edit": _is_edited_here,
    "reset": _is_edited_here,
    "experiment": _can_experiment,
    "attempts": _has_attempts,
}
"""For each action that does not always do something, whether it does now."""
