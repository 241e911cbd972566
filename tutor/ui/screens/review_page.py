"""The review: questions about steps that the learner missed some days ago.

It shows the session's review state and judges nothing. Esc leaves at any time.
"""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen

from tutor.course.figures import FIGURES
from tutor.course.kinds import kind_of
from tutor.grading.quiz import QuizAnswer
from tutor.grading.review_questions import OTHER_GIVENS
from tutor.session.questions import question_of
from tutor.session.reviewing import (
    Review,
    Reviewing,
    end_words,
    next_words,
    reasons,
    right_answer,
)
from tutor.session.state import State
from tutor.ui.charts.figure import FigureView
from tutor.ui.keys import next_step_bindings
from tutor.ui.marks import Marks
from tutor.ui.question_form import HowLine, QuestionForm
from tutor.ui.stable_static import StableStatic
from tutor.ui.widgets.code_view import CodeView
from tutor.ui.widgets.lesson_text import LessonText
from tutor.ui.words import aligned, inline, paragraphs

TITLE = "Review, question {number} of {count}: {step}"
TITLE_AT_END = "Review"
LOOKING = "Looking for questions that you missed earlier."
MAKING = "The question is being prepared: programs run first."
PROGRAM = "program"
RIGHT, WRONG, NOT_JUDGED = "Right.", "Not right.", "Not judged."
FROM_STEP = "## The text of the step"

HOW = "Enter checks. {key:next_step} skips. Esc leaves."
HOW_WITH_MARKS = "t marks true, f false. Enter checks. {key:next_step} skips. Esc leaves."
HOW_WITH_DIGITS = "A number key chooses. Enter checks. {key:next_step} skips. Esc leaves."
NEXT = "Enter goes on. Esc leaves."
NEXT_OR_READ = "Enter goes on. r goes to the step. Esc leaves."
WAITING = "{key:next_step} skips. Esc leaves."
OVER = "Enter or Esc leaves."

GIVENS_LINES = 4
"""Lines of the closed givens."""
GIVENS_KEY = "g shows all"
MAX_LINES = 1_000
"""Maximum lines of a program: in effect all."""


