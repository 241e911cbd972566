"""The order of a verdict, question by question, with programs in plain Python."""

from __future__ import annotations

import asyncio
import math
from typing import Any

import pytest
from msgspec import structs

from tests.grading.steps import SOLUTION, sigmoid_step
from tests.support.python_runner import PythonRunner
from tests.support.wait import eventually
from tutor.course.model import CodeStep
from tutor.course.step_tables import Check, Misconception, Note, Variation
from tutor.grading.grade import author_commands, grade, learner_command
from tutor.grading.length import MAX_CODE
from tutor.grading.verdict import Verdict
from tutor.wire.commands import Execute, ObserveAll, Question
from tutor.wire.events import ErrorFacts, Executed, Observation, Outcome

STEP = sigmoid_step()


async def judged(source: str, step: CodeStep = STEP, runner: Any = None) -> Verdict:  # noqa: ANN401 # any runner
    return await grade(step, source, runner or PythonRunner())


@pytest.mark.parametrize(
    "source",
    [
        SOLUTION,
        "probability = 1 / (1 + math.exp(-x))",
        "sigmoid = lambda z: 1 / (1 + math.exp(-z))\nprobability = sigmoid(x)",
        "probability = math.exp(x) / (math.exp(x) + 1)",
        "probability = (1 + math.tanh(x / 2)) / 2",
        "class Sigmoid:\n    def __call__(self, z):\n        return 1 / (1 + math.e ** -z)\n"
        "probability = Sigmoid()(x)",
        "import math\nx = 2.4\nprobability = 1 / (1 + math.exp(-x))",
        "from math import exp\nprobability = 1 / (1 + exp(-x))",
        "for _ in [0]:\n    probability = 1 / (1 + math.exp(-x))",
        "x = -x\nprobability = 1 / (1 + math.exp(x))",
        "probability = ...\nprobability = 1 / (1 + math.exp(-x))",
    ],
)
async def test_right_answers_are_accepted_however_they_are_written(source: str) -> None:
    verdict = await judged(source)
    assert (verdict.kind, verdict.slug) == ("accept", None)
    assert verdict.milliseconds > 0
    assert verdict.outcome == "finished"
    assert all(check.passed for check in verdict.checks)


async def test_what_only_the_author_has_to_mend_spoils_no_verdict() -> None:
    """The loader leaves these rules to `nntutor check`: learners meet such steps."""
    step = sigmoid_step(
        also_right=("(",),
        hints=(" ",),
        own_misconceptions=(Misconception(id="not-python", say="", wrong="probability = ("),),
        notes=(Note(id="", say=" ", wrong="p ="), Note(id="never", say="…")),
        checks=(Check(same="probability", note="none-has-this"),),
    )
    for source, kind, slug in (
        (SOLUTION, "accept", None),
        ("probability = (", "reject", "syntax-error"),
        ("probability = 1 / 0", "reject", "division-by-zero"),
        ("probability = 1", "accept-with-note", "none-has-this"),
    ):
        verdict = await judged(source, step)
        assert (verdict.kind, verdict.slug) == (kind, slug)
    assert len(author_commands(step)) == 2


# 1 the tutor's own fault


async def test_a_solution_that_raises_is_the_tutors_fault() -> None:
    verdict = await judged("probability = 1", sigmoid_step(solution="probability = 1 / 0"))
    assert (verdict.kind, verdict.slug) == ("tutor-fault", "tutor-fault")
    assert "not with your answer" in verdict.message
    assert "ZeroDivisionError" in verdict.message


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"checks": (Check(same="nothing"),)}, "cannot be evaluated for the solution"),
        ({"checks": (Check(true="probability > 1"),)}, "does not hold for the solution"),
        ({"given": "x = nothing"}, "given code raised NameError"),
        ({"solution": "while_true = 1"}, "cannot be evaluated"),
        ({"variations": (Variation(given={"x": "'text'"}),)}, "with x = 'text'"),
    ],
)
async def test_a_step_that_is_broken_is_the_tutors_fault(
    changes: dict[str, Any], said: str
) -> None:
    verdict = await judged("probability = 0.5", sigmoid_step(**changes))
    assert verdict.kind == "tutor-fault"
    assert said in verdict.message


async def test_a_lost_worker_is_the_tutors_fault() -> None:
    runner = PythonRunner(endings={"probability = 1": "lost"})
    assert (await judged("probability = 1", runner=runner)).kind == "tutor-fault"


async def test_why_nothing_could_be_run_is_said_once_with_what_to_do() -> None:
    reason = "PyTorch is not installed for python3. Install it with `pip install torch`."

    class WithoutTorch(PythonRunner):
        async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
            return Observation("lost", detail=reason)

    verdict = await judged(SOLUTION, runner=WithoutTorch())
    assert verdict.kind == "tutor-fault"
    assert verdict.message == (
        "Your code was not run, so nothing was judged. PyTorch is not installed for python3. "
        "Install it with `pip install torch`."
    )
    assert verdict.evidence == ()


async def test_an_error_in_the_checker_itself_is_the_tutors_fault() -> None:
    class Broken(PythonRunner):
        async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
            raise ConnectionError("the pipe is gone")

    verdict = await judged(SOLUTION, runner=Broken())
    assert verdict.kind == "tutor-fault"
    assert "ConnectionError: the pipe is gone" in verdict.message


async def test_answers_that_never_came_are_the_tutors_fault() -> None:
    class Mute(PythonRunner):
        async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
            return Observation("finished", Executed("finished"))

    assert (await judged(SOLUTION, runner=Mute())).kind == "tutor-fault"


# 2 not attempted


@pytest.mark.parametrize(
    ("source", "slug"),
    [
        ("", "empty-answer"),
        ("# only a comment\n", "empty-answer"),
        (STEP.scaffold, "blank-left-in"),
        ("probability=...  # later", "blank-left-in"),
        ("x = 2.4\nprobability = ...", "blank-left-in"),
        ("probability = ____", "blank-left-in"),
        ("probability = math.____(x)", "blank-left-in"),
        ("probability = ____ 3", "blank-left-in"),
    ],
)
async def test_blanks_are_not_an_attempt_and_nothing_runs(source: str, slug: str) -> None:
    runner = PythonRunner()
    verdict = await judged(source, runner=runner)
    assert (verdict.kind, verdict.slug) == ("not-attempted", slug)
    assert runner.commands == []


