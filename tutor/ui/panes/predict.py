"""The pane Predict: a program, a question about it, and after the run the guess and the result.

Only the run shows the right answer, so this pane judges nothing.
"""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget

from tutor.course.model import PredictStep, QuizMode
from tutor.first_screen.given_code import SHOW_ALL
from tutor.grading.quiz import QuizAnswer
from tutor.grading.verdict import PredictionResult, Verdict
from tutor.session.questions import feedback_at_end
from tutor.session.state import State
from tutor.session.timeline import RunRecord, Timeline
from tutor.ui.marks import Marks
from tutor.ui.pane import Pane
from tutor.ui.question_form import HowLine, QuestionForm
from tutor.ui.stable_static import StableStatic
from tutor.ui.widgets.code_view import CodeView
from tutor.ui.widgets.lesson_text import LessonText
from tutor.ui.words import aligned, busy_words, guess_head, paragraphs, verdict_head

HOW: dict[QuizMode, str] = {
    "true-false": "Up and Down move, t marks true, f false. Enter runs the program.",
    "one": "A number key chooses your guess. Enter runs the program.",
    "many": "Number keys choose and take back. Enter runs the program.",
    "number": "Type your guess. Enter runs the program.",
    "shape": "Type your guess, such as (3, 4). Enter runs the program.",
}
GUESSED_BEFORE = "You guessed this before. Enter runs the program again, {key:next_step} goes on."
READ_ON = "PgDn reads on."
DONE = "{key:next_step} goes on to the next step."
DONE_AND_TRY = "Esc, 3: change the code and run it. {key:next_step} goes on."
PREPARING = "The program runs as soon as that is done. {key:stop} cancels."


GIVENS_LINES = 3
"""Lines of the closed givens."""
MAX_PROGRAM_LINES = 1_000
"""Maximum lines of the program: in effect all."""
MAX_PRINTED_LINES = 6
"""Last lines of the program's output shown here; the pane Output has all."""


