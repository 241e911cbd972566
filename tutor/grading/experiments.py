"""Turn a step's wrong programs into experiments: guess what one of them computes, then run it.

A wrong program is worth a guess if what it does differs visibly from what a right answer does and
can be told in one line. Nothing of this judges an answer, and nothing is counted.
"""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from tutor.course.given_variations import bound_names
from tutor.course.model import Check, CodeStep, Misconception
from tutor.grading.errors import SYNTAX_ERRORS, explain_ending, quote
from tutor.grading.numbers import numbers_of
from tutor.grading.observed_attempt import pair_runs
from tutor.grading.plan import (
    command_under,
    learner_questions,
    limits_of,
    reference,
    scenarios,
    solution_command,
    wrong_programs,
)
from tutor.grading.scenario_result import (
    RunAnswers,
    ScenarioResult,
    checks_under,
    judge_check,
    run_answers,
)
from tutor.grading.show import show_numbers, show_shape, show_value
from tutor.grading.submission import names_in
from tutor.grading.templates import fill
from tutor.grading.verdict import Runner
from tutor.grading.wrong_programs import observe_at_base
from tutor.text import printable
from tutor.wire.events import Observation
from tutor.wire.values import BoolValue, SequenceValue, TextValue, Value

STOPS = "It stops with an error."
SOMETHING_ELSE = "something else"

MAX_TEXT = 60
"""Characters of a value that can be told in one line."""

MAX_ELEMENTS = 64
"""Numbers of a tensor of which each is shown."""

MIN_OPTIONS = 3
MAX_VALUES = 3
"""Values to choose from, apart from the error."""

TOO_CLOSE = 0.1
"""Two numbers that differ by a smaller share of the larger one are not offered beside each other:
nobody can tell them apart without computing them."""

_DRAWING = re.compile(r"Linear|Conv|Embedding|Parameter|Dropout|[Rr]and|normal_|uniform_")
"""Matches names that draw random numbers, which nobody can guess."""


class Asked(Struct, frozen=True):
    """The value that a guess is about."""

    words: str
    """What it is, in Markdown: a name of the program as code, or a few plain words."""
    expression: str
    """The check's expression that it is read from, or the name."""
    item: int | None = None
    """Its place in the list that the expression gives; None if it is the whole value."""
    is_bound: bool = False
    """Whether it is what the program bound to the name, not the answer to a question."""
    is_shape: bool = False
    """Whether only its shape is asked for."""
    is_count: bool = False
    """Whether it is a number of things, which the words name."""


class Experiment(Struct, frozen=True):
    """A wrong program with a question about it. It knows what came out when it was tried."""

    program: str
    asked: Asked
    options: tuple[str, ...]
    """What may come out, in Markdown, in the order on screen."""
    right: str
    """What a right answer gives, as Markdown."""
    say: str
    """What a learner who writes the program is told."""

    @property
    def tells_right(self) -> bool:
        """Whether the question may say what a right answer gives: it is none of the options."""
        return self.right not in self.options


class ExperimentResult(Struct, frozen=True):
    """What came out when the learner had a wrong program run."""

    came_out: str
    """In Markdown, as the options are written."""
    sentence: str
    """What a learner who writes the program is told, with the values of this run."""
    evidence: tuple[str, ...] = ()
    """Lines about the error, if it stopped with one."""


async def find_experiments(step: CodeStep, runner: Runner) -> tuple[Experiment, ...] | None:
    """Return the experiments of the step, in the order of the file: one for each idea at most.

    The runs are those that answers are judged by. None if the worker could not run them.
    """
    if not wrong_programs(step):
        return ()
    solution = pair_runs(solution_command(step), await runner.observe_all(solution_command(step)))
    wrongs = await observe_at_base(step, runner)
    if any(run.observation.outcome == "lost" for run in (*solution, *wrongs.values())):
        return None
    return experiments_of(step, solution[0], wrongs)


def experiments_of(
    step: CodeStep, solution: RunAnswers, wrongs: Mapping[str, RunAnswers]
) -> tuple[Experiment, ...]:
    """Return the experiments among these runs of the wrong programs under the base givens."""
    found: dict[str, Experiment] = {}
    for item in step.misconceptions:
        if item.wrong in wrongs and item.id not in found:
            experiment = _experiment(step, item, solution, wrongs)
            if experiment is not None:
                found[item.id] = experiment
    return tuple(found.values())


async def run_experiment(
    step: CodeStep, experiment: Experiment, runner: Runner
) -> ExperimentResult | str:
    """Run the wrong program and return what came out, or a sentence on why nothing did.

    It runs as it was tried, after the solutions of the steps that this one uses.
    """
    step = reference(step)
    questions = learner_questions(step)
    command = command_under(step, experiment.program, scenarios(step)[0], live=False)
    observation = await runner.observe(command, questions)
    if observation.outcome not in ("finished", "raised"):
        return _why_not(step, experiment.program, observation)
    run = run_answers(observation, questions)
    error = run.error
    return ExperimentResult(
        _outcome(experiment.asked, run) or SOMETHING_ELSE,
        printable(fill(experiment.say, run.shown)),
        tuple(map(printable, quote(error))) if error is not None else (),
    )


