"""The mistakes that any exercise can show, on tensors, with what the learner reads."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from msgspec import structs

from tests.grading.steps import sigmoid_step
from tests.support.observations import ScriptedRunner, array, number, tensor
from tutor.course.model import CodeStep
from tutor.course.step_tables import Check, Variation
from tutor.grading.grade import grade
from tutor.grading.verdict import Verdict
from tutor.wire.commands import Execute, Program, Question
from tutor.wire.events import Executed, GivenChange, Observation
from tutor.wire.values import (
    CallableValue,
    ClassValue,
    IntValue,
    ModuleValue,
    NoneValue,
    SequenceValue,
    TextValue,
    Value,
)

STEP = sigmoid_step(
    prelude="import torch\n",
    given="t = torch.tensor([[2.4, -6.0]])",
    solution="p = torch.sigmoid(t)",
    scaffold="p = ...",
    checks=(Check(same="p"), Check(same="f(given.t)", note="no-f")),
    variations=(Variation(given={"t": "torch.tensor([[0.5, 1.5]])"}),),
)
BASE = tensor([0.91682732, 0.00247262], (1, 2))
VARIED = tensor([0.62245935, 0.81757450], (1, 2))
TWICE = tensor([0.71438581, 0.50061815], (1, 2))


async def judged(
    base: Value,
    varied: Value | None = None,
    source: str = "p = made(t)",
    step: CodeStep = STEP,
    elsewhere: Value | None = None,
    right: tuple[Value, Value] = (BASE, VARIED),
) -> Verdict:
    """The verdict where the learner's program gives these values for `p`."""

    def script(program: Program) -> Mapping[str, Value]:
        is_base = "2.4" in program.given
        if program.source == step.solution:
            return {"p": right[0] if is_base else right[1], "f(p)": TWICE, "f(given.t)": BASE}
        if is_base and program.seed != step.seed:
            return {"p": elsewhere or base}
        return {"p": base if is_base or varied is None else varied, "f(given.t)": BASE}

    return await grade(step, source, ScriptedRunner(script))


async def test_a_loss_is_called_with_two_things() -> None:
    loss = ModuleValue("MSELoss", "MSELoss()", 0)
    verdict = await judged(loss, source="p = criterion")
    assert verdict.message.endswith(
        "Call it, with the prediction and the right answer in "
        "parentheses after it: `criterion(…, …)`."
    )
    verdict = await judged(loss, source="p = [criterion][0]")
    assert verdict.message.endswith("in parentheses after it.")


async def test_what_made_the_list_is_named() -> None:
    made = SequenceValue("list", 1, (number(0.9),))
    verdict = await judged(made, source="p = torch.sigmoid(t).tolist()")
    assert verdict.slug == "list-not-array"
    assert verdict.message.endswith("`.tolist()` made it one: leave that out.")


async def test_the_call_that_changes_the_shape_is_named() -> None:
    verdict = await judged(tensor([0.9, 0.1]), source="q = 1\np = torch.sigmoid(t).flatten()")
    assert (verdict.slug, verdict.line) == ("wrong-shape", 2)
    assert verdict.message == (
        "`p` has shape (2,); it should have shape (1, 2). Line 2 has `flatten`, which changes "
        "shapes: try without it."
    )


async def test_positions_are_called_positions() -> None:
    verdict = await judged(tensor([3, 7], (1, 2), "int"), source="p = torch.argsort(t)")
    assert verdict.slug == "dtype-integer"
    assert verdict.message.endswith("`argsort` gives positions, not the numbers that are there.")