async def test_what_is_to_be_filled_in_is_named() -> None:
    assert "`probability`" in (await judged(STEP.scaffold)).message


# 3 stopped


@pytest.mark.parametrize(
    ("outcome", "slug", "said"),
    [
        ("timeout", "infinite-loop", "within 10 s"),
        ("memory", "out-of-memory", "2048 MB"),
        ("output", "too-much-output", "20 MB"),
        ("processes", "too-many-processes", "64 processes"),
        ("crashed", "crashed", "crashed"),
    ],
)
async def test_what_ended_a_run_is_said(outcome: Outcome, slug: str, said: str) -> None:
    verdict = await judged(SOLUTION + "#!", runner=PythonRunner(endings={"#!": outcome}))
    assert (verdict.kind, verdict.slug, verdict.outcome) == ("reject", slug, outcome)
    assert said in verdict.message


async def test_leaving_the_program_is_refused_even_with_the_answer_there() -> None:
    verdict = await judged(SOLUTION + "raise SystemExit(0)")
    assert (verdict.kind, verdict.slug) == ("reject", "quits-the-program")


async def test_a_run_stopped_by_hand_is_neutral() -> None:
    verdict = await judged("y = 1", runner=PythonRunner(endings={"y = 1": "stopped"}))
    assert (verdict.kind, verdict.slug) == ("not-attempted", "stopped")


# 4 replaced functions


@pytest.mark.parametrize("source", ["probability = 3", "probability = 1 / 0", SOLUTION])
async def test_replaced_functions_are_refused_before_anything_else_is_told(source: str) -> None:
    class Cheated(PythonRunner):
        async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
            seen = await super().observe(command, questions)
            assert seen.executed is not None
            return structs.replace(
                seen, executed=structs.replace(seen.executed, replaced=("math.exp",))
            )

    verdict = await judged(source, runner=Cheated())
    assert (verdict.kind, verdict.slug) == ("reject", "cheats-the-checker")
    assert "`math.exp`" in verdict.message


# 5 raised


async def test_an_error_comes_with_line_message_and_words() -> None:
    verdict = await judged("y = 1\nprobability = 1 / (1 + math.exp(-xx))")
    assert (verdict.kind, verdict.slug, verdict.line) == ("reject", "undefined-name", 2)
    assert verdict.evidence == (
        "line 2: probability = 1 / (1 + math.exp(-xx))",
        "NameError: name 'xx' is not defined",
    )
    assert verdict.error == "NameError"
    assert "`xx`" in verdict.message


async def test_a_wrong_program_that_raises_alike_speaks_first() -> None:
    item = Misconception(
        id="list-arithmetic", say="Not with lists: {x}.", wrong="probability = -[x]\n"
    )
    step = sigmoid_step(own_misconceptions=(item,))
    verdict = await judged("values = [x]\nprobability = -values", step)
    assert (verdict.slug, verdict.message) == ("list-arithmetic", "Not with lists: 2.4.")
    assert verdict.evidence[1] == "TypeError: bad operand type for unary -: 'list'"


async def test_a_pattern_on_the_error_and_a_property_speak_too() -> None:
    by_pattern = Misconception(id="by-pattern", say="p", raises="^ZeroDivisionError: ")
    by_property = Misconception(id="by-property", say="q", when="divisor == 0")
    step = sigmoid_step(own_misconceptions=(by_property, by_pattern))
    assert (await judged("divisor = 0\nprobability = 1 / divisor", step)).slug == "by-pattern"
    assert (await judged("divisor = 0\nprobability = [][divisor]", step)).slug == "by-property"


async def test_an_unknown_error_still_says_where() -> None:
    verdict = await judged("\n\nraise BufferError('odd')")
    assert (verdict.slug, verdict.line) == ("raised-error", 3)
    assert "In line 3" in verdict.message
    assert verdict.evidence == ("line 3: raise BufferError('odd')", "BufferError: odd")


async def test_after_an_error_the_variations_are_not_waited_for() -> None:
    class Endless(PythonRunner):
        async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
            if not command.live:
                await asyncio.Event().wait()
            return await super().observe(command, questions)

    assert (await judged("probability = 1 / 0", runner=Endless())).slug == "division-by-zero"


async def test_a_name_that_gets_its_value_further_down() -> None:
    verdict = await judged("for _ in [0]:\n    y = 1 / (1 + z)\n    z = math.exp(-x)\n")
    assert (verdict.slug, verdict.line) == ("undefined-name", 2)
    assert "used in line 2 but gets its value only in line 3" in verdict.message
    verdict = await judged("z = 1\ndel z\ny = z\nz = 2")
    assert (verdict.slug, verdict.line) == ("undefined-name", 3)
    assert "assigns it up" not in verdict.message


GIVES_LR = sigmoid_step(given="x = 2.4\nlr = 0.1\nrate = 1")


@pytest.mark.parametrize(
    ("source", "step", "said"),
    [
        ("probability = 1 / score", STEP, "The task gives `x`"),
        (
            "def f(z):\n    return 1 / score\nprobability = f(x)",
            STEP,
            "argument of this function is named `z`",
        ),
        ("probability = x * learning_rate * rate", GIVES_LR, "If you mean that, write `lr`"),
        ("probability = learning_rate", GIVES_LR, "If you mean that, write `lr`"),
        ("probability = x + score", GIVES_LR, "Is it misspelt"),
        ("probability = x * score", STEP, "Is it misspelt"),
        ("def f(z):\n    return z / score\nprobability = f(x)", STEP, "Is it misspelt"),
        ("probability = Sigmoid(2.4)", STEP, "PyTorch has `nn.Sigmoid`"),
    ],
)
async def test_a_name_that_is_nowhere(source: str, step: CodeStep, said: str) -> None:
    verdict = await judged(source, step)
    assert verdict.slug == "undefined-name"
    assert said in verdict.message


@pytest.mark.parametrize(
    ("given", "called"),
    [("x = 2.4", "x"), ("a = 1\ninput_tensor = 2", "input_tensor"), ("a = 1\nb = 2", "")],
)
async def test_the_function_input_in_place_of_the_data(given: str, called: str) -> None:
    step = sigmoid_step(given=given, solution="probability = -1", variations=())
    verdict = await judged("probability = -1 * input", step)
    assert verdict.kind == "reject"
    assert (f"The data is called `{called}`." in verdict.message) is bool(called)


