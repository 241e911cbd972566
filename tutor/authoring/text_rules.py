"""Rules of the linter that need no run: for texts, hints and figures, and the layout of code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from textwrap import wrap

from tutor.authoring.step_findings import StepFindings
from tutor.authoring.verdict_rules import LESSON_NAME
from tutor.course.code import parse_expression, parse_program
from tutor.course.figures import FIGURES
from tutor.course.given_variations import bound_names
from tutor.course.model import CodeStep, ReadStep, Step
from tutor.course.problems import suggestion
from tutor.grading.learner_expressions import is_learner_expression
from tutor.grading.markup import pieces
from tutor.grading.scenario_result import expression_of
from tutor.grading.slugs import SLUGS
from tutor.grading.templates import fill, words_to_choose
from tutor.session.commands import COMMANDS
from tutor.session.words.key_names import actions_in
from tutor.session.words.spoken_text import unspoken_in, unused_in
from tutor.toml_text import KeyPath

LINE_LENGTH = 79
"""Maximum characters of a line of code that an editor pane shows whole."""

MAX_READING = 220
"""Maximum words of a reading step: a longer one explains more than one thing."""

_MIN_HINTS = 2
_CODE_IN_TEXT = re.compile(r"^(```|~~~).*?^\1|(`+).*?\2", re.DOTALL | re.MULTILINE)
_VERDICT_WORD = re.compile(r"(?:right|wrong|correct|incorrect)[.,:;!]", re.IGNORECASE)
_NOT_FILLED = ("check", "misconception", "note", "goal", "guess")
_CODE_BLOCK = re.compile(r"^(```|~~~).*?^\1", re.DOTALL | re.MULTILINE)
_WORD = re.compile(r"[^\s|]*\w[^\s|]*")
_LATEX = re.compile(r"\\[A-Za-z(\[]\w*|[_^]\{|\$\$")


def check_texts(step: Step, findings: StepFindings) -> None:
    """Apply all rules that need no run to a step."""
    _check_figures(step, findings)
    texts = list(_texts(step))
    for path, text in texts:
        _check_text(path, text, findings)
    check_spoken(step, texts, findings)
    _check_reasons(step, findings)
    if isinstance(step, ReadStep):
        _check_length(step, findings)
    for key in ("given", "scaffold", "program", "solution"):
        _check_layout((key,), getattr(step, key), findings)
    if isinstance(step, CodeStep):
        check_exercise(step, findings)


def checked_names(step: CodeStep) -> tuple[str, ...]:
    """Return the names that the solution binds and a check reads: an answer must bind them."""
    bound = set(bound_names(step.solution))
    names = (
        node.id
        for check in step.checks
        for expression in (check.same, check.like, check.true)
        if expression
        for node in ast.walk(parse_expression(expression))
        if isinstance(node, ast.Name)
    )
    return tuple(name for name in dict.fromkeys(names) if name in bound)


def _check_figures(step: Step, findings: StepFindings) -> None:
    for index, name in enumerate(step.figures):
        if name not in FIGURES:
            findings.error(("figures", index), f"no figure `{name}`{suggestion(name, FIGURES)}")


def _texts(step: Step) -> Iterator[tuple[KeyPath, str]]:
    """Yield each text that a step of any kind shows as Markdown, with its path."""
    yield ("text",), step.text
    yield ("after",), step.after
    for index, hint in enumerate(step.hints):
        yield ("hints", index), hint
    for index, option in enumerate(step.options):
        yield ("option", index, "text"), option.text
        yield ("option", index, "why"), option.why
    for index, wrong in enumerate(step.known_wrong):
        yield ("wrong", index, "why"), wrong.why
    yield ("guess",), step.guess
    for index, goal in enumerate(step.goals):
        yield ("goal", index, "say"), goal.say


def _verdict_texts(step: CodeStep) -> Iterator[tuple[KeyPath, str]]:
    yield ("unchanged",), step.unchanged
    for index, check in enumerate(step.checks):
        yield ("check", index, "name"), check.name
        yield ("check", index, "say"), check.say
    for index, misconception in enumerate(step.misconceptions):
        yield ("misconception", index, "say"), misconception.say
    for index, note in enumerate(step.notes):
        yield ("note", index, "say"), note.say


def check_exercise(step: CodeStep, findings: StepFindings) -> None:
    """Apply the rules that need no run for the parts that only a code step has."""
    for path, text in _verdict_texts(step):
        _check_text(path, text, findings)
    check_room(step, findings)
    _check_names_of_checks(step, findings)
    _check_names_in_text(step, findings)
    _check_hints(step, findings)
    for index, program in enumerate(step.also_right):
        _check_layout(("also_right", index), program, findings)


def _check_length(step: ReadStep, findings: StepFindings) -> None:
    words = len(_WORD.findall(_CODE_BLOCK.sub("", step.text)))
    if words > MAX_READING:
        findings.warning(
            ("text",), f"has {words} words, but a reading step has {MAX_READING} at most"
        )


def _check_text(path: KeyPath, text: str, findings: StepFindings) -> None:
    _check_formulas(path, text, findings)
    _check_lesson_names(path, text, findings)
    _check_keys(path, text, findings)


def _check_formulas(path: KeyPath, text: str, findings: StepFindings) -> None:
    match = _LATEX.search(_CODE_IN_TEXT.sub("", text))
    if match:
        findings.warning(path, f"`{match[0]}` is LaTeX; formulas are written in Unicode")


def _check_lesson_names(path: KeyPath, text: str, findings: StepFindings) -> None:
    """Check that no text quotes a name that only the lesson's expressions have.

    It may occur in braces, which are replaced by its value.
    """
    match = LESSON_NAME.search(fill(text, lambda _: "…"))
    if match:
        findings.error(path, f"`{match[0]}` exists only in the lesson: no program has it")


def _check_keys(path: KeyPath, text: str, findings: StepFindings) -> None:
    """Check that each `{key:NAME}` names an action, and that none occurs in a verdict.

    A verdict quotes the answer, whose braces could be taken for a key, and is read outside of the
    app as well. So keys are filled in all other texts only.
    """
    for name in actions_in(text):
        if path[0] in _NOT_FILLED:
            findings.error(path, f"`{{key:{name}}}` is not filled in here: say it without a key")
        elif (problem := unknown_action(name)) is not None:
            findings.error(path, problem)


def _check_names_of_checks(step: CodeStep, findings: StepFindings) -> None:
    """Check that each check has a name, unless a learner could have written its expression."""
    names = {*bound_names(step.given), *bound_names(step.solution)}
    for index, check in enumerate(step.checks):
        if not check.name and not is_learner_expression(expression_of(check), names):
            message = "is missing: no learner would recognise the check by its expression"
            findings.error(("check", index, "name"), message)


def _check_reasons(step: Step, findings: StepFindings) -> None:
    for index, option in enumerate(step.options):
        if (match := _VERDICT_WORD.match(option.why)) is not None:
            message = f"begins with `{match[0]}`, which the screen already shows before it"
            findings.warning(("option", index, "why"), message)


def _check_names_in_text(step: CodeStep, findings: StepFindings) -> None:
    for name in checked_names(step):
        if not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", step.text):
            findings.error(("text",), f"does not name `{name}`, which is checked")


def _check_hints(step: CodeStep, findings: StepFindings) -> None:
    if len(step.hints) < _MIN_HINTS:
        findings.warning(("hints",), f"should be {_MIN_HINTS} or more, from vague to plain")
    answer = _squeezed_solution(step.solution)
    for index, hint in enumerate(step.hints):
        if answer and answer in _squeezed(hint):
            findings.error(("hints", index), "contains the solution")
    for slug, number in step.hint_for.items():
        if not 0 < number <= len(step.hints):
            findings.error(("hint_for",), f"`{slug}`: there is no hint {number}")
        if slug not in SLUGS and all(item.id != slug for item in step.misconceptions):
            known = (*(item.id for item in step.misconceptions), *SLUGS)
            findings.error(("hint_for",), f"no verdict is called `{slug}`{suggestion(slug, known)}")


def _squeezed_solution(solution: str) -> str:
    """Return the solution without comments, prints and layout, to be searched for in hints."""
    statements = [node for node in parse_program(solution).body if not is_print(node)]
    return _squeezed("\n".join(ast.unparse(node) for node in statements))


def is_print(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
        and node.value.func.id == "print"
    )


def _squeezed(text: str) -> str:
    return re.sub(r"[\s`;]+", "", text).replace('"', "'")


def _check_layout(path: KeyPath, code: str, findings: StepFindings) -> None:
    for number, line in enumerate(code.splitlines(), 1):
        if "\t" in line:
            fault = "a tab"
        elif line != line.rstrip():
            fault = "spaces at its end"
        elif len(line) > LINE_LENGTH:
            fault = f"{len(line)} characters, of which {LINE_LENGTH} are shown"
        else:
            continue
        findings.warning(path, f"line {number} of it has {fault}")


# Keys that texts name as `{key:NAME}`, outside of the app, where the learner's are not known

ALL_KEYS = ".all"
"""Suffix of a command's name that means all its keys."""

