"""Commands that run, check and guess, depending on the kind of step and the pane.

They pass the pane's program or answer to the session, and show the pane where the result will
appear; they judge nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from tutor.course.kinds import kind_of
from tutor.course.model import Step
from tutor.session.answers import HAS_RUN
from tutor.session.state import PartRun
from tutor.session.words.run_text import goes_on
from tutor.ui.commands import command
from tutor.ui.editor.text_edit import selected_rows
from tutor.ui.editor.whole_lines import lines_alone
from tutor.ui.screens.screen_commands import can_edit
from tutor.ui.words import asked_content

if TYPE_CHECKING:
    from tutor.ui.editor.ask_bar import AskBar
    from tutor.ui.screens.lesson import LessonScreen
    from tutor.wire.commands import StepLength

TRY_IT = "Change the code, then {key:run} runs it."
GUESS_FIRST = "Guess first. Enter then runs the program, and after that you may change it."
LINES_ARE_ELSEWHERE = "Go to the code: {key:run_selection} runs lines that are selected there."


# Programs


@command("run")
def run(screen: LessonScreen) -> None:
    step = screen.session.step
    if screen.panes.layout_state.is_guessing:
        guess_experiment(screen)
    elif step is not None and kind_of(step).is_guessed:
        _run_prediction(screen, step)
    elif kind_of(step).has_sliders:
        _run_lab(screen)
    else:
        _run_buffer(screen)


@command("run_selection")
def run_selection(screen: LessonScreen) -> None:
    screen.run_worker(_run_selection(screen), group="ask")


async def _run_selection(screen: LessonScreen) -> None:
    """Run the selected lines of the buffer in the last run's namespace.

    If it is gone, run them after the given code.
    """
    panes, runs = screen.panes, screen.tutor.runs
    if can_edit(panes):
        editor = panes.code.editor
        first, last = selected_rows(editor.span)
        source = lines_alone(editor.document.lines, editor.span)
        part = PartRun(editor.text, first + 1, last + 1)
        columns = panes.placement.output_columns
        if not (runs.asking.has_run and await _go_on(screen, source, part, columns)):
            _begin(screen, lambda _whole: runs.run(source, columns=columns, part=part))
    elif panes.layout_state.is_guessing:
        screen.tutor.notify(LINES_ARE_ELSEWHERE)


async def _go_on(screen: LessonScreen, source: str, part: PartRun, columns: int) -> bool:
    """Run lines in the last run's namespace, and show their output below the code.

    Return False if it is gone.
    """
    code, question, step = screen.panes.code, goes_on(part), screen.session.step
    bar = await code.bars.open_answer()
    bar.wait_for(question)
    told = await screen.tutor.runs.asking.run_lines(source, part, columns)
    if told is not None:
        bar.show_answer(question, asked_content(told, screen.marks))
        return True
    code.bars.close()
    # otherwise it is gone with the step, or with a run that has begun meanwhile
    return screen.session.step is not step or screen.session.activity is not None


@command("step_phase", "phase")
@command("step_step", "step")
@command("step_epoch", "epoch")
def step_on(screen: LessonScreen, length: StepLength) -> None:
    """Step on by that much, pause a running program, or start a run paused at a phase."""
    columns = screen.panes.placement.output_columns
    _begin(screen, lambda source: screen.tutor.runs.step_phase(source, columns, length))


@command("stop")
def stop(screen: LessonScreen) -> None:
    if screen.look_back.replayer.is_running:
        screen.look_back.replayer.skip()
    else:
        screen.tutor.runs.stop()


@command("pause")
def pause(screen: LessonScreen) -> None:
    screen.tutor.runs.pause()


@command("more_time")
def more_time(screen: LessonScreen) -> None:
    screen.tutor.runs.more_time()


def _run_buffer(screen: LessonScreen) -> None:
    columns = screen.panes.placement.output_columns
    _begin(screen, lambda source: screen.tutor.runs.run(source, columns=columns))


def _begin(screen: LessonScreen, begin: Callable[[str], bool]) -> None:
    """Pass the buffer to `begin`, and show the answer pane if that starts a run."""
    screen.flush()
    if begin(screen.panes.code.source):
        screen.panes.show_answer_pane()


# Answers


@command("check")
def check(screen: LessonScreen) -> None:
    step, panes = screen.session.step, screen.panes
    if step is not None and kind_of(step).is_guessed:
        _run_prediction(screen, step)
    elif kind_of(step).has_question:
        panes.show_answer_pane()
        screen.tutor.answers.judge(panes.answer)
    elif kind_of(step).has_sliders:
        _run_lab(screen)
    else:
        _begin(screen, lambda source: _check_program(screen, source))


def _check_program(screen: LessonScreen, source: str) -> bool:
    """Check the program; draw nothing before the verdict if its runs are cached."""
    runs = screen.tutor.runs
    if runs.checks_ahead.has_checked(source):
        screen.panes.drawing_hold.begin()
    return runs.check(source)


def submit(screen: LessonScreen, drawing: str = "") -> None:
    kind = kind_of(screen.session.step)
    if drawing:
        screen.tutor.runs.drawing.draw(drawing)
    elif kind.has_sliders and not screen.session.wants_guess:
        screen.tutor.answers.lab.move(screen.panes.lab.lines)
    elif kind.has_sliders:
        _run_lab(screen)
    elif kind.is_guessed:
        guess(screen)
    elif kind.has_question:
        check(screen)
    else:
        guess_experiment(screen)


def _run_lab(screen: LessonScreen) -> None:
    """Run the lab with its sliders' values, the first time for the guess."""
    lab, runs = screen.panes.lab, screen.tutor.answers.lab
    run = partial(runs.guess, lab.guess) if screen.session.wants_guess else runs.run
    if run(lab.lines, paced=True):
        screen.panes.show_answer_pane()


