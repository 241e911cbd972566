"""Plan the runs that judge an answer: givens and their variations, questions, commands.

The same step always gives the same author commands, so that the runner's cache, which compares
content, can be used.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from tutor.course.given_variations import vary
from tutor.course.kinds import kind_of
from tutor.course.model import ASKING_VIEWS, CodeStep, LabStep, PredictStep
from tutor.course.step_tables import Check, Misconception, Note
from tutor.course.used_answers import with_own
from tutor.grading.once import once_for_each
from tutor.grading.recording_needs import need_step_log
from tutor.grading.submission import read_submission
from tutor.grading.templates import expressions_in
from tutor.wire.commands import Execute, Limits, ObserveAll, Program, Question

OTHER_SEED = 7_919
"""Added to the step's seed, to test if an answer depends on it."""

_MIN_AUTHOR_SECONDS = 60.0
"""Minimum seconds for all programs of one author command, with more for slow steps."""


class Scenario(Struct, frozen=True):
    """Givens and a seed under which an answer is tried."""

    label: str = ""
    """Differences from the base, as code: `x = 2; torch.manual_seed(3)`. Empty: the base."""
    given: str = ""
    seed: int = 0
    note: str = ""
    """Id of the note for a miss in place of a refusal; empty if it is refused."""
    varied: tuple[str, ...] = ()
    """Names of the givens with other values here."""
    first: bool = False
    """True if the wrong programs are tried here first."""

    @property
    def is_base(self) -> bool:
        """Return True for the step's own givens."""
        return not self.label


@once_for_each
def scenarios(step: CodeStep) -> tuple[Scenario, ...]:
    """Return the base scenario, then every variation in the order of the file."""
    return (Scenario("", step.given, step.seed), *_variations(step))


def _variations(step: CodeStep) -> Iterator[Scenario]:
    for variation in step.variations:
        changes = [f"{name} = {expression}" for name, expression in variation.given.items()]
        if variation.seed is not None:
            changes.append(f"torch.manual_seed({variation.seed})")
        seed = step.seed if variation.seed is None else variation.seed
        given = vary(step.given, variation.given)
        label, varied = "; ".join(changes), tuple(variation.given)
        yield Scenario(label, given, seed, variation.note, varied, variation.first)


def other_seed(step: CodeStep) -> Scenario:
    """Return the base givens under another seed."""
    seed = (step.seed + OTHER_SEED) % 2**32
    return Scenario(f"torch.manual_seed({seed})", step.given, seed)


def check_expressions(checks: tuple[Check, ...]) -> tuple[str, ...]:
    """Return the expressions that the checks evaluate, each once."""
    wanted = [text for check in checks for text in (check.same, check.like, check.true) if text]
    return tuple(dict.fromkeys(wanted))


@once_for_each
def applied_again(step: CodeStep) -> Mapping[str, tuple[str, ...]]:
    """Return, for each checked name, calls of the step's functions on that name.

    So a function that was applied twice is detected. Known functions are those that a check calls,
    as in `sigmoid(given.input_tensor)`, or names with `callable(sigmoid)`.
    """
    functions = dict.fromkeys(name for check in step.checks for name in _functions_in(check))
    names = [check.same for check in step.checks if check.same.isidentifier()]
    return {
        name: tuple(f"{function}({name})" for function in functions if function != name)
        for name in names
    }


def _functions_in(check: Check) -> Iterator[str]:
    try:
        node = ast.parse(check.same or check.true, mode="eval").body
    except SyntaxError:
        return
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) == 1:
        name, argument = node.func.id, node.args[0]
        if name == "callable" and isinstance(argument, ast.Name):
            yield argument.id
        elif isinstance(argument, ast.Attribute) and ast.unparse(argument.value) == "given":
            yield name


@once_for_each
def learner_questions(step: CodeStep) -> tuple[Question, ...]:
    """Return the questions about the learner's names for checks, properties and messages."""
    quoting: list[Check | Misconception | Note] = [*step.checks, *step.misconceptions, *step.notes]
    wanted = [
        *check_expressions(step.checks),
        *(item.when for item in step.misconceptions if item.when),
        *(note.when for note in step.notes if note.when),
        *(expression for item in quoting for expression in expressions_in(item.say)),
        *(check.name for check in step.checks if check.name.isidentifier()),
    ]
    return tuple(Question(text) for text in dict.fromkeys(wanted))


def _solution_questions(step: CodeStep) -> tuple[Question, ...]:
    again = [text for texts in applied_again(step).values() for text in texts]
    wanted = dict.fromkeys([*check_expressions(step.checks), *again])
    return tuple(Question(text) for text in wanted)


def learner_command(step: CodeStep, source: str) -> Execute:
    """Return the command that runs the learner's program under the base givens, streamed.

    The givens that the program repeats are left out. A plain run uses it, too.
    """
    return command_under(step, read_submission(step, source).source, scenarios(step)[0], live=True)