async def test_a_name_that_is_nowhere_in_a_function_that_a_check_calls() -> None:
    step = sigmoid_step(
        solution="def f(z):\n    return -z",
        scaffold="",
        checks=(Check(same="f(3.0)", name="f(3)"),),
        variations=(),
    )
    verdict = await judged("def f(z):\n    return -score", step)
    assert verdict.message == (
        "`score` does not exist here. The argument of this function is named `z`, and "
        "nothing uses it. If you mean that, write `z`."
    )


async def test_a_name_that_is_asked_for_and_read_before_it_has_a_value() -> None:
    verdict = await judged("y = 3\nprint(probability)")
    assert (verdict.slug, verdict.line) == ("missing-name", 2)
    assert verdict.message == (
        "There is no `probability` yet. Your program has `y`. Add `probability = …` above line 2."
    )
    assert verdict.evidence[1] == "NameError: name 'probability' is not defined"


@pytest.mark.parametrize(
    ("source", "slug"),
    [
        ("score = 1 / (1 + math.exp(-x))", "wrong-variable-name"),
        ("print(1 / (1 + math.exp(-x)))", "printed-not-assigned"),
        ("def f():\n    probability = 3\nf()", "local-not-global"),
        ("probabilty = 3", "missing-name"),
    ],
)
async def test_a_name_that_is_not_there_is_told_alike_where_a_print_reads_it(
    source: str, slug: str
) -> None:
    assert (await judged(source)).slug == slug
    assert (await judged(f"{source}\nprint(probability)")).slug == slug


async def test_a_message_that_chooses_its_words() -> None:
    long = "more than one, and no share of anything is ever more than one, however large a score is"
    say = f"You have {{'{long}' if probability > 1 else 'a share'}}: `{{probability}}`."
    step = sigmoid_step(checks=(Check(same="probability", say=say),))
    assert (await judged("probability = x", step)).message == f"You have {long}: `2.4`."
    verdict = await judged("probability = x / 240", step)
    assert verdict.message == "You have a share: `0.01`."


async def test_a_message_that_lacks_a_value_is_not_said() -> None:
    check = Check(same="probability(x)", say="For {x} it gives {probability(x)}.", name="the share")
    step = sigmoid_step(checks=(check,), solution="probability = abs")
    told = await judged("def probability(x):\n    return 5 * abs(x) + 0.5", step)
    assert told.message == "For 2.4 it gives 12.5."
    told = await judged("def probability(x):\n    return nowhere", step)
    assert "?" not in told.message
    assert "gives" not in told.message


async def test_an_error_in_the_answer_is_told_in_place_of_words_about_its_value() -> None:
    check = Check(same="probability(x)", say="A share is at most 1.", name="the share")
    step = sigmoid_step(checks=(check,), solution="probability = abs")
    assert (await judged("probability = lambda x: 5 * x", step)).message == "A share is at most 1."
    raised = await judged("probability = lambda x: len(x)", step)
    assert "A share" not in raised.message
    assert raised.evidence[-1] == "TypeError: object of type 'float' has no len()"


# 6 a name missing


@pytest.mark.parametrize(
    ("source", "slug", "said"),
    [
        ("print(1 / (1 + math.exp(-x)))", "printed-not-assigned", "`probability = …`"),
        ("p = 0\nprint(f'{1 / (1 + math.exp(-x)):.4f}')", "printed-not-assigned", "printed"),
        ("p = 1 / (1 + math.exp(-x))", "wrong-variable-name", "called `p`"),
        ("x = 1 / (1 + math.exp(-x))", "changes-the-given", "Leave `x` as it is"),
        ("print(3)", "empty-answer", "Start with `probability = …`"),
        ("def f():\n    probability = 3\nf()", "local-not-global", "inside the function `f`"),
        ("def f():\n    return 3", "local-not-global", "`probability = f(…)`"),
        ("print(p := 1 / (1 + math.exp(-x)))", "wrong-variable-name", "called `p`"),
        ("Probability = 3", "missing-name", "`Probability`, but no `probability`"),
        ("probabilty = 3", "missing-name", "compare them letter by letter"),
        ("a = 3\nb = 4", "missing-name", "Your program has `a`, `b`"),
        # what it imports, it has not made
        ("from cmath import exp\nprint(3)", "empty-answer", "Start with `probability = …`"),
        ("from cmath import exp\ndef f(): pass", "local-not-global", "`probability = f(…)`"),
        ("from cmath import exp\na = 3", "missing-name", "Your program has `a`."),
    ],
)
async def test_a_missing_name(source: str, slug: str, said: str) -> None:
    verdict = await judged(source)
    assert (verdict.kind, verdict.slug) == ("reject", slug)
    assert said in verdict.message


async def test_a_property_speaks_where_nothing_is_known_of_a_missing_name() -> None:
    item = Misconception(id="half-done", say="You have {a}.", when="a == 3")
    verdict = await judged("a = 3", sigmoid_step(own_misconceptions=(item,)))
    assert (verdict.slug, verdict.message) == ("half-done", "You have 3.")


# 7 something else in place of the answer


@pytest.mark.parametrize(
    ("source", "slug"),
    [
        ("probability = str(1 / (1 + math.exp(-x)))", "text-not-number"),
        ("class Sigmoid: pass\nprobability = Sigmoid", "class-not-instance"),
        ("dots = ...\nprobability = dots", "blank-left-in"),
    ],
)
async def test_something_else_in_place_of_the_answer(source: str, slug: str) -> None:
    verdict = await judged(source)
    assert verdict.slug == slug
    assert verdict.line == 2 or slug == "text-not-number"


async def test_a_given_that_has_to_stay_is_missed_even_if_all_values_are_right() -> None:
    step = sigmoid_step(given="x = 2.4\nmodel = [1]", fixed=("model",))
    verdict = await judged("probability = 1 / (1 + math.exp(-x))\nmodel = [1, 2]", step)
    assert (verdict.kind, verdict.slug, verdict.line) == ("reject", "changes-the-given", 2)
    assert "`model`" in verdict.message


# 8 checks


MISTAKES = (
    Misconception(
        id="sign-error",
        say="You have {probability}, and {{1 - p}} is asked: {nothing}.",
        wrong="probability = 1 / (1 + math.exp(x))",
    ),
    Misconception(id="precedence", say="Parentheses.", wrong="probability = 1 / 1 + math.exp(-x)"),
)


