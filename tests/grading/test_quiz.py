from __future__ import annotations

import pytest

from tutor.course.model import QuizMode, QuizStep
from tutor.course.step_tables import KnownWrongAnswer, Option
from tutor.grading.quiz import QuizAnswer, grade_quiz
from tutor.grading.typed import parse_shape

OPTIONS = (
    Option(text="A", why="why A", correct=True),
    Option(text="B", why="why B", misconception="b-idea"),
    Option(text="C", why="why C", correct=True),
    Option(text="D", why="why D"),
)


def quiz(
    mode: QuizMode, answer: str = "", tolerance: float = 0.0, *known_wrong: KnownWrongAnswer
) -> QuizStep:
    options = OPTIONS if mode in ("true-false", "many") else OPTIONS[:2] if mode == "one" else ()
    return QuizStep(
        id="q",
        title="Q",
        text="?",
        mode=mode,
        options=options,
        answer=answer,
        tolerance=tolerance,
        known_wrong=known_wrong,
    )


def say(mode: QuizMode, *said: bool) -> tuple[str, str | None, str]:
    verdict = grade_quiz(quiz(mode), QuizAnswer(judged=dict(enumerate(said))))
    return verdict.kind, verdict.slug, verdict.message


def test_statements_all_judged_rightly() -> None:
    assert say("true-false", True, False, True, False) == ("accept", None, "")


def test_statements_judged_wrongly_give_their_reasons_together() -> None:
    assert say("true-false", False, True, True, False) == ("reject", "b-idea", "why A\n\nwhy B")
    assert say("true-false", True, False, True, True) == ("reject", "quiz-wrong", "why D")


def test_statements_not_judged_are_named() -> None:
    kind, slug, message = say("true-false", True, False)
    assert (kind, slug, message) == (
        "not-attempted",
        "empty-answer",
        "Not judged yet: statements 3, 4.",
    )
    assert say("true-false")[2] == "Mark each statement true or false."
    assert say("true-false", True, False, True)[2] == "Not judged yet: statement 4."


def test_each_statement_has_its_own_feedback() -> None:
    answer = QuizAnswer(judged={0: True, 1: True, 2: True, 3: False})
    verdict = grade_quiz(quiz("true-false"), answer)
    assert [(c.passed, c.got, c.message) for c in verdict.checks] == [
        (True, "true", "why A"),
        (False, "true", "why B"),
        (True, "true", "why C"),
        (True, "false", "why D"),
    ]


def test_one_of_several() -> None:
    assert say("one", True)[0] == "accept"
    assert say("one", False, True) == ("reject", "b-idea", "why B")
    assert say("one", False, False) == ("not-attempted", "empty-answer", "Choose one answer.")
    assert say("one", True, True)[0] == "not-attempted"


def test_a_right_option_that_was_not_chosen_is_not_given_away() -> None:
    verdict = grade_quiz(quiz("one"), QuizAnswer(judged={1: True}))
    assert [check.message for check in verdict.checks] == ["", "why B"]


def test_many_of_several() -> None:
    assert say("many", True, False, True)[0] == "accept"
    assert say("many", True, True, True) == ("reject", "b-idea", "why B")
    assert say("many", True, False, True, True) == ("reject", "quiz-wrong", "why D")
    assert say("many", True) == (
        "reject",
        "quiz-wrong",
        "Your choices are right, but not complete. One more answer is right as well.",
    )
    assert say("many")[0] == "not-attempted"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("0.75", "accept"),
        ("0,75", "accept"),
        (" .75 ", "accept"),
        ("3/4", "accept"),
        ("75 %", "accept"),
        ("7.5e-1", "accept"),
        ("0.754", "accept"),
        ("0.76", "reject"),
        ("-0.75", "reject"),
        ("−0.75", "reject"),
        ("", "not-attempted"),
        ("three", "not-attempted"),
        ("1/0", "not-attempted"),
    ],
)
def test_a_number(text: str, kind: str) -> None:
    assert grade_quiz(quiz("number", "0.75", 0.005), QuizAnswer(text=text)).kind == kind


def test_a_number_that_is_off_says_in_which_direction() -> None:
    verdict = grade_quiz(quiz("number", "0.75"), QuizAnswer(text="1"))
    assert (verdict.slug, verdict.message) == ("quiz-wrong", "1 is too large.")
    assert "too small" in grade_quiz(quiz("number", "0.75"), QuizAnswer(text="0")).message


