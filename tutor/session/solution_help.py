"""Help with a step: hints, the solution bit by bit, a fresh start, and reports of what looks wrong.

Nothing of a solution is shown unless the learner asked for it, and the journal records what is.
This module never touches the editor: `State.replaced` carries the text, and the front end puts it
in so that it can be undone.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

import tutor
from tutor.course.help_levels import (
    Help,
    HelpLevel,
    help_at,
    next_help_level,
    one_more_word,
    solution_of,
)
from tutor.course.kinds import kind_of, scaffold_of
from tutor.course.model import Step
from tutor.grading.quiz import QuizAnswer
from tutor.progress.attempts import Attempt
from tutor.progress.reports import Report, write_report
from tutor.session import late
from tutor.session.core import Hub
from tutor.session.events import HintShown, SolutionShown, StepBegunAgain
from tutor.session.known_names import KnownNames
from tutor.session.state import State

NO_HINTS = "This step has no hints."
EXAM = "This is an exam: there are no hints and no solutions. {key:check} still judges your answer."
ALL_HINTS = "These are all the hints. {key:check} says what is still missing."
ALL_HINTS_OF_CODE = "These are all the hints. {key:ladder} asks whether to show more."
RESET = "The step's own text is back. {key:undo} brings yours back."
RESET_DONE = "The step's own text is back; the tick stays. {key:undo} brings yours back."
PUT_IN = "The solution is in your code. {key:undo} brings yours back."
EDITED_ELSEWHERE = "The code is edited in a file for now. {key:watch} ends that."
CLEAN = "Hidden, and the step's own text is back. {key:undo} brings yours back."

NONE_KEPT = "No answer to this step is saved yet. {key:check} saves the one that it judges."
BROUGHT_BACK = "The earlier answer is in your code. {key:undo} brings yours back."

Choice = Literal["hint", "lines", "words", "whole", "put", "clean"]

QUESTIONS: dict[HelpLevel, str] = {
    "lines": "Show the lines of one solution, in another order?",
    "words": "Show one solution, word by word?",
    "whole": "Show the whole solution?",
}
PUT = "Replace your code with this solution? {key:undo} brings yours back."
START_CLEAN = (
    "Start over: hide it, and restore the step's first code? {key:undo} brings yours back."
)


class Offer(Struct, frozen=True):
    """A kind of help that the learner may accept, with the question that asks for consent."""

    choice: Choice
    question: str


class SolutionHelp:
    """The help that a learner can get with the step on screen."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.names = KnownNames(hub)

    def show_hint(self) -> bool:
        """Show one more hint; return True if there are hints to show.

        After the last hint of a code step, show one more word of its solution, if it is being shown
        word by word, and return False.
        """
        state = self._hub.state
        step = state.step
        if state.is_exam:
            self._hub.notify(EXAM)
            return False
        if step is not None and kind_of(step).has_solution and state.hints == state.hint_count:
            if state.help.level == "words":
                self._show_solution(one_more_word(step, state.help))
            else:
                self._hub.notify(ALL_HINTS_OF_CODE)
            return False
        if not state.hint_count:
            self._hub.notify(NO_HINTS)
            return False
        self._hub.dispatch(HintShown())
        if state.hints == state.hint_count:
            self._hub.notify(ALL_HINTS)
        else:
            self._hub.drafts.save_soon()
        return True

    def accept(self, choice: Choice) -> None:
        """Give the help that the learner chose; do nothing on a step without a solution.

        In an exam none is given, and a notice says so.
        """
        step = self._hub.state.step
        if step is None or not kind_of(step).has_solution:
            return
        if self._hub.state.is_exam:
            self._hub.notify(EXAM)
            return
        if choice == "hint":
            self.show_hint()
        elif choice in ("put", "clean") and self._hub.state.watched is not None:
            self._hub.notify(EDITED_ELSEWHERE)
        elif choice == "put":
            self._hub.drafts.put_in(step, solution_of(step), "solution")
            self._hub.notify(PUT_IN)
        elif choice == "clean":
            self._show_solution(Help())
            self._begin_again(step)
            self._hub.notify(CLEAN)
        else:
            self._show_solution(help_at(choice))

    def reset(self) -> None:
        """Put the step's own text back into the editor; undo reverts that, and the tick stays."""
        step, own_file = self._hub.state.step, self._hub.own_file
        if own_file is not None:
            own_file.put_back()
            return
        if step is None or not kind_of(step).has_program:
            return
        if self._hub.state.watched is not None:
            self._hub.notify(EDITED_ELSEWHERE)
            return
        if kind_of(step).has_solution:
            self._begin_again(step)
            self._hub.notify(RESET_DONE if self._hub.state.step_done else RESET)
        elif self._hub.state.activity is None:
            self._hub.drafts.put_in(step, scaffold_of(step), "reset")

    def report(self, answer: str | QuizAnswer) -> Callable[[str], Path]:
        """Capture the step and the learner's answer; return the function that writes a report.

        That function takes the learner's comment and returns the path of the new file. It waits for
        the disk, and raises OSError.
        """
        state = self._hub.state
        step = state.step
        assert step is not None
        if not isinstance(answer, str):
            answer = answer_words(step, answer) if kind_of(step).has_question else ""
        versions = {
            "nntutor": tutor.__version__,
            "Python": sys.version.split()[0],
            "torch": state.worker.torch_version or "not loaded",
            "textual": late.version_of("textual"),
        }
        report = Report(
            step=step.id,
            title=step.title,
            file=f"{step.file.parent.name}/{step.file.name}",
            answer=answer,
            verdict=state.verdict,
            versions=", ".join(f"{name} {number}" for name, number in versions.items()),
        )
        hub = self._hub
        return lambda comment: write_report(hub.data, replace(report, comment=comment), hub.now())

    async def past_answers(self) -> tuple[Attempt, ...]:
        """Read the checked answers in a thread, the newest first; if none, a notice says so."""
        step = self._hub.state.step
        if step is None or not kind_of(step).has_solution:
            return ()
        attempts = await asyncio.to_thread(self._hub.store.attempts, step)
        if not attempts:
            self._hub.notify(NONE_KEPT)
        return attempts

    def bring_back(self, attempt: Attempt) -> None:
        step = self._hub.state.step
        if step is None or not kind_of(step).has_solution:
            return
        if self._hub.state.watched is not None:
            self._hub.notify(EDITED_ELSEWHERE)
            return
        self._hub.drafts.put_in(step, attempt.program, "earlier")
        self._hub.notify(BROUGHT_BACK)

    def _show_solution(self, shown: Help) -> None:
        self._hub.dispatch(SolutionShown(shown))
        self._hub.drafts.save_soon()

    def _begin_again(self, step: Step) -> None:
        self._hub.drafts.put_in(step, scaffold_of(step), "reset")
        self._hub.dispatch(StepBegunAgain())


def offers(step: Step, state: State) -> tuple[Offer, ...]:
    """List the help there is: the next hint and level, then what to do with a shown solution.

    Once the step is done all of it can be read, so that only the latter is left. In an exam there
    is none, and nothing is done with code that is edited in a file.
    """
    result: list[Offer] = []
    if state.is_exam:
        return ()
    is_open = state.has_open_help
    if state.hints < state.hint_count and not is_open:
        result.append(Offer("hint", f"Show hint {state.hints + 1} of {state.hint_count}?"))
    level = "" if is_open else next_help_level(step, state.help)
    if level:
        result.append(Offer(level, QUESTIONS[level]))
    is_here = state.watched is None
    if is_here and (state.help.level == "whole" or is_open):
        result.append(Offer("put", PUT))
    if is_here and state.help.level:
        result.append(Offer("clean", START_CLEAN))
    return tuple(result)


def answer_words(step: Step, answer: QuizAnswer) -> str:
    lines = [answer.text] if answer.text else []
    for index, option in enumerate(step.options):
        judgement = answer.judged.get(index)
        word = {True: "yes", False: "no", None: "nothing"}[judgement]
        lines.append(f"{word}: {option.text}")
    return "\n".join(lines)