async def test_a_wrong_program_is_known_by_what_it_computes() -> None:
    step = sigmoid_step(own_misconceptions=MISTAKES)
    verdict = await judged("probability = 1 - 1 / (1 + math.exp(-x))", step)
    assert (verdict.kind, verdict.slug) == ("reject", "sign-error")
    assert verdict.message.startswith("You have 0.083172696")
    assert verdict.message.endswith(", and {1 - p} is asked: ?.")
    assert (await judged("probability = 1 + math.exp(-x)", step)).slug == "precedence"


async def test_a_value_alike_by_chance_is_not_taken_for_the_mistake() -> None:
    step = sigmoid_step(own_misconceptions=MISTAKES)
    verdict = await judged("probability = 0.08317269649392241 if x == 2.4 else 0.5", step)
    assert verdict.slug == "wrong-value"


async def test_a_second_mistake_does_not_hide_the_first() -> None:
    step = sigmoid_step(
        solution=SOLUTION + "double = 2 * x",
        checks=(Check(same="probability"), Check(same="double")),
        own_misconceptions=(
            Misconception(
                id="sign-error",
                say="s",
                wrong="probability = 1 / (1 + math.exp(x))\ndouble = 2 * x",
            ),
        ),
    )
    verdict = await judged("probability = 1 / (1 + math.exp(x))\ndouble = x", step)
    assert verdict.slug == "sign-error"
    assert (await judged("probability = 2\ndouble = x", step)).slug != "sign-error"


async def test_a_mistake_is_known_without_the_name_that_only_a_note_asks_for() -> None:
    noted = Check(same="sigmoid(2)", note="no-function-object")
    wrong = "def sigmoid(z):\n    return 1 / (1 + math.exp(z))\nprobability = sigmoid(x)"
    step = sigmoid_step(
        checks=(Check(same="probability"), noted),
        own_misconceptions=(Misconception(id="sign-error", say="s", wrong=wrong),),
        notes=(Note(id="no-function-object", say="n"),),
    )
    assert (await judged("probability = 1 / (1 + math.exp(x))", step)).slug == "sign-error"


async def test_wrong_programs_are_not_run_for_a_right_answer() -> None:
    runner = PythonRunner()
    step = sigmoid_step(own_misconceptions=MISTAKES)
    assert (await judged(SOLUTION, step, runner)).kind == "accept"
    wrongs = author_commands(step)[1]
    assert wrongs not in runner.commands
    await judged("probability = 3 * x", step, runner)
    assert wrongs in runner.commands


async def test_the_plain_sentence_says_how_far_off_and_not_what_is_right() -> None:
    verdict = await judged("probability = x / 3")
    assert (verdict.slug, verdict.line) == ("wrong-value", 1)
    assert verdict.message == (
        "`probability`: you got 0.8000. That is 0.1168 too small. Line 1 computes it: print its "
        "parts one by one, and compare each with the task."
    )
    assert verdict.evidence == ()
    assert all("0.9168" not in text for text in (verdict.message, *verdict.evidence))
    assert [check.expected for check in verdict.checks] == [""] * 2


async def test_evidence_stays_where_it_tells_more_than_the_message() -> None:
    checks = (Check(same="probability", say="A probability is below 1; yours is above."),)
    verdict = await judged("probability = x", sigmoid_step(checks=checks))
    assert verdict.evidence == ("you got: probability = 2.4",)
    quoted = (Check(same="probability", say="You have `{probability}`, which is no probability."),)
    verdict = await judged("probability = x", sigmoid_step(checks=quoted))
    assert verdict.message == "You have `2.4`, which is no probability."
    assert verdict.evidence == ()


async def test_right_for_the_given_values_only() -> None:
    verdict = await judged("probability = 1 / (1 + math.exp(-abs(x)))")
    assert verdict.slug == "hard-coded-answer"
    assert verdict.message.startswith(
        "Right for the given values, but not for others. With `x = -1.3`:"
    )
    assert verdict.message.endswith("right for any `x`.")
    assert verdict.evidence[0] == "with x = -1.3"
    assert [check.variation for check in verdict.checks] == ["", "x = -1.3"]


async def test_values_of_a_variation_are_told_with_its_givens() -> None:
    always_positive = "probability = 1 / (1 + math.exp(-abs(x)))"
    quoting = Check(same="probability", say="You have {probability}.")
    verdict = await judged(always_positive, sigmoid_step(checks=(quoting,)))
    assert verdict.message == "With `x = -1.3`: You have 0.7858349830425586."
    plain = Check(same="probability", say="A negative score gives less than 0.5.")
    verdict = await judged(always_positive, sigmoid_step(checks=(plain,)))
    assert verdict.message == plain.say
    several = Variation(given={"x": "-1.3", "y": "2"}, seed=3)
    step = sigmoid_step(given="x = 2.4\ny = 1", checks=(quoting,), variations=(several,))
    verdict = await judged(always_positive, step)
    assert verdict.message.startswith("With `x = -1.3; y = 2; torch.manual_seed(3)`: You have ")


async def test_a_property_of_a_variation_is_told_with_the_values_and_givens_of_it() -> None:
    item = Misconception(
        id="above-1", say="You have {probability}, above 1.", when="probability > 1"
    )
    step = sigmoid_step(own_misconceptions=(item,))
    verdict = await judged("probability = 2 if x < 0 else 1 / (1 + math.exp(-x))", step)
    assert (verdict.slug, verdict.message) == ("above-1", "With `x = -1.3`: You have 2, above 1.")
    verdict = await judged("probability = 2 if x < 0 else 3", step)
    assert verdict.message == "You have 3, above 1."


async def test_a_value_that_a_variation_gives_is_told_with_its_givens() -> None:
    verdict = await judged("probability = 2 if x < 0 else 1 / (1 + math.exp(-x))")
    assert verdict.slug == "dtype-integer"
    assert verdict.message.startswith("With `x = -1.3`: `probability` holds whole numbers (int): 2")


@pytest.mark.parametrize(("raised_in", "is_told"), [("torch.optim.sgd", False), ("", True)])
async def test_only_an_error_of_the_program_itself_is_a_value_that_it_forgot(
    raised_in: str, *, is_told: bool
) -> None:
    error = ErrorFacts("KeyError", "'a'", line=2, raised_in=raised_in)

    class Raising(PythonRunner):
        async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
            if "-1.3" in command.program.given:
                return Observation("raised", Executed("raised", error=error))
            return await super().observe(command, questions)

    verdict = await judged(SOLUTION, runner=Raising())
    assert ("Your program does not handle that value" in verdict.message) is is_told