LABELS = {f"{row.name}{end}": row.label for row in COMMANDS for end in ("", ALL_KEYS)}
"""Labels of commands, which replace their keys if the learner's are unknown."""


def unknown_action(name: str) -> str | None:
    """Return what is wrong with the name in `{key:NAME}`; None if it is valid."""
    if name in LABELS:
        return None
    known = [command.name for command in COMMANDS]
    return f"there is no action `{name}`{suggestion(name.removesuffix(ALL_KEYS), known)}"


# `spoken`: each formula of a step has words for screen readers


def check_spoken(step: Step, texts: Sequence[tuple[KeyPath, str]], findings: StepFindings) -> None:
    """Demand words for each formula in the texts, and a formula for each of the words."""
    for path, text in texts:
        for piece in dict.fromkeys(unspoken_in(text, step.spoken)):
            findings.warning(path, f"`{piece}` is read aloud wrongly: write it out in `spoken`")
    whole = "\n\n".join(text for _, text in texts)
    for formula in unused_in(whole, step.spoken):
        findings.warning(("spoken", formula), "occurs in no text of the step")
    for formula, words in step.spoken.items():
        for piece in unspoken_in(words, {}):
            findings.warning(
                ("spoken", formula), f"its words have `{piece}`, which cannot be spoken"
            )


