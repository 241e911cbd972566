"""A verdict as lines: accepted or not, the reason, the evidence, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tutor.course.kinds import kind_of
from tutor.course.model import QuestionStep, QuizStep
from tutor.grading.quiz import QuizAnswer
from tutor.grading.verdict import PredictionResult, Verdict, VerdictKind
from tutor.grading.wording import listed
from tutor.plain.markdown_lines import lines_of, sentences
from tutor.plain.run_lines import value_lines
from tutor.session.questions import feedback, feedback_at_end, in_order, to_shown_order
from tutor.session.state import State
from tutor.session.words.spoken_text import Spoken, with_spoken

HEADS: Mapping[VerdictKind, str] = {
    "accept": "Right",
    "accept-with-note": "Right, with a remark",
    "reject": "Not yet",
    "not-attempted": "Not attempted yet",
    "tutor-fault": "The tutor's own fault, not yours",
}
NOT_JUDGED = "Not judged"

_HELD = {0: "it does what is asked for.", 1: "the check holds.", 2: "both checks hold."}

_STILL = {
    True: "Type hint, or change the program and check again.",
    False: "Change the program and check again.",
}
_STILL_ASKED = {True: "Type another answer, or hint.", False: "Type another answer."}


def still_words(state: State) -> str:
    """Return what to do after a wrong answer; mention hints only if there are any."""
    words = _STILL_ASKED if kind_of(state.step).has_question else _STILL
    return words[state.hint_count > 0]


def head_of(verdict: Verdict) -> str:
    """Return the words that introduce a verdict."""
    return NOT_JUDGED if verdict.outcome == "lost" else HEADS[verdict.kind]


def program_verdict_lines(verdict: Verdict, spoken: Spoken) -> Iterator[str]:
    """Yield the verdict on a program."""
    message = [*lines_of(verdict.message, spoken)]
    total = len(verdict.check_names)
    held = total - len(verdict.missed_names)
    if verdict.accepted and not message:
        message = [_HELD.get(total, f"all {total} checks hold.")]
    yield from _begun(f"{head_of(verdict)}: ", message or ["no reason is known."])
    for line in verdict.evidence:
        yield f"Evidence: {' '.join(line.split())}"
    if verdict.line is not None and not verdict.accepted:
        yield f"It is about line {verdict.line}."
    for note in verdict.notes:
        yield from _begun("Remark: ", lines_of(note, spoken))
    if 0 < held < total:
        yield f"{held} of {total} checks hold. Missed: {listed(verdict.missed_names)}."


def choice_words(numbers: list[int]) -> str:
    """Name chosen options by their numbers."""
    noun = "choice" if len(numbers) == 1 else "choices"
    return f"{noun} {listed(map(str, numbers))}" if numbers else "no choice"


def answer_words(step: QuestionStep, answer: QuizAnswer, order: tuple[int, ...]) -> str:
    """Name an answer by the numbers under which the options were printed."""
    if answer.text:
        return answer.text
    shown = to_shown_order(answer.judged, order)
    if step.mode == "true-false":
        return " ".join("true" if shown[place] else "false" for place in sorted(shown))
    return choice_words([place + 1 for place in sorted(shown) if shown[place]])


def quiz_verdict_lines(
    step: QuestionStep, answer: QuizAnswer, order: tuple[int, ...], verdict: Verdict
) -> Iterator[str]:
    """Yield the verdict on a quiz: the answer, then the reasons."""
    said = answer_words(step, answer, order)
    if not step.options or verdict.kind not in ("accept", "reject"):
        message = lines_of(verdict.message, step.spoken)
        yield from _begun(f"{head_of(verdict)}: {said}. ", message or [""])
        return
    shown = in_order(step, order)
    judged = to_shown_order(answer.judged, order)
    found = feedback(shown, judged, verdict)
    if step.mode == "true-false":
        wrong = sum(not is_right for is_right, _ in found.values())
        yield (
            f"{head_of(verdict)}: all {len(found)} statements are judged rightly."
            if not wrong
            else f"{head_of(verdict)}: {wrong} of {len(judged)} judged wrongly."
        )
        for place, (is_right, why) in found.items():
            if why:
                told = "true" if judged[place] else "false"
                mark = "rightly" if is_right else "wrongly"
                start = f"Statement {place + 1}, {mark} said to be {told}: "
                yield from _reasons(start, why, step.spoken)
        return
    yield f"{head_of(verdict)}: {said}."
    for place, (is_right, why) in found.items():
        if judged.get(place) and why:
            which = ", which is right" if is_right and not verdict.accepted else ""
            yield from _reasons(f"Choice {place + 1}{which}: ", why, step.spoken)
    if verdict.kind == "reject" and not any(judged.get(place) for place in found):
        yield from lines_of(verdict.message, step.spoken)


def guess_lines(
    step: QuestionStep,
    answer: QuizAnswer,
    order: tuple[int, ...],
    verdict: Verdict,
    result: PredictionResult,
) -> Iterator[str]:
    """Yield the result of the run next to the guess."""
    said = answer_words(step, answer, order)
    if verdict.accepted:
        yield f"It came out as you guessed: {said}."
    elif result.answer:
        yield f"That is not what happened: you guessed {said}, the run gave {result.answer}."
    else:
        yield f"That is not what happened: you guessed {said}."
    if result.answer:
        yield from lines_of(verdict.message, step.spoken)
    yield from value_lines(result.values)


def guess_reasons(
    step: QuestionStep, answer: QuizAnswer, order: tuple[int, ...], question: QuizStep
) -> tuple[list[str], list[str]]:
    """Return the reasons for the chosen and right options, then those for the others."""
    judged = to_shown_order(answer.judged, order)
    found = feedback_at_end(in_order(question, order), judged)
    first: list[str] = []
    others: list[str] = []
    for place, (is_right, why) in sorted(found.items(), key=lambda each: not judged.get(each[0])):
        if step.mode == "true-false":
            start = f"Statement {place + 1}, judged {'rightly' if is_right else 'wrongly'}: "
        else:
            start = f"Choice {place + 1}, {'right' if is_right else 'not right'}: "
        lines = first if is_right or judged.get(place) else others
        lines += _reasons(start, why, step.spoken)
    return first, others


def _reasons(start: str, why: str, spoken: Spoken) -> Iterator[str]:
    yield from _begun(start, sentences(with_spoken(why, spoken)))


def _begun(start: str, lines: list[str]) -> Iterator[str]:
    for place, line in enumerate(lines):
        yield line if place else f"{start}{line}".rstrip()