def command_under(step: CodeStep, source: str, scenario: Scenario, *, live: bool) -> Execute:
    """Return the command that runs a program of the learner under one scenario."""
    return Execute(
        _program(step, source, scenario),
        limits=limits_of(step),
        live=live,
        fixed=step.fixed,
        network=step.network,
        gpu=step.gpu,
        step_log=need_step_log(learner_questions(step)),
        files=step.data,
        views=asking_views(step) if live else (),
    )


def asking_views(step: CodeStep | PredictStep | LabStep) -> tuple[str, ...]:
    """Return the views of the step that ask the run of a program for data.

    A graph is only for steps that name it.
    """
    has_all = not (step.views or kind_of(step).is_guessed)
    named = tuple(view for view in (*ASKING_VIEWS, "graph") if view in step.views)
    return ASKING_VIEWS if has_all else named


@once_for_each
def reference(step: CodeStep) -> CodeStep:
    """Return the step with solutions as all answers to earlier steps that it uses.

    The author's programs run in it, so that no expected value depends on a learner's code.
    """
    return with_own(step, lambda _: "") if has_own_answers(step) else step


def has_own_answers(step: CodeStep) -> bool:
    """Return True if the learner's own code runs before the step's givens."""
    return any(each.own for each in step.used)


def limits_of(step: CodeStep) -> Limits:
    """Return the limits of one run of the learner's program."""
    return program_limits(step.limit_s, step.limit_mb)


def program_limits(seconds: float, memory_mb: int) -> Limits:
    """Return the limits of one run of a program in a step, from its keys `limit_s`, `limit_mb`."""
    return Limits(seconds=seconds, memory_mb=memory_mb)


def _program(step: CodeStep, source: str, scenario: Scenario) -> Program:
    return Program(step.before, scenario.given, source, scenario.seed)


@once_for_each
def wrong_programs(step: CodeStep) -> tuple[str, ...]:
    """Return the wrong programs of the misconceptions and notes, each once."""
    items: tuple[Misconception | Note, ...] = (*step.misconceptions, *step.notes)
    return tuple(dict.fromkeys(item.wrong for item in items if item.wrong))


@once_for_each
def solution_command(step: CodeStep) -> ObserveAll:
    """Return the command for the solution under every scenario, and last under another seed."""
    step = reference(step)
    all_scenarios = (*scenarios(step), other_seed(step))
    programs = tuple(_program(step, step.solution, scenario) for scenario in all_scenarios)
    return _author_command(step, programs, _solution_questions(step))


@once_for_each
def tried_first(step: CodeStep) -> tuple[Scenario, ...]:
    """Return the scenarios under which all wrong programs run: all, or the first one."""
    return tuple(each for each in scenarios(step) if each.first) or scenarios(step)


@once_for_each
def wrongs_command(step: CodeStep) -> ObserveAll | None:
    """Return the command for every wrong program under those scenarios; None if there is none.

    The programs come one after another, each under all of these.
    """
    wrongs = wrong_programs(step)
    return _wrongs_command(step, wrongs, tried_first(step)) if wrongs else None


@once_for_each
def wrongs_at_base_command(step: CodeStep) -> ObserveAll:
    """Return the command for every wrong program under the step's own givens."""
    return _wrongs_command(step, wrong_programs(step), scenarios(step)[:1])


@once_for_each
def rest_command(step: CodeStep, wrong: str) -> ObserveAll:
    """Return the command for one wrong program under the remaining scenarios."""
    first = tried_first(step)
    rest = tuple(each for each in scenarios(step) if each not in first)
    return _wrongs_command(step, (wrong,), rest)


def everywhere_command(step: CodeStep, program: str) -> ObserveAll:
    """Return the command for a program of the author's under every scenario."""
    return _wrongs_command(step, (program,), scenarios(step))


def _wrongs_command(
    step: CodeStep, wrongs: Iterable[str], under: tuple[Scenario, ...]
) -> ObserveAll:
    step = reference(step)
    programs = tuple(_program(step, wrong, scenario) for wrong in wrongs for scenario in under)
    questions = tuple(Question(text) for text in check_expressions(step.checks))
    return _author_command(step, programs, questions)


def _author_command(
    step: CodeStep, programs: tuple[Program, ...], questions: tuple[Question, ...]
) -> ObserveAll:
    seconds = max(_MIN_AUTHOR_SECONDS, step.limit_s * len(programs))
    limits = Limits(seconds=seconds, memory_mb=max(step.limit_mb, Limits().memory_mb))
    return ObserveAll(
        programs,
        questions,
        limits,
        network=step.network,
        gpu=step.gpu,
        step_log=need_step_log(questions),
        files=step.data,
    )


@once_for_each
def author_commands(step: CodeStep) -> tuple[ObserveAll, ...]:
    """Return the commands to observe before the first answer.

    The solution and the wrong programs have separate commands, as judging asks for them.
    """
    wrongs = wrongs_command(step)
    return (solution_command(step),) if wrongs is None else (solution_command(step), wrongs)