async def test_an_error_under_a_variation_is_told_with_it() -> None:
    verdict = await judged("[0][x < 0]\nprobability = 1 / (1 + math.exp(-x))")
    assert (verdict.slug, verdict.line, verdict.error) == ("counts-from-one", 1, "IndexError")
    assert "with `x = -1.3` it fails" in verdict.message


async def test_an_assert_for_the_given_values_is_not_held_against_a_soft_variation() -> None:
    step = sigmoid_step(
        variations=(Variation(given={"x": "-1.3"}, note="only-here"),),
        notes=(Note(id="only-here", say="Right here only."),),
    )
    right = "probability = 1 / (1 + math.exp(-x))\n"
    assert (await judged(right + "assert probability > 0.5", step)).kind == "accept"
    assert (await judged(right + "[0][x < 0]", step)).slug == "only-here"


async def test_a_note_that_matched_stands_for_the_soft_variation() -> None:
    wrong = "probability = 1 / (1 + math.exp(-abs(x)))"
    step = sigmoid_step(
        variations=(Variation(given={"x": "-1.3"}, note="only-here"),),
        notes=(
            Note(id="sign-lost", wrong=wrong, say="The sign is lost."),
            Note(id="only-here", say="Right here only."),
        ),
    )
    verdict = await judged("z = abs(x)\nprobability = 1 / (1 + math.exp(-z))", step)
    assert (verdict.slug, verdict.notes) == ("sign-lost", ())
    verdict = await judged("probability = 1 / (1 + math.exp(-max(x, 0)))", step)
    assert (verdict.slug, verdict.notes) == ("only-here", ())


async def test_one_note_is_said_for_each_name() -> None:
    step = sigmoid_step(
        checks=(
            Check(same="probability"),
            Check(true="callable(sigmoid)", note="no-function"),
            Check(same="sigmoid(1.0)", note="other-function"),
        ),
        variations=(),
        notes=(Note(id="no-function", say="None."), Note(id="other-function", say="Other.")),
    )
    right = "probability = 1 / (1 + math.exp(-x))\n"
    verdict = await judged(right, step)
    assert (verdict.slug, verdict.notes) == ("no-function", ())
    verdict = await judged(right + "sigmoid = math.exp", step)
    assert (verdict.slug, verdict.notes) == ("other-function", ())


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (f"probability = {{2.4: {1 / (1 + math.exp(-2.4))!r}}}[x]", "does not handle that value"),
        (
            f"if x == 2.4: probability = {1 / (1 + math.exp(-2.4))!r}",
            "does not define `probability`",
        ),
    ],
)
async def test_an_answer_for_the_given_value_alone(source: str, said: str) -> None:
    verdict = await judged(source)
    assert verdict.slug == "hard-coded-answer"
    assert said in verdict.message
    assert verdict.message.endswith("right for any `x`.")


async def test_a_run_that_is_ended_under_a_variation_is_told_with_it() -> None:
    class Slow(PythonRunner):
        async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
            if not command.live:
                return Observation("timeout", line=2)
            return await super().observe(command, questions)

    verdict = await judged(SOLUTION, runner=Slow())
    assert (verdict.slug, verdict.line) == ("infinite-loop", 2)
    assert "with `x = -1.3`" in verdict.message


async def test_checks_with_words_of_their_own_come_first() -> None:
    checks = (
        Check(same="probability"),
        Check(true="probability < 1", say="A probability is below 1; yours is {probability}."),
    )
    verdict = await judged("probability = x", sigmoid_step(checks=checks))
    assert verdict.message == "A probability is below 1; yours is 2.4."


async def test_a_property_without_words_is_said_by_its_name() -> None:
    checks = (Check(true="probability < 1", name="below 1"),)
    verdict = await judged("probability = x", sigmoid_step(checks=checks))
    assert (verdict.slug, verdict.message) == (
        "property-missing",
        "This should be true, but is not: below 1.",
    )


async def test_a_number_inside_a_list_is_told_with_its_place() -> None:
    step = sigmoid_step(solution="p = [[x, 1.0]]", checks=(Check(same="p", name="all pairs"),))
    verdict = await judged("p = [[x, 1.5]]", step)
    assert verdict.message.startswith(
        "All pairs: you got 1.5000 at [0][1]. That is 0.5000 too large. Line 1 computes it: "
    )
    assert verdict.evidence == ("you got: p = [[2.4, 1.5]]",)


async def test_a_given_rebound_where_the_solution_changes_it_in_place() -> None:
    step = sigmoid_step(
        given="model = [1, 2]",
        solution="model.append(3)\nsize = sum(model)",
        checks=(Check(same="size"),),
        variations=(),
    )
    verdict = await judged("model = [5, 5]\nmodel.append(3)\nsize = sum(model)", step)
    assert verdict.slug == "changes-the-given"
    assert (await judged("model += [3]\nsize = sum(model)", step)).kind == "accept"


async def test_two_values_of_the_learners_own_are_compared() -> None:
    check = Check(same="output", like="model(x)")
    step = sigmoid_step(
        solution="model = lambda v: v * 3\noutput = model(x)",
        checks=(check,),
    )
    assert (await judged("model = lambda v: v / 7\noutput = model(x)", step)).kind == "accept"
    verdict = await judged("model = lambda v: v / 7\noutput = x / 6", step)
    assert verdict.message.startswith(
        "`output` should equal `model(x)`, but it is 0.0571 too large. Line 2 computes it: "
    )


async def test_a_check_that_raises_for_the_learner_is_missed() -> None:
    step = sigmoid_step(checks=(Check(same="sigmoid(0)"),))
    verdict = await judged("def sigmoid(z):\n    return 1 / z", step)
    assert verdict.slug == "division-by-zero"
    assert "divided by 0" in verdict.message
    assert verdict.evidence[-1] == "ZeroDivisionError: division by zero"
    verdict = await judged("def sigmoid(z):\n    raise OSError", step)
    assert verdict.slug == "check-raised"