class ReviewPage(ModalScreen[str | None]):
    """The page of the review; its result is the id of a step to read again, or None."""

    CSS_PATH = "review.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Back"),
        Binding("enter", "submit", "Go on", show=False),
        Binding("r", "read_again", "Read again", show=False),
        Binding("g", "givens", "Givens", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        *next_step_bindings(),
    ]

    def __init__(self, review: Reviewing, marks: Marks) -> None:
        """Make the page; `follow` shows the questions."""
        super().__init__()
        self._review = review
        self._marks = marks
        self._shown: Review | None = None
        self._title = StableStatic(TITLE_AT_END, classes="title")
        self._words = StableStatic("", id="review-words")
        self._question = StableStatic("", id="review-asked")
        """The question, above its code, which may be long."""
        self._given = CodeView(
            id="review-given",
            preview_lines=GIVENS_LINES,
            key_note=GIVENS_KEY,
            glyphs=marks.glyphs,
        )
        self._program = CodeView(id="review-program", preview_lines=MAX_LINES, glyphs=marks.glyphs)
        self._form = QuestionForm("review", marks=marks)
        self._result = StableStatic("", id="review-result")
        self._text = LessonText(id="review-text")
        self._figures = Vertical(id="review-figures")
        self._scroll = VerticalScroll(id="review-scroll", can_focus=False)
        self._how = HowLine(self._scroll, marks=marks, id="review-how")

    def compose(self) -> ComposeResult:
        with Vertical(id="review"):
            yield self._title
            with self._scroll:
                yield self._words
                yield self._question
                yield self._given
                yield self._program
                yield self._result
                yield self._form
                yield self._text
                yield self._figures
            yield self._how

    def on_mount(self) -> None:
        """Colour the code after the first frame, and ask for the questions."""
        for view in (self._given, self._program):
            self.call_after_refresh(view.enable_highlighting)
        self._show_words(LOOKING)
        self._how.say(self._marks.fill(WAITING))
        self._review.begin()

    def follow(self, old: State, new: State) -> None:
        """Show a change of the review, unless it has closed."""
        review = new.review
        if review is old.review:
            return
        before, self._shown = self._shown, review
        if review is None or not self.is_mounted:
            return
        if review.end is not None:
            self._title.update_if_changed(TITLE_AT_END)
            self._show_words(end_words(review))
            self.set_focus(None)
            self._how.say(OVER)
        elif review.question is None:
            self._show_title(review)
            self._show_words(MAKING if review.items else LOOKING)
        elif before is None or before.question is not review.question:
            self._show_question(review)
        elif review.is_answered:
            self._show_result(review)
        elif review.verdict is not None:
            self._how.say(review.verdict.message)

    @on(QuestionForm.Submitted)
    def _submit(self, event: QuestionForm.Submitted) -> None:
        event.stop()
        self.action_submit()

    @on(QuestionForm.Changed)
    def _change(self, event: QuestionForm.Changed) -> None:
        event.stop()
        if self._shown is not None and not self._shown.is_answered:
            self._say_how(self._shown)

    def action_submit(self) -> None:
        """Submit the answer; after the verdict, show the next question; at the end, leave."""
        shown = self._shown
        if shown is None or shown.end is not None:
            self.action_cancel()
        elif shown.is_answered:
            self._review.go_on()
        elif shown.question is not None:
            self._review.answer(self._form.answer)

    def action_next_step(self) -> None:
        """Show the next question; an unanswered one returns another day."""
        if self._shown is not None and self._shown.end is not None:
            self.action_cancel()
        else:
            self._review.go_on()

    def action_read_again(self) -> None:
        """Close with the question's step, if that should be read again."""
        shown = self._shown
        if shown is not None and shown.must_read_again and shown.step is not None:
            self._review.leave()
            self.dismiss(shown.step.id)

    def action_givens(self) -> None:
        """Show all of the given code, or only its first lines."""
        self._given.toggle()

    def action_page(self, direction: int) -> None:
        rows = max(1, self._scroll.size.height - 1)
        self._scroll.scroll_relative(y=direction * rows, animate=False)

    def action_cancel(self) -> None:
        """Leave the review; the remaining questions return another time."""
        self._review.leave()
        self.dismiss(None)

    def _show_title(self, review: Review) -> None:
        step = review.step.title if review.step is not None else ""
        title = TITLE.format(number=review.number + 1, count=len(review.items), step=step)
        self._title.update_if_changed(title if review.items else TITLE_AT_END)

    def _show_words(self, words: str) -> None:
        """Show a message in place of a question."""
        self._words.update_if_changed(words)
        self._words.display = bool(words)
        above = (self._question, self._given, self._program)
        for part in (*above, self._result, self._form, self._text, self._figures):
            part.display = not words

    def _show_question(self, review: Review) -> None:
        question = review.question
        assert question is not None
        self._show_title(review)
        self._show_words("")
        asked = inline(self._marks.transcribe(question_of(question.quiz)))
        self._question.update_if_changed(asked)
        self._result.update_if_changed("")
        self._result.display = False
        for view, code, label in (
            (self._given, question.given, question.label),
            (self._program, question.program, PROGRAM),
        ):
            view.label, view.code = label, code.strip("\n")
            view.opened = label == OTHER_GIVENS  # the changed line must be visible
            view.display = bool(code.strip())
        places = tuple(range(len(question.quiz.options)))
        self._form.ask(question.quiz, order=places, kept=QuizAnswer())
        self._form.freeze(locked=False)
        self._form.target.focus()
        self._scroll.scroll_home(animate=False)
        self._say_how(review)
        self._text.text = self._marks.transcribe(_text_of_step(review))
        self.run_worker(self._show_figures(review), group="figures", exclusive=True)

    async def _show_figures(self, review: Review) -> None:
        await self._figures.remove_children()
        names = review.step.figures if review.step is not None else ()
        if not kind_of(review.step).has_solution:
            await self._figures.mount_all(
                FigureView(name, rows=self._scroll.size.height, glyphs=self._marks.glyphs)
                for name in names
                if name in FIGURES
            )

    def _say_how(self, review: Review) -> None:
        question = review.question
        mode = question.quiz.mode if question is not None else "number"
        how = {"true-false": HOW_WITH_MARKS, "one": HOW_WITH_DIGITS, "many": HOW_WITH_DIGITS}
        self._how.say(self._marks.fill(how.get(mode, HOW)))

    def _show_result(self, review: Review) -> None:
        question, verdict, answer = review.question, review.verdict, review.answer
        assert question is not None
        assert verdict is not None
        assert answer is not None
        row = self._form.virtual_region.y  # the result's place
        self._form.show_feedback(reasons(question.quiz, answer), follow=False)
        self._form.freeze(locked=True)
        if not self._form.target.display:
            self.set_focus(None)
        self._result.update_if_changed(result_words(review, self._marks))
        self._result.display = True
        self._how.say(NEXT_OR_READ if review.must_read_again else NEXT)
        self.call_after_refresh(self._scroll.scroll_to, y=row, animate=False)


def _text_of_step(review: Review) -> str:
    """Return the step's text without its question, to be read below that."""
    step = review.step
    text = step.text.strip() if step is not None else ""
    if kind_of(step).has_question:
        text = text.rpartition("\n\n")[0]
    return f"{FROM_STEP}\n\n{text}" if text else ""


def result_words(review: Review, marks: Marks) -> Content:
    question, verdict, answer = review.question, review.verdict, review.answer
    assert question is not None
    assert verdict is not None
    assert answer is not None
    if verdict.accepted:
        head = Content.styled(f"{marks.tick} {RIGHT}", "bold $success")
    elif verdict.kind == "reject":
        head = Content.styled(f"{marks.cross} {WRONG}", "bold $error")
    else:
        head = Content.styled(f"{marks.warning} {NOT_JUDGED}", "bold $warning")
    lines = [Content.assemble(head, f" {next_words(review)}")]
    if verdict.kind != "accept" and not question.quiz.options:
        lines += paragraphs(verdict.message, marks)
        lines += aligned([("you said", answer.text), ("right is", right_answer(question))], marks)
    return Content("\n").join([*lines, *aligned(question.told, marks)])