# The length of messages: the instruction must not be below the fold

COLUMNS = 76
"""Columns of text in the pane of the verdict, on a terminal of 80 columns and 24 rows."""

MAX_ROWS = 4
"""Rows of that pane for the message: of its seven, the head takes one and the evidence two."""

_A_VALUE = "[0.1234]"
"""Example of a program's value: most that are shown are about as long."""

_FIRST_SENTENCE = re.compile(r"(?:`[^`]*`|[^`])*?[.!?](?=\s|$)")


def check_room(step: CodeStep, findings: StepFindings) -> None:
    """Warn of messages to refused answers that are longer than the smallest pane is high."""
    said: list[tuple[KeyPath, str]] = [
        *((("check", index, "say"), each.say) for index, each in enumerate(step.checks)),
        *((("misconception", n, "say"), each.say) for n, each in enumerate(step.misconceptions)),
    ]
    for path, text in said:
        rows = rows_of(text)
        if rows > MAX_ROWS:
            message = f"takes {rows} rows at 80 columns, but the pane shows {MAX_ROWS}: shorten it"
            findings.warning(path, message)


def rows_of(say: str) -> int:
    """Return the rows of a message, whose first sentence has rows of its own."""
    text = fill(say, _example_of).strip()
    first = _FIRST_SENTENCE.match(text)
    end = first.end() if first is not None else len(text)
    paragraphs = [text[:end], *text[end:].split("\n\n")]
    return sum(len(wrap(_without_marks(each), COLUMNS)) for each in paragraphs)


def _example_of(expression: str) -> str:
    return max(words_to_choose(expression), key=len, default=_A_VALUE)


def _without_marks(text: str) -> str:
    return "".join(piece for _, piece in pieces(text))