def _why_not(step: CodeStep, program: str, observation: Observation) -> str:
    if observation.outcome == "lost":
        reason = printable(observation.detail).rstrip(".") or "the worker ended"
        return f"It could not be run: {reason}. Enter tries again."
    ending = explain_ending(observation, limits_of(step), judging=False, source=program)
    return f"{printable(ending.message)} Enter runs the program again."


def _experiment(
    step: CodeStep, item: Misconception, solution: RunAnswers, wrongs: Mapping[str, RunAnswers]
) -> Experiment | None:
    """Return the question about one wrong program; None if there is nothing to guess."""
    programs = list(wrongs)
    place = programs.index(item.wrong)
    run, *others = [wrongs[program] for program in (*programs[place:], *programs[:place])]
    if run.error is None and not run.finished:
        return None
    if run.error is not None and (run.error.from_given or run.error.type_name in SYNTAX_ERRORS):
        return None
    for asked in _candidates(step, item.wrong, run, solution):
        options = _options(asked, run, solution, others)
        if len(options) >= MIN_OPTIONS:
            shown = _shuffled(options, f"{step.id} {item.wrong}")
            right = _outcome(asked, solution) or ""
            return Experiment(item.wrong, asked, shown, right, item.say)
    return None


def _shuffled(options: Sequence[str], seed: str) -> tuple[str, ...]:
    """Return the options in an order of their own, the error last."""
    values = [option for option in options if option != STOPS]
    random.Random(seed).shuffle(values)
    return (*values, STOPS)


# What is asked


def _candidates(
    step: CodeStep, program: str, run: RunAnswers, solution: RunAnswers
) -> Iterator[Asked]:
    """Yield what may be asked: values of missed checks, counts, then numbers that are bound."""
    scenario = scenarios(step)[0]
    result = ScenarioResult(scenario, run, solution)
    missed = [c for c in checks_under(step, scenario) if not judge_check(c, result).holds]
    names = {*solution.bound(), *bound_names(scenario.given), *bound_names(step.before)}
    wanted = [asked for check in missed for asked in _values_of(check, names)]
    if _draws(program):
        wanted = [asked for asked in wanted if asked.is_shape]
    wanted += _counts(missed, program, run, solution)
    wanted += _bound_numbers(program, run, solution)
    for asked in wanted:
        right, outcome = _text(asked, solution), _outcome(asked, run)
        if right is None or outcome is None or _stands_in(outcome.strip("`"), program):
            continue
        if run.error is not None or _are_far_apart(asked, run, solution):
            yield asked


def _values_of(check: Check, names: Iterable[str]) -> Iterator[Asked]:
    """Yield the value that the check compares, and its shape, if a program could name it."""
    own = frozenset(names)
    for item, expression in _parts(check.same):
        if _is_of_names(expression, own):
            asked = Asked(f"`{expression}`", check.same, item)
            yield asked
            yield Asked(asked.words, check.same, item, is_shape=True)


def _parts(expression: str) -> list[tuple[int | None, str]]:
    """Return the elements of a list with their places, else the whole expression."""
    try:
        tree = ast.parse(expression.strip(), mode="eval").body
    except SyntaxError:
        return []
    if isinstance(tree, ast.List):
        return [(index, ast.unparse(part)) for index, part in enumerate(tree.elts)]
    return [(None, ast.unparse(tree))]


_OWN_NODES = (
    ast.Expression, ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.Constant, ast.List,
    ast.UnaryOp, ast.unaryop, ast.Load,
)  # fmt: skip


def _is_of_names(expression: str, names: frozenset[str]) -> bool:
    """Return True if a program that has the names could hold the expression in one line."""
    if len(expression) > MAX_TEXT:
        return False
    nodes = list(ast.walk(ast.parse(expression, mode="eval")))
    read = names_in(expression)
    return all(isinstance(node, _OWN_NODES) for node in nodes) and bool(read) and read <= names


def _counts(
    missed: Iterable[Check], program: str, run: RunAnswers, solution: RunAnswers
) -> list[Asked]:
    """Return what missed checks count, under their names in plain words.

    None if the program says one of these numbers itself: the others then follow from it.
    """
    counts = [Asked(c.name, c.same, is_count=True) for c in missed if c.same and c.name]
    counts = [asked for asked in counts if _is_count(solution.value(asked.expression))]
    told = [_text(asked, run) or "" for asked in counts]
    return [] if any(text and _stands_in(text, program) for text in told) else counts


