"""The pane Guess: a wrong program, a question about it, and its result after the run.

It is a game after a step is done. The pane shows the session's state; it judges and keeps nothing.
"""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget

from tutor.course.model import QuizStep
from tutor.course.step_tables import Option
from tutor.course.used_answers import with_own
from tutor.first_screen.given_code import SHOW_ALL, all_givens, folded_givens
from tutor.grading.experiments import Experiment, ExperimentResult, question_words
from tutor.grading.quiz import QuizAnswer
from tutor.session.state import OpenExperiment, State
from tutor.session.timeline import Timeline
from tutor.ui.marks import Marks
from tutor.ui.pane import Pane
from tutor.ui.question_form import HowLine, QuestionForm
from tutor.ui.stable_static import StableStatic
from tutor.ui.widgets.code_view import CodeView
from tutor.ui.words import aligned, busy_words, guess_head, inline, paragraphs

HEAD = "A wrong program that people write. Guess what it computes."
HOW = "A number key chooses your guess. Enter runs the program. {key:experiment} shows another."
NEXT_ONE = "{key:experiment} shows the next one. Esc, 2 goes back to your code."
LAST = "That was the last one. Esc, 2 goes back to your code, {key:next_step} to the next step."
PREPARING = "The program runs as soon as that is done. {key:stop} cancels."
TOLD = "An answer like this gets the message:"

GIVENS_LINES = 3
"""Lines of the closed givens; fewer if the options need the room."""
MAX_PROGRAM_LINES = 1_000
"""Maximum lines of the program: in effect all."""


class GuessPane(Pane):
    """The pane with a wrong program and a question; the screen reads the guess for a run."""

    def __init__(self, timeline: Timeline, *, marks: Marks) -> None:
        super().__init__("guess", timeline, marks=marks)
        self._head = StableStatic(HEAD, id="guess-head")
        self._givens = CodeView(
            id="guess-givens",
            preview_lines=GIVENS_LINES,
            key_note=marks.fill(SHOW_ALL),
            glyphs=marks.glyphs,
        )
        self.givens = (self._givens,)
        self._program = CodeView(
            id="guess-program",
            preview_lines=MAX_PROGRAM_LINES,
            glyphs=marks.glyphs,
        )
        self._form = QuestionForm("guess", marks=marks)
        self._result = StableStatic("", id="guess-result", classes="empty")
        self._scroll = VerticalScroll(id="guess-scroll")
        self._how = HowLine(self._scroll, marks=marks, id="guess-how")

    def compose(self) -> ComposeResult:
        with self._scroll:
            yield self._head
            yield self._givens
            yield self._program
            yield self._result
            yield self._form
        yield self._how

    def on_mount(self) -> None:
        super().on_mount()
        for view in (self._givens, self._program):
            self.call_after_refresh(view.enable_highlighting)

    def on_resize(self) -> None:
        self._fit_givens_later()

    def draw(self, old: State | None, new: State) -> None:
        shown = new.experiment
        if shown is None or not new.experiments:
            return
        experiment = new.experiments[shown.number]
        if old is None or old.experiment is not shown:
            if shown.result is None:
                self._ask(new, experiment, shown.number)
            else:
                self._show_result(experiment, shown, shown.result)
        running = new.activity is not None and new.activity.kind == "experiment"
        self._form.freeze(locked=running or shown.result is not None)
        self._how.say(how_words(new, shown, self.marks))

    def focus_target(self) -> Widget:
        return self._form.target

    @property
    def chosen(self) -> int | None:
        return next(iter(self._form.answer_on_screen.judged), None)

    def _ask(self, state: State, experiment: Experiment, number: int) -> None:
        step = with_own(state.step, lambda _: "") if state.step is not None else None
        given = all_givens(step) if step is not None else ""
        count = len(state.experiments or ())
        if given != self._givens.code:
            self._givens.opened = False
            self._givens.code = given
            self._givens.folded = folded_givens(step) if step is not None else ""
        self._givens.display = bool(given.strip())
        self._program.label = f"wrong program {number + 1} of {count}"
        self._program.code = experiment.program.strip("\n")
        question = question_about(experiment)
        order = tuple(range(len(question.options)))
        self._form.ask(question, order=order, kept=QuizAnswer())
        self._result.update_if_changed("")
        self._result.set_class(True, "empty")
        self._scroll.scroll_home(animate=False)
        self._fit_givens_later()

    def _fit_givens_later(self) -> None:
        """Close the givens after the layout if they cut off the options."""
        self._givens.preview_lines = GIVENS_LINES
        self.call_after_refresh(self._fit_givens)

    def _fit_givens(self) -> None:
        hidden_rows, shown = int(self._scroll.max_scroll_y), self._givens.preview_lines
        if hidden_rows and shown:
            self._givens.preview_lines = max(0, shown - hidden_rows)
            self.call_after_refresh(self._fit_givens)  # the last line may have taken a row as well
        self._how.fit_later()

    def _show_result(
        self, experiment: Experiment, shown: OpenExperiment, result: ExperimentResult
    ) -> None:
        guessed = experiment.options[shown.guess] if shown.guess is not None else ""
        self._result.update_if_changed(result_words(experiment, guessed, result, self.marks))
        self._result.set_class(False, "empty")
        feedback = {} if shown.guess is None else {shown.guess: (guessed == result.came_out, "")}
        if result.came_out in experiment.options:
            feedback[experiment.options.index(result.came_out)] = (True, "")
        self._form.show_feedback(feedback, follow=False)
        self.call_after_refresh(self._scroll_to_result)

    def _scroll_to_result(self) -> None:
        self._scroll.scroll_to_widget(self._result, animate=False)


def question_about(experiment: Experiment) -> QuizStep:
    """Return the question as a quiz with one choice; no option is marked as correct."""
    options = tuple(Option(text=text, why="") for text in experiment.options)
    text = question_words(experiment)
    return QuizStep(id="experiment", title="", mode="one", text=text, options=options)


def result_words(
    experiment: Experiment, guessed: str, result: ExperimentResult, marks: Marks
) -> Content:
    rows = [
        ("your guess", _plain(guessed)),
        ("it gave", _plain(result.came_out)),
        ("a right answer", _plain(experiment.right)),
    ]
    lines = [guess_head(marks, right=guessed == result.came_out), *aligned(rows, marks)]
    lines += [Content(f"  {line}") for line in result.evidence]
    told = [Content.styled(TOLD, "$text-muted"), *paragraphs(result.sentence, marks)]
    return Content("\n").join([*lines, *told])


def how_words(state: State, shown: OpenExperiment, marks: Marks) -> str:
    activity = state.activity
    if activity is not None and activity.kind == "experiment":
        return busy_words(state, marks, PREPARING)
    if shown.result is None:
        return marks.fill(HOW)
    is_last = shown.number + 1 == len(state.experiments or ())
    return marks.fill(LAST if is_last else NEXT_ONE)


def _plain(option: str) -> str:
    """Return an option without Markdown marks around its value."""
    return inline(option).plain