@pytest.mark.parametrize(
    ("base", "slug", "said"),
    [
        (ModuleValue("Sigmoid", "Sigmoid()", 0), "function-not-applied", "the module `Sigmoid`"),
        (ModuleValue("Sequential", "S()", 9), "model-not-called", "the module `Sequential`"),
        (CallableValue("function", "f"), "function-not-applied", "put parentheses after it."),
        (ClassValue("Sigmoid"), "class-not-instance", "`Sigmoid(…)` builds one; then"),
        (TextValue("0.9168"), "text-not-number", "the text '0.9168'"),
        (NoneValue(), "forgot-return", "needs `return`"),
        (tensor([1, 0], (1, 2), "int"), "thresholded", "is [[1, 0]], nothing but 0 and 1."),
        (tensor([True, False], (1, 2), "bool"), "thresholded", "nothing but True and False."),
        (tensor([3, 7], (1, 2), "int"), "dtype-integer", "(int64): [[3, 7]]"),
        (tensor([1.0, 0.0], (1, 2)), "thresholded", "[[1.0, 0.0]], nothing but 0 and"),
        (tensor([0.92, 0.0], (1, 2)), "wrong-value", "0.9200 there, 0.0032 too large"),
        (TWICE, "applied-twice", "applied twice"),
        (array([0.9, 0.1], (1, 2)), "wrong-type", "is a NumPy array; it should be a tensor"),
        (number(0.9), "wrong-type", "is a number; it should be a tensor"),
        (tensor([0.9, 0.1]), "wrong-shape", "has shape (2,); it should have shape (1, 2)"),
        (tensor([False, True], (1, 2), "bool"), "wrong-dtype", "holds True and False (bool)"),
    ],
)
async def test_a_result_that_says_what_went_wrong(base: Value, slug: str, said: str) -> None:
    verdict = await judged(base)
    assert (verdict.kind, verdict.slug) == ("reject", slug)
    assert said in verdict.message
    assert verdict.line == 1


@pytest.mark.parametrize(
    ("base", "source", "slug", "said"),
    [
        (number(0.92), "p = 0.92", "hard-coded-answer", "is 0.92, typed in, and stays the same"),
        (IntValue(1), "p = 1", "hard-coded-answer", "is 1, typed in"),
        (number(0.5), "p = 0.5", "hard-coded-answer", "Let Python compute it from `t`"),
        (
            number(0.92),
            "p = round(made(t), 2)",
            "rounded-answer",
            "to 2 digits after the decimal point",
        ),
        (
            number(0.9),
            "p = round(made(t), 1)",
            "rounded-answer",
            "to 1 digit after the decimal point",
        ),
        (IntValue(1), "p = round(made(t))", "rounded-answer", "to whole numbers: you have 1"),
    ],
)
async def test_one_number_for_a_tensor_of_one(
    base: Value, source: str, slug: str, said: str
) -> None:
    step = structs.replace(ONE, variations=STEP.variations)

    def script(program: Program) -> Mapping[str, Value]:
        is_base = "2.4" in program.given
        if program.source == step.solution:
            return {"p": tensor([0.91682732 if is_base else 0.62245935], (1, 1))}
        return {"p": base}

    verdict = await grade(step, source, ScriptedRunner(script))
    assert verdict.slug == slug
    assert said in verdict.message


ONE = structs.replace(STEP, checks=(Check(same="p", type="any", shape="any"),))


async def test_what_is_no_rounding_elsewhere_is_none() -> None:
    """A hard sigmoid of 2.4 is 0.9."""
    source = "p = round(made(t), 1)"
    base = tensor([0.9, 0.0], (1, 2))
    verdict = await judged(base, tensor([0.58333, 0.75], (1, 2)), source)
    assert verdict.slug == "wrong-value"
    verdict = await judged(base, tensor([0.6, 0.8], (1, 2)), source)
    assert verdict.slug == "rounded-answer"


async def test_next_to_nothing_is_not_rounded() -> None:
    """A loss of 1e-08 where one of 0.003 is right."""
    small = (tensor([0.003, 0.001], (1, 2)), tensor([0.002, 0.004], (1, 2)))
    got = (tensor([1e-8, 2e-9], (1, 2)), tensor([3e-8, 1e-9], (1, 2)))
    verdict = await judged(*got, source="p = round(made(t), 8)", right=small)
    assert verdict.slug == "wrong-value"


@pytest.mark.parametrize(
    ("base", "slug", "said"),
    [
        (SequenceValue("list", 1, (number(0.9),)), "list-not-array", "`torch.tensor(…)`"),
        (SequenceValue("list", 2, (BASE, BASE)), "list-not-array", "`torch.stack(…)`"),
        (SequenceValue("tuple", 1, (BASE,)), "wrong-type", "Select that entry: `[0]`."),
        (
            SequenceValue("tuple", 2, (BASE, BASE)),
            "wrong-type",
            "is a tuple; it should be a tensor",
        ),
    ],
)
async def test_a_tensor_inside_something(base: Value, slug: str, said: str) -> None:
    verdict = await judged(base)
    assert verdict.slug == slug
    assert said in verdict.message