class PredictPane(Pane):
    """The pane with the program and the question; the screen reads the guess for a run."""

    def __init__(self, timeline: Timeline, *, marks: Marks) -> None:
        super().__init__("predict", timeline, marks=marks)
        self._givens = CodeView(
            id="predict-givens",
            preview_lines=GIVENS_LINES,
            key_note=marks.fill(SHOW_ALL),
            glyphs=marks.glyphs,
        )
        self.givens = (self._givens,)
        self._program = CodeView(
            id="predict-program",
            label="program",
            preview_lines=MAX_PROGRAM_LINES,
            glyphs=marks.glyphs,
        )
        self._form = QuestionForm("predict", marks=marks)
        self._result = StableStatic("", id="predict-result", classes="empty")
        self._printed = StableStatic("", id="predict-printed", classes="empty")
        self._after = LessonText(id="predict-after", classes="empty")
        self._scroll = VerticalScroll(id="predict-scroll")
        self._how = HowLine(self._scroll, marks=marks, id="predict-how")
        self._step: PredictStep | None = None
        self._guesses: dict[str, QuizAnswer] = {}
        """Guesses at steps left since the app started, by step id."""

    def compose(self) -> ComposeResult:
        with self._scroll:
            yield self._givens
            yield self._program
            yield self._result
            yield self._printed
            yield self._form
            yield self._after
        yield self._how

    def on_mount(self) -> None:
        super().on_mount()
        for view in (self._givens, self._program):
            self.call_after_refresh(view.enable_highlighting)

    def on_resize(self) -> None:
        self._how.fit_later()

    def draw(self, old: State | None, new: State) -> None:
        if old is None or old.step is not new.step:
            if self._step is not None:
                self._guesses[self._step.id] = self.guess
            self._step = None
            if isinstance(new.step, PredictStep):
                self._show_step(new.step, new)
        elif self._step is not None and new.question is not old.question:
            self._ask(self._step, new, QuizAnswer())
            self._form.freeze(locked=False)
        if self._step is None:
            return
        running = new.activity is not None and new.activity.kind == "guess"
        here = self.has_focus_within
        self._form.freeze(locked=running or new.prediction_result is not None)
        if here and not self.focus_target().has_focus:
            self.screen.set_focus(self.focus_target())
        guess = self.guess
        words = how_words(self._step, new, self.marks, guessed=bool(guess.judged or guess.text))
        self._how.say(words, tells_more=not words.startswith(READ_ON))
        if old is None or (old.verdict, old.prediction_result) != (
            new.verdict,
            new.prediction_result,
        ):
            self._show_result(self._step, new)

    def focus_target(self) -> Widget:
        """Return the statements or the field; the scrolled text once the field is hidden."""
        target = self._form.target
        return target if target.display else self._scroll

    @property
    def guess(self) -> QuizAnswer:
        return self._form.answer

    def _show_step(self, step: PredictStep, state: State) -> None:
        self._step = step
        self._givens.code = step.given.strip("\n")
        self._givens.opened = False
        self._givens.display = bool(step.given.strip())
        self._program.code = step.program.strip("\n")
        self._ask(step, state, self._guesses.get(step.id) or _guessed(step, state))

    def _ask(self, step: PredictStep, state: State, kept: QuizAnswer) -> None:
        order = state.question.order if state.question is not None else ()
        self._form.ask(step, order=order, kept=kept)
        self._scroll.scroll_home(animate=False)

    def _show_result(self, step: PredictStep, state: State) -> None:
        verdict, result = state.verdict, state.prediction_result
        has_verdict = bool(verdict)
        self._result.update_if_changed(
            result_words(verdict, result, self.guess, self.marks) if verdict else ""
        )
        self._printed.update_if_changed(
            printed_words(self._timeline.current) if result is not None else ""
        )
        for line in (self._result, self._printed):
            line.set_class(not line.shown_content.plain, "empty")
        if result is not None:
            question = self._form.in_shown_order(result.question)
            judged = self._form.answer_on_screen.judged
            self._form.show_feedback(feedback_at_end(question, judged), follow=False)
        else:
            self._form.show_feedback({})
        self._after.text = step.after.strip() if result is not None else ""
        self._after.set_class(not self._after.text, "empty")
        if has_verdict:
            self.call_after_refresh(self._scroll_to_result)

    def _scroll_to_result(self) -> None:
        """Scroll the result to the top, so that the feedback below it is visible too."""
        self._scroll.scroll_to_widget(self._result, top=True, animate=False)


def _guessed(step: PredictStep, state: State) -> QuizAnswer:
    """Return the journal's guess from an earlier start of the app, or an empty one."""
    answered = state.progress.quiz.get(step.id)
    return QuizAnswer(answered.judged, answered.text) if answered is not None else QuizAnswer()


def how_words(step: PredictStep, state: State, marks: Marks, *, guessed: bool) -> str:
    activity = state.activity
    if activity is not None and activity.kind == "guess":
        return busy_words(state, marks, PREPARING)
    if state.prediction_result is not None:
        on = marks.fill(DONE_AND_TRY if step.scaffold.strip() else DONE)
        return f"{READ_ON} {on}" if step.after.strip() else on
    if state.step_done and guessed and state.verdict is None:
        return marks.fill(GUESSED_BEFORE)
    return HOW[step.mode]


def result_words(
    verdict: Verdict, result: PredictionResult | None, guess: QuizAnswer, marks: Marks
) -> Content:
    if result is None:
        return Content("\n").join(
            [verdict_head(verdict, marks, with_count=False), *paragraphs(verdict.message, marks)]
        )
    rows = (
        [("your guess", guess.text.strip()), ("the run gave", result.answer)]
        if result.answer
        else []
    )
    head = guess_head(marks, right=verdict.accepted)
    lines = [head, *aligned([*rows, *result.values], marks)]
    return Content("\n").join(lines + (paragraphs(verdict.message, marks) if result.answer else []))


def printed_words(record: RunRecord) -> Content:
    pieces, _ = record.output_since(0)
    lines = "".join(text for _, text in pieces).rstrip("\n").split("\n")
    if lines == [""]:
        return Content("")
    return Content("\n").join(
        [
            Content.styled("it printed", "$text-muted"),
            *(Content(f"  {x}") for x in lines[-MAX_PRINTED_LINES:]),
        ]
    )