async def test_a_function_that_is_missing_does_not_come_from_another_one() -> None:
    step = sigmoid_step(
        solution="def f(z):\n    return z\n\ndef g(z):\n    return z + 1",
        checks=(Check(same="f(2)"), Check(same="g(2)")),
    )
    verdict = await judged("def f(z):\n    return z", step)
    assert verdict.slug == "missing-name"
    assert verdict.message == "There is no `g` yet. Your program has `f`. Add `g = …`."


async def test_a_check_of_the_base_only_is_not_asked_under_variations() -> None:
    checks = (Check(same="probability"), Check(same="double", base_only=True))
    step = sigmoid_step(solution=SOLUTION + "double = 2 * x", checks=checks)
    assert (await judged(SOLUTION + "double = 4.8", step)).kind == "accept"
    step = sigmoid_step(
        solution=SOLUTION + "double = 2 * x", checks=(checks[0], Check(same="double"))
    )
    assert (await judged(SOLUTION + "double = 4.8", step)).slug == "hard-coded-answer"


# 9 right, perhaps with a note


SOFT = sigmoid_step(
    variations=(Variation(given={"x": "-1.3"}), Variation(given={"x": "-800.0"}, note="overflow")),
    solution="probability = 1 / (1 + math.exp(-x)) if x > -700 else math.exp(x)",
    notes=(
        Note(id="overflow", say="Right, though not for {x} − 802."),
        Note(id="uses-e", say="Fine.", when="uses_e"),
    ),
)


async def test_a_soft_variation_accepts_with_its_note() -> None:
    verdict = await judged("probability = 1 / (1 + math.exp(-x))", SOFT)
    assert (verdict.kind, verdict.slug) == ("accept-with-note", "overflow")
    assert verdict.message == "Right, though not for 2.4 − 802."
    assert (await judged("probability = (1 + math.tanh(x / 2)) / 2", SOFT)).kind == "accept"


async def test_a_note_by_a_property() -> None:
    source = "uses_e = True\nprobability = (1 + math.tanh(x / 2)) / 2"
    verdict = await judged(source, SOFT)
    assert (verdict.kind, verdict.slug, verdict.message) == ("accept-with-note", "uses-e", "Fine.")


async def test_a_note_by_a_wrong_program_comes_before_the_one_its_check_names() -> None:
    step = sigmoid_step(
        solution=SOLUTION + "double = 2 * x",
        checks=(Check(same="probability"), Check(same="double", note="not-doubled")),
        notes=(
            Note(id="not-doubled", say="Not doubled."),
            Note(id="halved", say="Halved.", wrong=SOLUTION + "double = x / 2"),
        ),
    )
    assert (await judged(SOLUTION + "double = x * 0.5", step)).slug == "halved"
    verdict = await judged(SOLUTION + "double = x * 5", step)
    assert (verdict.kind, verdict.slug) == ("accept-with-note", "not-doubled")
    assert (await judged(SOLUTION, step)).slug == "not-doubled"


async def test_a_given_bound_again_is_said_and_left_out_under_variations() -> None:
    runner = PythonRunner()
    verdict = await judged("y = 0\nx = 2.4\nprobability = 1 / (1 + math.exp(-x))", runner=runner)
    assert (verdict.kind, verdict.slug) == ("accept-with-note", "changes-the-given")
    assert "You redefined `x`" in verdict.message
    assert "could not be tried" not in verdict.message
    assert [p.source.split("\n")[1] for p in runner.observed if "y = 0" in p.source] == [
        "x = 2.4",
        "pass",
    ]


OTHER_GIVENS = sigmoid_step(
    given="x = 2.4\nb = 1\nk = 2\nfor part in range(3):\n    seen = abs(part)\n    print(part)",
)
"""A step with givens that its answer does not need."""


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("b = 5", "Line 1 sets `b` to `5`; the task's is `1`. Your result is right anyway."),
        ("if x:\n    b = 5", "Line 2 sets `b` to `5`; the task's is `1`. Your"),
        ("def b():\n    pass", "You redefined `b`, which is given above your code. Your"),
        ("b, k = {1}, 2", "Line 1, `b, k = ({1}, 2)`, changes the given `b`. Your"),
        # beside one that is varied
        ("b = 5\nx = +2.4", "You redefined `x`, which is given above your code. The result is"),
        ("b = 5\nx = +2.4", "Leave that line out. Line 1 sets `b` to `5`; the task's is `1`."),
        # in a copy of the given code, whose other lines are not told of
        ("b = 5\nx = 2.4\nk = 2", "Line 1 sets `b` to `5`; the task's is `1`. Your result is"),
    ],
)
async def test_an_answer_with_givens_of_its_own_is_right_with_a_note(
    lines: str, words: str
) -> None:
    source = f"{lines}\nprobability = 1 / (1 + math.exp(-x))"
    verdict = await judged(source, OTHER_GIVENS)
    assert (verdict.kind, verdict.slug) == ("accept-with-note", "changes-the-given")
    assert words in verdict.message
    assert verdict.notes == ()


@pytest.mark.parametrize(
    ("lines", "remarks"),
    [
        ("b = 2 - 1\nk = +2", ()),
        ("def half(b):\n    return b / 2\nhalf(3)", ()),
        ("b = b * 2\n", ("Line 1, `b = b * 2`, changes the given `b`.",)),
        ("c = b + 3\nb = c\n", ("Line 2 sets `b` to `c`; the task's is `1`.",)),
        ("for b in range(3):\n    pass", ("You redefined `b`, which is given above your code.",)),
        ("seen = 7", ("Line 1 redefines the given `seen`.",)),
    ],
)
async def test_what_is_made_of_a_given_or_in_passing_is_no_other_given(
    lines: str, remarks: tuple[str, ...]
) -> None:
    verdict = await judged(f"{lines}\nprobability = 1 / (1 + math.exp(-x))", OTHER_GIVENS)
    assert (verdict.kind, verdict.slug, verdict.notes) == ("accept", None, remarks)