ONE_IN_LIST = SequenceValue("list", 1, (number(0.9),))
WHOLE = array([3, 4], kind="int")
LAYER = ModuleValue("Linear", "L", 2)
INFINITE = number(float("inf"))


@pytest.mark.parametrize(
    ("base", "right", "source", "said", "not_said"),
    [
        (ONE_IN_LIST, array([0.9]), "p = made(t)", "`np.array(…)`", "torch"),
        (ONE_IN_LIST, number(0.9), "p = made(t)", "is a list; it should be a number", "torch"),
        (ONE_IN_LIST, BASE, "p = [t.tolist()[0][0]]", "`torch.tensor(…)`", "leave that out"),
        (tensor([0.9, 0.1]), BASE, "T = 2\np = made(t / T)", "it should have shape", "`.T`"),
        (IntValue(3), number(3.5), "p = made(t)", "`float(…)`", ".float()"),
        (WHOLE, array([3.5, 4.0]), "p = made(t)", "`.astype(float)`", ".float()"),
        (NoneValue(), BASE, "p = layer.bias", "there is no value", "that you called"),
        (NoneValue(), BASE, "with no_grad():\n    p = made(t)", "that you called", "no value"),
        (ClassValue("Linear"), LAYER, "p = nn.Linear", "`Linear(…)` builds one.", "call that"),
        (CallableValue("function", "f"), BASE, "p = made", "after it: `made(t)`.", "Call it: put"),
        (TextValue("done"), BASE, "p = 'done'", "Store the number", "looks like the result"),
        (TextValue("done"), LAYER, "p = 'done'", "is text; it should be a module", "number"),
        (number(3.0), INFINITE, "p = made(t)", "That is not the right value", "no number"),
    ],
)
async def test_no_more_is_said_than_the_code_shows(
    base: Value, right: Value, source: str, said: str, not_said: str
) -> None:
    step = structs.replace(STEP, variations=())
    verdict = await judged(base, source=source, step=step, right=(right, right))
    assert said in verdict.message
    assert not_said not in verdict.message


async def test_a_row_is_no_column() -> None:
    def script(program: Program) -> Mapping[str, Value]:
        right = program.source == ONE.solution
        return {"p": tensor([0.9, 0.1], (1, 2) if right else (2, 1))}

    verdict = await grade(structs.replace(ONE, variations=()), "p = made()", ScriptedRunner(script))
    assert verdict.slug == "wrong-shape"


async def test_the_printed_numbers_typed_in() -> None:
    typed = tensor([0.9168, 0.0025], (1, 2))
    verdict = await judged(typed, source="p = torch.tensor([[0.9168, 0.0025]])")
    assert verdict.slug == "hard-coded-answer"
    assert "`p` holds printed numbers, 0.9168 and others, typed in" in verdict.message
    assert (await judged(typed)).slug == "wrong-value"
    short = tensor([0.9168, 2.473e-3], (1, 2))
    verdict = await judged(short, source="p = torch.tensor([[9.168e-01, 2.473e-03]])")
    assert verdict.slug == "hard-coded-answer"


async def test_all_digits_typed_in_fall_at_a_variation() -> None:
    verdict = await judged(BASE, source="p = torch.tensor([[0.91682732, 0.00247262]])")
    assert verdict.slug == "hard-coded-answer"
    assert "stays [[0.9168, 0.0025]] when `t` changes" in verdict.message
    assert verdict.evidence[0] == "with t = torch.tensor([[0.5, 1.5]])"


async def test_several_numbers_are_told_by_the_first_that_is_off() -> None:
    verdict = await judged(
        tensor([0.91682732, 0.2], (1, 2)), tensor([0.6, 0.2], (1, 2)), source="p = made()"
    )
    assert verdict.slug == "wrong-value"
    assert verdict.message == (
        "`p`: 1 of 2 numbers are off. The first is at [0, 1]: you got 0.2000 there, 0.1975 too "
        "large. Line 1 computes it: print its parts one by one, and compare each with the task."
    )


