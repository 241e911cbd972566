"""The pane Verdict: right or wrong, the cause, the evidence, and what to do next."""

from __future__ import annotations

from functools import partial

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget

from tutor.course.kinds import kind_of
from tutor.course.model import Step
from tutor.first_screen.kinds import display_of
from tutor.grading.verdict import CheckResult, Verdict
from tutor.session.state import State
from tutor.session.timeline import Timeline
from tutor.ui.marks import Marks
from tutor.ui.pane import Pane
from tutor.ui.stable_static import StableStatic
from tutor.ui.widgets.code_view import CodeView
from tutor.ui.widgets.lesson_text import LessonText
from tutor.ui.words import busy_words, inline, split_first_sentence, verdict_head

EMPTY = "Nothing has been checked yet. {key:check.all} checks the answer."
PREPARING = "The check begins as soon as that is done. {key:stop} cancels."
ANOTHER = "{key:check.all} asks for another."
MAX_REFERENCE_LINES = 1_000
"""Maximum lines of the solution: in effect all."""
UNDER_STATEMENTS = "Read the note under the statement, and answer again."
CLEARED_AFTER_S = 0.1
"""Seconds until a running check clears the old verdict. A faster check replaces that verdict
directly, without a flicker."""
NEXT = "{key:next_step} goes on to the next step."
NEXT_BRIEF = f"{NEXT} Esc, 3 shows one way to write it."
GUESS = "{key:experiment} shows a wrong program: guess what it computes."
"""Advice added on steps with a wrong program."""
NEXT_AFTER_FAULT = "{key:report} writes a report of it for the author. " + NEXT


class VerdictPane(Pane):
    """A column with the cause first, then the advice, the evidence, and what to do next.

    The class `brief` leaves out the checks and the solution.
    """

    def __init__(self, timeline: Timeline, *, marks: Marks) -> None:
        super().__init__("verdict", timeline, marks=marks)
        self._head = StableStatic("", id="verdict-head")
        self._sentence = StableStatic("", id="verdict-sentence")
        self._evidence = StableStatic("", id="verdict-evidence")
        self._go_on = StableStatic("", id="verdict-next", classes="only-full")
        self._go_on_brief = StableStatic("", id="verdict-next-brief", classes="only-brief")
        self._checks = StableStatic("", id="verdict-checks", classes="only-full")
        self._reference = CodeView(
            id="reference",
            classes="only-full only-single",
            label="one way to write it",
            preview_lines=MAX_REFERENCE_LINES,
            glyphs=marks.glyphs,
        )
        self._rest = LessonText(id="verdict-rest")
        self._after = LessonText(id="verdict-after")
        self._scroll = VerticalScroll(id="verdict-scroll")

    def compose(self) -> ComposeResult:
        with self._scroll:
            yield self._head
            yield self._sentence
            yield self._rest
            yield self._evidence
            yield self._go_on
            yield self._go_on_brief
            yield self._reference
            yield self._after
            yield self._checks

    def on_mount(self) -> None:
        super().on_mount()
        self.call_after_refresh(self._reference.enable_highlighting)

    def draw(self, old: State | None, new: State) -> None:
        checking = new.activity is not None and new.activity.kind == "check"
        if checking:
            self._head.update_if_changed(busy_words(new, self.marks, PREPARING))
        elif new.verdict is None:
            self._head.update_if_changed(_empty_words(new, self.marks))
        else:
            counted = display_of(new.step).counts_checks
            self._head.update_if_changed(verdict_head(new.verdict, self.marks, with_count=counted))
        if old is None or old.verdict is not new.verdict:
            after = CLEARED_AFTER_S if checking else 0.0
            self.fill_with(partial(self._fill, new), after_s=after)
        elif old.experiments is not new.experiments:
            self._show_next(new.verdict, new.step)

    def focus_target(self) -> Widget:
        return self._scroll

    def _checks_worth_showing(self, verdict: Verdict | None, step: Step | None) -> Content:
        """Return the checks; none for an unsolved quiz, whose answer they give."""
        if verdict is None or not (verdict.accepted or display_of(step).counts_checks):
            return Content("")
        return checks_words(verdict, self.marks)

    async def _fill(self, state: State) -> None:
        verdict, step = state.verdict, state.step
        accepted = verdict is not None and verdict.accepted
        sentence, rest = split_first_sentence(_message(verdict, step))
        _update(self._sentence, inline(self.marks.transcribe(sentence)))
        _update(self._evidence, evidence_words(verdict) if verdict else Content(""))
        self._show_next(verdict, step)
        _update(self._checks, self._checks_worth_showing(verdict, step))
        code = state.reference
        self._reference.code = code
        self._reference.set_class(not code, "empty")
        notes = verdict.notes if verdict else ()
        _update_text(self._rest, "\n\n".join((rest, *notes)))
        _update_text(self._after, step.after if accepted and step else "")
        self._scroll.scroll_home(animate=False)

    def _show_next(self, verdict: Verdict | None, step: Step | None) -> None:
        has_guess = bool(self.session.experiments)
        full, brief = next_words(
            verdict, step, self.marks, has_guess=has_guess, is_exam=self.session.is_exam
        )
        _update(self._go_on, full)
        _update(self._go_on_brief, brief)