@pytest.mark.parametrize(
    ("loop", "first"),
    [
        ("for part in range(3):\n    print(part)\n    seen = abs(part)\n    print(seen)", None),
        ("for i in range(3):\n    seen = abs(i)", "for i in range(3):"),
        ("for part in range(30):\n    seen = abs(part)", "for part in range(30):"),
        ("for part in range(3):\n    seen = abs(part + 1)", "for part in range(3):"),
    ],
)
async def test_a_loop_that_is_taken_for_the_given_one_is_told_where_it_is_another(
    loop: str, first: str | None
) -> None:
    source = f"x = 2.4\nb = 1\nk = 2\n{loop}\nprobability = 1 / (1 + math.exp(-x))"
    verdict = await judged(source, OTHER_GIVENS)
    told = (
        f"Line 4, `{first}`, begins a loop that differs a little from the given one. Only the "
        "given one"
    )
    assert (verdict.kind, verdict.slug) == ("accept", None)
    assert [note.startswith(told) for note in verdict.notes] == [True] * (first is not None)


async def test_without_a_given_bound_again_a_typed_in_number_stays_the_same() -> None:
    verdict = await judged(f"x = +2.4\nprobability = {1 / (1 + math.exp(-2.4))!r}")
    assert (verdict.kind, verdict.slug) == ("reject", "hard-coded-answer")


async def test_what_does_not_run_without_it_drops_its_variations() -> None:
    verdict = await judged("x = (2.4,)\nprobability = 1 / (1 + math.exp(-x[0]))")
    assert (verdict.kind, verdict.slug) == ("accept-with-note", "changes-the-given")
    assert "could not be tried with other values" in verdict.message


async def test_the_given_may_be_repeated_in_a_function() -> None:
    source = "def main():\n    x = 2.4\n    return 1 / (1 + math.exp(-x))\nprobability = main()"
    assert (await judged(source)).kind == "accept"


async def test_a_given_bound_to_another_value_is_the_reason_of_a_wrong_one() -> None:
    verdict = await judged("x = .80\nprobability = 1 / (1 + math.exp(-x))")
    assert (verdict.kind, verdict.slug, verdict.line) == ("reject", "changes-the-given", 1)
    assert verdict.message == (
        "Line 1 sets `x` to `.80`; the task's is `2.4`. Leave that line out: the rest is right."
    )
    assert verdict.evidence == ("you got: probability = 0.6899744811276125",)


async def test_a_given_that_was_added_to_is_the_reason_of_a_wrong_value() -> None:
    verdict = await judged("probability = 1\nx += 1\nprobability = 1 / (1 + math.exp(-x))")
    assert (verdict.kind, verdict.slug, verdict.line) == ("reject", "changes-the-given", 2)
    assert verdict.message.startswith("Line 2, `x += 1`, changes the given `x`. Leave that")


async def test_another_mistake_beside_a_given_bound_again_is_told_without_it() -> None:
    step = sigmoid_step(own_misconceptions=MISTAKES)
    verdict = await judged("x = 0.8\nprobability = 1 / (1 + math.exp(x))", step)
    alone = await judged("\nprobability = 1 / (1 + math.exp(x))", step)
    assert (verdict.kind, verdict.slug) == ("reject", alone.slug)
    assert verdict.message == (
        f"Line 1 sets `x` to `0.8`; the task's is `2.4`. Leave that line out. Without it: "
        f"{alone.message}"
    )


async def test_a_given_that_nothing_reads_after_its_change_is_no_reason() -> None:
    verdict = await judged("probability = 1 / (1 + math.exp(-x)) + 1e-2\nx = probability * 3")
    assert verdict.slug == "wrong-value"
    read = await judged("x = x * probability if 'probability' in vars() else -x\nprobability = x")
    assert read.slug == "changes-the-given"


async def test_an_error_that_comes_of_a_given_bound_again_is_told_as_that() -> None:
    verdict = await judged("x = [0.8]\nprobability = 1 / (1 + math.exp(-x))")
    assert (verdict.slug, verdict.line, verdict.error) == ("changes-the-given", 1, "TypeError")
    assert "`[0.8]`; the task's is `2.4`" in verdict.message
    assert verdict.evidence[0] == "line 2: probability = 1 / (1 + math.exp(-x))"


async def test_a_given_bound_again_from_itself_is_only_remarked() -> None:
    verdict = await judged("x = x * 1.0 + 0\nx = -x\nprobability = 1 / (1 + math.exp(x))")
    assert verdict.kind == "accept"
    assert verdict.notes == ("Line 2, `x = -x`, changes the given `x`.",)


@pytest.mark.parametrize(
    ("changes", "slug"),
    [
        ({"must_use": ("math.exp",)}, "must-use"),
        ({"must_use": ("tanh", "while")}, "must-use"),
        ({"must_not_use": ("math.tanh",)}, "must-not-use"),
    ],
)
async def test_words_are_advice_and_a_requirement_only_if_strict(
    changes: dict[str, Any], slug: str
) -> None:
    source = "probability = (1 + math.tanh(x / 2)) / 2"
    verdict = await judged(source, sigmoid_step(**changes))
    assert (verdict.kind, len(verdict.notes)) == ("accept", 1)
    strict = await judged(source, sigmoid_step(**changes, strict=True))
    assert (strict.kind, strict.slug, strict.message) == ("reject", slug, verdict.notes[0])
    wrong = await judged("probability = x / 3", sigmoid_step(**changes, strict=True))
    assert wrong.slug == "wrong-value"