async def test_numbers_that_are_nan() -> None:
    verdict = await judged(tensor([float("nan"), 0.0], (1, 2)), BASE)
    assert verdict.slug == "nan-or-infinity"
    assert verdict.message.startswith("`p` is [[nan, 0.0]]. Look at line 1: ")


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("p = made() + x * float('inf')", "0 · inf"),
        ("p = made() * torch.inf", "0 · inf"),
        ("def f(x):\n    return np.exp(x)\n\n\ndef g(x):\n    return f(x)\n\n\np = g(x)", "`exp`"),
        ("p = made()", "a division by 0"),
    ],
)
async def test_numbers_that_are_nan_are_told_by_what_may_have_made_them(
    source: str, told: str
) -> None:
    verdict = await judged(tensor([float("nan"), 0.0], (1, 2)), BASE, source=source)
    assert verdict.slug == "nan-or-infinity"
    assert told in verdict.message


async def test_nan_in_what_a_lesson_computes_is_told_without_its_value() -> None:
    step = structs.replace(STEP, checks=(Check(same="f(p)", name="twice `p`"),))

    def script(program: Program) -> Mapping[str, Value]:
        right = program.source == step.solution
        return {"p": BASE, "f(p)": TWICE if right else tensor([float("nan"), 0.0], (1, 2))}

    verdict = await grade(step, "p = made()", ScriptedRunner(script))
    assert verdict.slug == "nan-or-infinity"
    assert verdict.message.startswith("There is nan or infinity in twice `p`")


async def test_a_result_drawn_anew_in_each_run() -> None:
    verdict = await judged(
        tensor([0.3, 0.7], (1, 2)),
        tensor([0.4, 0.6], (1, 2)),
        elsewhere=tensor([0.5, 0.5], (1, 2)),
    )
    assert verdict.slug == "random-answer"
    assert "it changes with the random numbers" in verdict.message


async def test_a_constant_where_the_right_result_is_drawn() -> None:
    step = sigmoid_step(
        given="t = torch.randn(1, 2)  # 2.4",
        solution="p = torch.sigmoid(t)",
        scaffold="p = ...",
        checks=(Check(same="p"),),
        variations=(),
    )

    def script(program: Program) -> Mapping[str, Value]:
        if program.source != step.solution:
            return {"p": tensor([0.3, 0.4], (1, 2))}
        return {"p": tensor([0.1 + program.seed / 1e5, 0.2], (1, 2))}

    verdict = await grade(step, "p = made()", ScriptedRunner(script))
    assert verdict.slug == "random-answer"
    assert "stays [[0.3000, 0.4000]] with other random numbers" in verdict.message


async def test_two_results_under_each_others_name() -> None:
    step = sigmoid_step(
        solution="low, high = 1.5, 9.5",
        scaffold="low = ...",
        checks=(Check(same="low"), Check(same="high")),
        variations=(),
    )

    def script(program: Program) -> Mapping[str, Value]:
        swapped = program.source != step.solution
        low, high = (9.5, 1.5) if swapped else (1.5, 9.5)
        return {"low": number(low), "high": number(high)}

    verdict = await grade(step, "low = 9.5\nhigh = 1.5", ScriptedRunner(script))
    assert verdict.slug == "swapped-names"
    assert verdict.message.startswith("`low` and `high` are swapped")


async def test_a_given_changed_in_place() -> None:
    def script(program: Program) -> Mapping[str, Value]:
        if program.source == STEP.solution:
            return {"p": BASE, "f(p)": TWICE, "f(given.t)": BASE}
        return {"p": tensor([5.3, float(len(program.given))], (1, 2)), "f(given.t)": BASE}

    class Changed(ScriptedRunner):
        async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
            seen = await super().observe(command, questions)
            executed = Executed("finished", given_changes=(GivenChange("t", "changed"),))
            return structs.replace(seen, executed=executed)

    verdict = await grade(STEP, "t += 1\np = made(t)", Changed(script))
    assert (verdict.slug, verdict.line) == ("changes-the-given", 1)
    assert "it has other values now" in verdict.message