def _message(verdict: Verdict | None, step: Step | None) -> str:
    """Return the verdict's message; a quiz shows its reasons under the statements."""
    if verdict is None:
        return ""
    reasons = [option.why for option in step.options] if step is not None else []
    if verdict.kind == "reject" and any(reason in verdict.message for reason in reasons):
        return UNDER_STATEMENTS
    return verdict.message


def next_words(
    verdict: Verdict | None,
    step: Step | None,
    marks: Marks,
    *,
    has_guess: bool = False,
    is_exam: bool = False,
) -> tuple[Content, Content]:
    """Return what to do next, beside the solution and without room for it.

    `has_guess` is True if there are wrong programs to guess about, `is_exam` if no solution is
    shown.
    """
    if verdict is not None and verdict.kind == "tutor-fault" and verdict.outcome != "lost":
        words = Content.styled(marks.fill(NEXT_AFTER_FAULT), "bold")
        return words, words
    if verdict is None or not verdict.accepted:
        return Content(""), Content("")
    more = f" {marks.fill(GUESS)}" if has_guess else ""
    full = marks.fill(NEXT) + more
    has_more = kind_of(step).has_solution and not is_exam
    brief = marks.fill(NEXT_BRIEF) + more if has_more else full
    return Content.styled(full, "bold"), Content.styled(brief, "bold")


def evidence_words(verdict: Verdict) -> Content:
    return Content("\n").join(Content.styled(f"  {line}", "") for line in verdict.evidence)


def checks_words(verdict: Verdict, marks: Marks) -> Content:
    """Return a line for each check: its mark, name, and any new message."""
    return Content("\n").join(_check_words(check, verdict, marks) for check in verdict.checks)


def _check_words(check: CheckResult, verdict: Verdict, marks: Marks) -> Content:
    mark, colour = (marks.tick, "$success") if check.passed else (marks.cross, "$error")
    variation = f"  (with {check.variation})" if check.variation else ""
    is_new = check.message not in verdict.message
    message = marks.transcribe(f"\n    {check.message}") if is_new else ""
    return Content.assemble((mark, colour), f" {check.name}{variation}", inline(message))


def _empty_words(state: State, marks: Marks) -> Content:
    if state.worker.phase == "failed" and kind_of(state.step).has_solution:
        return Content(f"{marks.warning} {state.worker.reason}")
    if state.worker.phase == "unreachable" and kind_of(state.step).has_solution:
        return Content(f"{marks.warning} {state.worker.reason} {marks.fill(ANOTHER)}")
    return Content(marks.fill(EMPTY))


def _update(line: StableStatic, content: Content) -> None:
    line.update_if_changed(content)
    line.set_class(not content.plain, "empty")


def _update_text(widget: LessonText, text: str) -> None:
    widget.text = text.strip()
    widget.set_class(not widget.text, "empty")