async def test_a_comprehension_is_a_loop() -> None:
    step = sigmoid_step(must_not_use=("for",), strict=True)
    listed = await judged("probability = [1 / (1 + math.exp(-each)) for each in [x]][0]", step)
    assert (listed.kind, listed.slug) == ("reject", "must-not-use")
    assert (await judged("probability = 1 / (1 + math.exp(-x))", step)).kind == "accept"


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        ("{}\nfor k in range(3):\n    d = k * probability\n    print(d)", "accept"),
        ("def slow(z):\n    for k in [z]: return k\n{}\nprint(slow(probability))", "accept"),
        ("{}\nfor k in range(1):\n    probability = probability + 0", "reject"),
        ("parts = []\nfor part in [x]: parts.append(part)\nx = parts[0]\n{}", "reject"),
        ("def same(z):\n    for k in [z]: return k\nx = same(x)\n{}", "reject"),
        ("rows = [[0]]\nx = [rows, x][1]\n{}\nfor row in rows: row[0] = 1", "reject"),
        ("rows = [x]\n[rows.append(k) for k in [x]]\nx = rows[1]\n{}", "reject"),
        ("rows = [x]\nu = [rows.append(k) for k in [x]]\nx = rows[1]\n{}", "reject"),
        ("rows = [[0]]\nfor row in rows: row += [x]\nx = rows[0][1]\n{}", "reject"),
        ("r = []\ndef f():\n    for k in [x]: r.append(k)\nf()\nx = r[0]\n{}", "reject"),
        ("r = []\ndef f(k): r.append(k)\nu = [f(k) for k in [x]]\nx = r[0]\n{}", "reject"),
        ("{}\nn = 0\nfor i, k in enumerate([x]):\n    i += 1\n    n += k\nprint(n)", "accept"),
        ("{}\ndef show(z):\n    for k in [z]: print(k)\nshow(probability)", "accept"),
    ],
)
async def test_what_has_no_part_in_the_answer_may_use_any_word(lines: str, kind: str) -> None:
    step = sigmoid_step(must_not_use=("for",), strict=True, variations=())
    source = lines.format("probability = 1 / (1 + math.exp(-x))")
    assert (await judged(source, step)).kind == kind


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("tanh = x / 2\nprobability = (1 + math.tanh(tanh)) / 2", "reject"),
        ("tanh = 1 / (1 + math.exp(-x))\nprobability = tanh", "accept"),
        ("def tanh(z): return 1 / (1 + math.exp(-z))\nprobability = tanh(x)", "accept"),
        ("def f(tanh): return 1 / (1 + math.exp(-tanh))\nprobability = f(x)", "accept"),
        ("from math import tanh\nprobability = (1 + tanh(x / 2)) / 2", "reject"),
    ],
)
async def test_a_name_of_the_programs_own_is_not_the_librarys(source: str, kind: str) -> None:
    step = sigmoid_step(must_not_use=("tanh",), strict=True)
    assert (await judged(source, step)).kind == kind


async def test_a_known_warning_is_remarked() -> None:
    source = (
        "import warnings\nwarnings.warn('Implicit dimension choice for softmax has been "
        "deprecated.')\nprobability = 1 / (1 + math.exp(-x))"
    )
    verdict = await judged(source)
    assert verdict.kind == "accept"
    assert "`dim=1`" in verdict.notes[0]


# how it is run


async def test_the_base_goes_first_and_alone_is_live() -> None:
    runner = PythonRunner()
    await judged(SOLUTION, runner=runner)
    base, other, solution = runner.commands
    assert isinstance(base, Execute)
    assert isinstance(other, Execute)
    assert isinstance(solution, ObserveAll)
    assert (base.live, other.live) == (True, False)
    assert base == learner_command(STEP, SOLUTION)
    assert solution == author_commands(STEP)[0]


async def test_all_runs_are_under_way_at_once() -> None:
    started: list[str] = []
    all_started = asyncio.Event()

    class Meeting(PythonRunner):
        async def _meet(self, what: str) -> None:
            started.append(what)
            if len(started) == 3:
                all_started.set()
            await all_started.wait()

        async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
            await self._meet(command.program.given)
            return await super().observe(command, questions)

        async def observe_all(self, command: ObserveAll) -> tuple[Observation, ...]:
            await self._meet("solution")
            return await super().observe_all(command)

    assert (await judged(SOLUTION, runner=Meeting())).kind == "accept"
    assert started == ["x = 2.4", "x = -1.3", "solution"]


async def test_grading_that_is_cancelled_leaves_no_run_behind() -> None:
    started: list[str] = []
    left: list[str] = []

    class Endless(PythonRunner):
        async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
            started.append(command.program.given)
            try:
                await asyncio.Event().wait()
            finally:
                left.append(command.program.given)
            raise AssertionError("never reached")

    task = asyncio.ensure_future(judged(SOLUTION, runner=Endless()))
    await eventually(lambda: len(started) == 2, "both runs to be under way")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert sorted(left) == ["x = -1.3", "x = 2.4"]


# only what is the learner's is told


async def test_the_inside_of_a_check_is_in_no_text() -> None:
    inside = "[sigmoid(given.x), [0][int(sigmoid(1000.0)) - 1]]"
    step = sigmoid_step(checks=(Check(same=inside, name="the function itself"),))
    verdict = await judged("def sigmoid(z):\n    return z", step)
    assert (verdict.slug, verdict.evidence) == ("check-raised", ())
    assert verdict.message == (
        "The function itself could not be checked. Print `sigmoid`, and compare with the task."
    )
    step = sigmoid_step(checks=(Check(same="[given.x, sigmoid(given.x)]", name="both numbers"),))
    verdict = await judged("def sigmoid(z):\n    return z", step)
    assert (verdict.message, verdict.evidence) == ("Both numbers: not right yet.", ())
    verdict = await judged("sigmoid = None", step)
    assert verdict.message == (
        "Both numbers could not be checked: `sigmoid` is None, but should be a function."
    )
    assert verdict.evidence == ()


async def test_a_name_is_shown_with_its_own_value_where_the_check_computes_with_it() -> None:
    check = Check(same="probability if given.x else None", name="probability")
    verdict = await judged("probability = [1, 2]", sigmoid_step(checks=(check,)))
    assert verdict.evidence == ("you got: probability = [1, 2]",)


async def test_the_line_inside_a_block_is_marked() -> None:
    verdict = await judged("if x > 0:\n    y = 1\n    probability = x / 3\n")
    assert (verdict.slug, verdict.line) == ("wrong-value", 3)


async def test_a_property_of_another_mistake_does_not_explain_an_error() -> None:
    item = Misconception(id="typed-in", say="You typed it.", when="other == 3")
    step = sigmoid_step(own_misconceptions=(item,))
    verdict = await judged("other = 3\nprobability = 1 / 0", step)
    assert (verdict.slug, verdict.line) == ("division-by-zero", 2)
    verdict = await judged("other = 3\nprobability = 1 / (3 - other)", step)
    assert verdict.slug == "typed-in"


async def test_half_a_pair_of_characters_is_no_fault_of_the_tutor() -> None:
    verdict = await judged("probability = '\ud800'")
    assert verdict.slug == "text-not-number"


async def test_a_program_that_is_too_long_is_refused_and_does_not_run() -> None:
    verdict = await judged("#" * (MAX_CODE + 1), runner=object())
    assert (verdict.kind, verdict.slug) == ("reject", "too-long")
    assert verdict.message.startswith("The program has 262,145 bytes, but the limit is 262,144")
    assert (await judged(SOLUTION + "#" * (MAX_CODE - len(SOLUTION)))).kind == "accept"