@pytest.mark.parametrize(
    ("got", "slug", "said"),
    [
        (number(0.25), "plain-float-not-tensor", "a tensor of shape (1, 1)"),
        (tensor([0.25]), "dropped-dimension", "usually has shape (1, 1)"),
        (tensor([0.25], (1, 1, 1)), "extra-batch-dim", "shape (1, 1) is enough"),
        (array([0.25], (1, 1)), "framework-converted", "would usually be a tensor"),
        (tensor([0.25], (1, 1)), None, ""),
    ],
)
async def test_a_tolerance_that_was_needed_is_noted(
    got: Value, slug: str | None, said: str
) -> None:
    step = sigmoid_step(checks=(Check(same="probability", type="any", shape="any"),), variations=())

    def script(program: Program) -> Mapping[str, Value]:
        return {"probability": tensor([0.25], (1, 1)) if program.source == step.solution else got}

    verdict = await grade(step, "probability = made()", ScriptedRunner(script))
    assert verdict.accepted
    assert verdict.slug == slug
    assert said in verdict.message


async def test_a_tensor_where_a_plain_number_would_do() -> None:
    step = sigmoid_step(checks=(Check(same="probability", type="any", shape="any"),), variations=())

    def script(program: Program) -> Mapping[str, Value]:
        is_solution = program.source == step.solution
        return {"probability": number(0.25) if is_solution else tensor([0.25], ())}

    verdict = await grade(step, "probability = made()", ScriptedRunner(script))
    assert verdict.slug == "framework-converted"
    assert "`probability` would usually be a plain number here." in verdict.message


async def test_nan_under_a_variation_is_told_with_its_givens_where_no_value_is_shown() -> None:
    step = structs.replace(STEP, checks=(Check(same="f(p)", name="twice `p`"),))

    def script(program: Program) -> Mapping[str, Value]:
        right = program.source == step.solution or "2.4" in program.given
        return {"p": BASE, "f(p)": TWICE if right else tensor([float("nan"), 0.0], (1, 2))}

    verdict = await grade(step, "p = made(t)", ScriptedRunner(script))
    label = "t = torch.tensor([[0.5, 1.5]])"
    assert verdict.message.startswith(f"With `{label}`: There is nan or infinity in twice `p`")


async def test_of_several_values_in_another_form_no_sort_is_told() -> None:
    step = sigmoid_step(checks=(Check(same="rows", type="any", name="the rows"),), variations=())

    def script(program: Program) -> Mapping[str, Value]:
        row = tensor([0.25, 0.5]) if program.source == step.solution else array([0.25, 0.5])
        return {"probability": number(0.5), "rows": SequenceValue("list", 1, (row,))}

    verdict = await grade(step, "probability = made()", ScriptedRunner(script))
    assert verdict.slug == "framework-converted"
    assert verdict.message.endswith("the rows would usually be of another type here.")


THREE = tensor([0.5, 0.2, 0.3]), tensor([0.1, 0.6, 0.3])
SAID = structs.replace(STEP, checks=(Check(same="p", say="The shares add up to 1."),))


async def test_numbers_that_follow_from_the_right_ones_are_told_so() -> None:
    doubled = tensor([1.0, 0.4, 0.6]), tensor([0.2, 1.2, 0.6])
    verdict = await judged(*doubled, right=THREE)
    assert verdict.slug == "other-scale"
    assert verdict.message == "`p`: each number is 2.0 times the right one."
    verdict = await judged(*doubled, step=SAID, right=THREE)
    assert verdict.slug == "other-scale"
    assert verdict.message.endswith("2.0 times the right one. The shares add up to 1.")


async def test_under_other_givens_a_relation_is_no_reason_of_its_own() -> None:
    verdict = await judged(THREE[0], tensor([0.2, 1.2, 0.6]), right=THREE)
    assert verdict.slug == "hard-coded-answer"
    assert "each number is 2.0 times the right one. It has to be right" in verdict.message
    verdict = await judged(THREE[0], tensor([0.2, 1.2, 0.6]), step=SAID, right=THREE)
    assert verdict.message == "The shares add up to 1."