def guess(screen: LessonScreen) -> None:
    if screen.tutor.answers.guess(screen.panes.answer):
        screen.panes.show_answer_pane()


def _run_prediction(screen: LessonScreen, step: Step) -> None:
    """Run the program for the guess; after the verdict, run the edited program.

    If neither can run, go to the pane that is needed, or show the reason.
    """
    state, panes = screen.session, screen.panes
    is_settled = state.prediction_result is not None
    in_code = panes.layout_state.pane == "code"
    if in_code and state.step_done:
        _run_buffer(screen)
    elif is_settled and step.scaffold.strip():
        panes.goto("code")
        screen.tutor.notify(TRY_IT)
    elif is_settled:
        screen.tutor.notify(HAS_RUN)
    elif in_code:
        screen.tutor.notify(GUESS_FIRST)
        panes.goto("predict")
    else:
        guess(screen)


@command("experiment")
def show_experiment(screen: LessonScreen) -> None:
    screen.flush()
    screen.tutor.answers.experiments.show_next()


def guess_experiment(screen: LessonScreen) -> None:
    screen.tutor.answers.experiments.guess(screen.panes.guess.chosen)


# Reset, and hints


@command("reset")
def reset(screen: LessonScreen) -> None:
    screen.flush()
    tutor, panes = screen.tutor, screen.panes
    if panes.layout_state.is_guessing:
        tutor.answers.experiments.ask_again()
    elif kind_of(screen.session.step).has_question and panes.layout_state.pane != "code":
        tutor.answers.ask_again()
        panes.goto(panes.layout_state.first_answer)
    elif kind_of(screen.session.step).has_sliders:
        panes.lab.reset()
        submit(screen)
    else:
        tutor.help.reset()


@command("hint")
def show_hint(screen: LessonScreen) -> None:
    """Show the next hint; after the last one, the next word of a code solution.

    Once the step is done, go to the hints, which show all help.
    """
    if screen.session.has_open_help:
        screen.panes.goto("hints")
    elif screen.tutor.help.show_hint():
        screen.panes.show_answer_pane()


# Questions to the last run


@command("ask")
async def open_questions(screen: LessonScreen) -> None:
    """Open the field for questions to the last run, and return once it takes keys."""
    panes = screen.panes
    if can_edit(panes) or panes.layout_state.is_guessing:
        if panes.layout_state.pane != "code":
            panes.goto("code")
        await panes.code.bars.open_questions()


async def ask(screen: LessonScreen, bar: AskBar, expression: str) -> None:
    source = screen.panes.code.source
    told = await screen.tutor.runs.asking.ask(expression, source, bar.columns)
    bar.show_answer(expression, asked_content(told, screen.marks))