def test_a_foreseen_number_gets_its_own_reason() -> None:
    step = quiz(
        "number",
        "0.75",
        0.05,
        KnownWrongAnswer(answer="0.60", why="That is p.", misconception="p-not-loss"),
        KnownWrongAnswer(answer="0.65", why="Half way."),
    )

    def told(text: str) -> tuple[str | None, str, tuple[str, ...]]:
        verdict = grade_quiz(step, QuizAnswer(text=text))
        assert verdict.kind == "reject"
        return verdict.slug, verdict.message, verdict.evidence

    assert told("0,6") == ("p-not-loss", "That is p.", ("you said: 0,6, read as 0.6",))
    assert told("0.652") == ("quiz-wrong", "Half way.", ("you said: 0.652",))
    assert told("0.64") == ("quiz-wrong", "0.64 is too small.", ("you said: 0.64",))
    assert told("1/2") == ("quiz-wrong", "1/2 is too small.", ("you said: 1/2, read as 0.5",))


@pytest.mark.parametrize(
    ("answer", "tolerance", "taken", "left"),
    [
        ("0.699", None, ["0.699", "0.6993", "0.7", "0.70"], ["0.5", "0.68", "0.698", "0.8", "1"]),
        ("0.699", 0.01, ["0.7", "0.69"], ["0.68", "0.72", "0.5"]),
        ("0.699", 0.0, ["0.699"], ["0.7", "0.6991"]),
        ("4", None, ["4", "4.0"], ["4.4", "3.6", "5"]),
        ("-1.609", None, ["-1.609", "−1,61"], ["1.4", "-1.59"]),
        ("0.25", None, ["1/4", "25 %", "0.3"], ["1/3", "24 %"]),
    ],
)
def test_a_foreseen_number_reaches_as_far_as_its_digits(
    answer: str, tolerance: float | None, taken: list[str], left: list[str]
) -> None:
    """Not as far as the right one, which is read off a figure here."""
    step = quiz(
        "number", "9", 0.2, KnownWrongAnswer(answer=answer, why="Base 10.", tolerance=tolerance)
    )
    for text in taken:
        assert grade_quiz(step, QuizAnswer(text=text)).message == "Base 10.", text
    for text in left:
        assert grade_quiz(step, QuizAnswer(text=text)).message != "Base 10.", text


def test_a_foreseen_shape_gets_its_own_reason() -> None:
    step = quiz("shape", "(8, 16)", 0.0, KnownWrongAnswer(answer="(16, 8)", why="Rows come first."))
    verdict = grade_quiz(step, QuizAnswer(text="16 8"))
    assert (verdict.slug, verdict.message) == ("quiz-wrong", "Rows come first.")
    assert verdict.evidence == ("you said: 16 8, read as (16, 8)",)


def test_a_long_text_in_a_field_does_not_flood_the_screen() -> None:
    for mode, answer in (("number", "1"), ("shape", "(1,)")):
        verdict = grade_quiz(quiz(mode, answer), QuizAnswer(text="9 ," * 5000))  # type: ignore[arg-type]  # the two typed modes
        assert verdict.kind == "not-attempted"
        assert len(verdict.message) < 200


def test_a_question_whose_answer_cannot_be_read_is_the_tutors_fault() -> None:
    assert grade_quiz(quiz("number", "many"), QuizAnswer(text="1")).kind == "tutor-fault"
    assert grade_quiz(quiz("shape", "many"), QuizAnswer(text="(1,)")).kind == "tutor-fault"


@pytest.mark.parametrize(
    "text", ["(8, 16)", "8, 16", "[8,16]", "8x16", "8 × 16", "torch.Size([8, 16])", "(8, 16,)"]
)
def test_a_shape_as_people_type_it(text: str) -> None:
    assert grade_quiz(quiz("shape", "(8, 16)"), QuizAnswer(text=text)).kind == "accept"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("(16, 8)", "the right sizes in the wrong order"),
        ("(8,)", "1 axis; there are more"),
        ("(1, 8, 16)", "3 axes; there are fewer"),
        ("(8, 15)", "the size of axis 1 is different"),
    ],
)
def test_a_shape_that_is_off(text: str, said: str) -> None:
    verdict = grade_quiz(quiz("shape", "(8, 16)"), QuizAnswer(text=text))
    assert verdict.kind == "reject"
    assert said in verdict.message


def test_what_is_no_shape_is_not_counted() -> None:
    for text in ("", "eight", "(a, b)"):
        answer = QuizAnswer(text=text)
        assert grade_quiz(quiz("shape", "(8, 16)"), answer).kind == "not-attempted"
    assert parse_shape("()") == ()