def _is_count(value: Value) -> bool:
    numbers = numbers_of(value)
    return numbers is not None and numbers.kind == "int" and not numbers.shape


def _bound_numbers(program: str, run: RunAnswers, solution: RunAnswers) -> list[Asked]:
    """Return the single numbers that both programs bind; none if the program draws numbers."""
    if run.error is not None or _draws(program):
        return []
    mine, right = run.bound(), solution.bound()
    return [
        Asked(f"`{name}`", name, is_bound=True)
        for name in right
        if _is_float(mine.get(name)) and _is_float(right[name])
    ]


def _draws(program: str) -> bool:
    """Return True if the program draws numbers, of which no value can be guessed."""
    return any(map(_DRAWING.search, _words_of(program)))


def _words_of(program: str) -> set[str]:
    nodes = list(ast.walk(ast.parse(program)))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    return names | {node.attr for node in nodes if isinstance(node, ast.Attribute)}


def _is_float(value: Value | None) -> bool:
    numbers = numbers_of(value) if value is not None else None
    return numbers is not None and numbers.kind == "float" and numbers.total == 1


# What may come out


def _options(
    asked: Asked, run: RunAnswers, solution: RunAnswers, others: Sequence[RunAnswers]
) -> list[str]:
    """Return what comes out, values of other wrong programs, and the error; the first is right.

    What a right answer gives is added only where those are too few.
    """
    chosen = [] if run.error is not None else [run]
    for other in others:
        if len(chosen) == MAX_VALUES:
            break
        is_new = _text(asked, other) is not None and _are_far_apart(asked, other, solution)
        if is_new and all(_are_far_apart(asked, other, one) for one in chosen):
            chosen.append(other)
    if len(chosen) + 1 < MIN_OPTIONS:
        chosen.append(solution)
    return [*(f"`{_text(asked, one)}`" for one in chosen), STOPS]


def _outcome(asked: Asked, run: RunAnswers) -> str | None:
    """Return what came out, as an option says it; None if that cannot be told in one line."""
    if run.error is not None:
        return STOPS
    text = _text(asked, run)
    return f"`{text}`" if text is not None else None


def _stands_in(text: str, program: str) -> bool:
    """Return True if the program says literally what comes out."""
    word = re.escape(text.strip("'"))
    return re.search(rf"(?<![\w.]){word}(?![\w.])", program) is not None


def _text(asked: Asked, run: RunAnswers) -> str | None:
    """Return the value in one line; None if there is none, or if it cannot be told so."""
    value = _value(asked, run)
    if value is None:
        return None
    if asked.is_shape:
        numbers = numbers_of(value)
        return show_shape(numbers.shape) if numbers is not None and numbers.shape else None
    text = _show(value)
    return text if text is not None and len(text) <= MAX_TEXT and "…" not in text else None


def _value(asked: Asked, run: RunAnswers) -> Value | None:
    if run.error is not None:
        return None
    if asked.is_bound:
        return run.bound().get(asked.expression)
    answer = run.answer(asked.expression)
    if answer is None or answer.error is not None:
        return None
    if asked.item is None:
        return answer.value
    items = answer.value.items if isinstance(answer.value, SequenceValue) else ()
    return items[asked.item] if asked.item < len(items) else None


def _show(value: Value) -> str | None:
    """Return the numbers or the text in a value; None if it holds anything else."""
    if isinstance(value, BoolValue | TextValue):
        return show_value(value)
    if isinstance(value, SequenceValue):
        parts = [_show(item) for item in value.items]
        if value.length > len(parts) or any(part is None for part in parts):
            return None
        return "[" + ", ".join(part or "" for part in parts) + "]"
    numbers = numbers_of(value)
    if numbers is None or numbers.kind == "complex" or not 0 < numbers.total <= MAX_ELEMENTS:
        return None
    return None if numbers.sampled else show_numbers(numbers)


def _are_far_apart(asked: Asked, one: RunAnswers, other: RunAnswers) -> bool:
    """Return True if the two values can be told apart at a glance."""
    if asked.is_shape or _text(asked, one) == _text(asked, other):
        return _text(asked, one) != _text(asked, other)
    sides = [_elements(_value(asked, run)) for run in (one, other)]
    if sides[0] is None or sides[1] is None or len(sides[0]) != len(sides[1]):
        return True
    return any(_differ(a, b) for a, b in zip(*sides, strict=True))


def _elements(value: Value | None) -> list[float] | None:
    if isinstance(value, SequenceValue):
        parts = [_elements(item) for item in value.items]
        return None if None in parts else [number for part in parts for number in part or ()]
    numbers = numbers_of(value) if value is not None else None
    return list(map(float, numbers.elements)) if numbers is not None else None


def _differ(one: float, other: float) -> bool:
    if one != one or other != other:
        return (one != one) is not (other != other)
    return one != other and not abs(one - other) <= TOO_CLOSE * max(abs(one), abs(other))
