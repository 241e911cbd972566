"""The texts of the start screen: first an introduction, later the learner's progress.

Pure functions. Facts come in three batches as files are read, so the first frame needs only two
small files; lines are reserved for the facts to come.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace
from textual.content import Content

from tutor.course.kinds import kind_of
from tutor.course.model import CourseOutline, LessonOutline, Step, StepHeader
from tutor.first_screen.kinds import display_of
from tutor.grading.wording import counted
from tutor.progress.fold import Progress
from tutor.progress.last_time import LastTime
from tutor.session.state import State
from tutor.ui.keys import action_of
from tutor.ui.marks import Marks
from tutor.ui.widgets.wrapping import wrap_words

WELCOME = "Welcome to nntutor"
WELCOME_BACK = "Welcome back"
WHAT_IT_IS = (
    "In ten minutes you train a network, watch its border bend, and break it. Then you write your "
    "own, in a few lines of PyTorch."
)

REVIEW = "asks {questions} about what you missed; s skips it today"
NO_REVIEW = "No review today."

KEY_STYLE = "bold $accent"

HEAD_COLUMNS = 13
"""Columns of a row's head and the space after it."""

BAR_CELLS = 10
"""Cells of the bar for the course's progress."""


class StartRow(NamedTuple):
    """A key or label, and a text beside it that may take several lines."""

    head: str | None
    """Key or label; "" for a further row of the same label, None for a paragraph without one."""
    text: str
    style: str = "$text-muted"
    """Textual style of the head."""
    click: str = ""
    """Action of a click; "" for none."""
    room: str = ""
    """Text that may replace this one later; its lines are reserved."""


class StartLine(NamedTuple):
    """One line of a row on screen."""

    words: Content
    click: str = ""
    """Action of a click, as in the row."""


class StartFacts(Struct, frozen=True):
    """All facts on the start screen. None means not known yet; the place is reserved."""

    first_time: bool
    """True if nntutor was never used with this data folder."""
    step: Step | None = None
    """Step that Enter opens."""
    lesson: str = ""
    """Title of the step's lesson; "" if there is none."""
    was_here: bool = False
    """True if the learner left off at that step."""
    when: str = ""
    """Age of the last session in words; "" if it is not known."""
    step_progress: str | None = None
    """Progress of the step in words."""
    course: str | None = None
    """Progress of the course in words."""
    next_open: StepHeader | None = None
    """First step that is not done; None also if all are done, see `all_done`."""
    all_done: bool = False
    offered: LessonOutline | None = None
    """First lesson offered to newcomers, with at least one step."""
    review: int = 0
    """Number of questions in the review."""
    is_review_put_off: bool = False
    """True if the learner has just declined the review."""
    warnings: tuple[str, ...] = ()
    """Warnings about the last session."""


def first_facts(state: State, last: LastTime | None, now: datetime) -> StartFacts:
    """Return the facts from the two small files read for the first frame."""
    lessons = state.course.lessons
    return StartFacts(
        first_time=last is None,
        step=state.step,
        lesson=lessons[0].title if lessons else "",
        was_here=last is not None and last.step is not None,
        when=describe_age(last.at, now) if last is not None and last.at is not None else "",
    )


def add_step_facts(
    facts: StartFacts, step: Step, state: State, *, draft: str | None, warnings: tuple[str, ...]
) -> StartFacts:
    place = state.progress.place
    return replace(
        facts,
        step=step,
        was_here=place is not None and place.step == step.id,
        step_progress=describe_progress(step, state.progress, draft),
        warnings=warnings,
    )


def add_course_facts(facts: StartFacts, state: State, marks: Marks) -> StartFacts:
    course, step = state.course, state.step
    lesson = next((lesson for lesson in course.lessons if step and lesson.id == step.lesson), None)
    following = next_open(course, state.done)
    return replace(
        facts,
        lesson=lesson.title if lesson is not None else "",
        course=describe_course(course, state.done, marks),
        next_open=following,
        all_done=following is None,
        offered=next((each for each in course.lessons if each.offer and each.steps), None),
    )


def start_rows(facts: StartFacts, marks: Marks) -> list[list[StartRow]]:
    """Return the rows of the start screen in groups.

    On the first start, it only introduces nntutor and the keys to continue and to quit, so that ten
    seconds are enough to read it.
    """
    if facts.first_time:
        return [[StartRow(None, WHAT_IT_IS)], _first_rows(facts, marks)]
    groups = [_place_rows(facts, marks), _target_rows(facts), _state_rows(facts, marks)]
    return [*groups, _review_rows(facts)]


def start_lines(
    groups: Sequence[Sequence[StartRow]], title: str, width: int, height: int
) -> list[StartLine]:
    """Return lines of at most `width` cells, with blanks between groups if they fit."""
    drawn = [[line for row in group for line in _lines(row, width)] for group in groups]
    drawn.insert(0, [StartLine(Content.styled(title, "bold $primary"))])
    loose = sum(map(len, drawn)) + len(drawn) - 1 <= height
    result: list[StartLine] = []
    for group in drawn:
        result += [StartLine(Content(""))] if result and loose else []
        result += group
    return result


def describe_age(at: datetime, now: datetime) -> str:
    """Return the calendar days since `at` in words, in the time zone of `now`."""
    days = (now.date() - at.astimezone(now.tzinfo).date()).days
    if days <= 0:
        return "today"
    if days == 1:
        return "yesterday"
    if days < 14:
        return f"{days} days ago"
    if days < 60:
        return f"{days // 7} weeks ago"
    return f"{days // 30} months ago"


def describe_progress(step: Step, progress: Progress, draft: str | None) -> str:
    """Return the learner's progress in the step, in words.

    `draft` is the learner's code, None without any.
    """
    verdict, attempts = progress.verdicts.get(step.id), progress.attempts.get(step.id, 0)
    if step.id in progress.done:
        return "done, with a remark" if verdict == "accept-with-note" else "done"
    still_open = display_of(step).still_open
    if display_of(step).is_page:
        return still_open
    state = {
        "reject": f"not right yet after {counted(attempts, 'try', 'tries')}",
        "tutor-fault": "the last check failed: the tutor's own fault",
    }.get(verdict or "", still_open)
    if not kind_of(step).has_program:
        return state
    if draft is None or draft.strip() == step.scaffold.strip():
        return f"nothing written yet, {state}" if attempts else "nothing written yet"
    return f"your draft has {counted(len(draft.splitlines()), 'line')}, {state}"


def describe_course(course: CourseOutline, done: frozenset[str], marks: Marks) -> str:
    """Return a bar and counts of the done steps, optional ones separately."""
    required = [step.id in done for step in course.steps() if not step.optional]
    optional = [step.id in done for step in course.steps() if step.optional]
    full = BAR_CELLS * sum(required) // len(required) if required else 0
    bar = marks.full * full + marks.empty * (BAR_CELLS - full)
    words = f"{bar} {sum(required)} of {counted(len(required), 'step')} done"
    if optional:
        words += f"{marks.dot}{sum(optional)} of {counted(len(optional), 'optional one')}"
    return words


def next_open(course: CourseOutline, done: frozenset[str]) -> StepHeader | None:
    """Return the first open step, None if all are done; optional steps come last."""
    steps = [step for step in course.steps() if step.id not in done]
    return next((step for step in steps if not step.optional), next(iter(steps), None))


def last_time_warnings(last: LastTime, copies: Sequence[Path]) -> tuple[str, ...]:
    """Return warnings about an interrupted session, and about drafts written twice."""
    warnings = []
    if last.cut_off:
        torn = " One journal entry is damaged; all entries before it count." if last.torn else ""
        warnings.append(f"It was cut off. What you typed up to the last second is saved.{torn}")
    for path in copies[:1]:
        more = f" There are {len(copies)} such texts." if copies[1:] else ""
        warnings.append(
            f"Two programs wrote the draft of {path.name.split('.')[0]}. The other text is kept: "
            f"{path}{more}"
        )
    return tuple(warnings)


def _first_rows(facts: StartFacts, marks: Marks) -> list[StartRow]:
    key = KEY_STYLE
    offer = StartRow("", "")  # its place is reserved
    if (offered := facts.offered) is not None:
        words = f"{offered.offer} Begin with “{offered.title}”"
        offer = StartRow("t", words, key, "begin_offered")
    first = f" with “{facts.step.title}”" if facts.step is not None else ""
    return [
        StartRow("Enter", f"begins{first}", key, "go_on"),
        StartRow(
            marks.fill("{key:quit}"),
            "leaves; everything you typed is saved",
            key,
            action_of("quit"),
        ),
        offer,
    ]


def _place_rows(facts: StartFacts, marks: Marks) -> list[StartRow]:
    head = "You were at" if facts.was_here else "Up next"
    parts = [facts.lesson, facts.when if facts.was_here else ""]
    step = facts.step.title if facts.step is not None else marks.ellipsis
    return [StartRow(head, step), StartRow("", marks.dot.join(part for part in parts if part))]


def _target_rows(facts: StartFacts) -> list[StartRow]:
    """Return the rows for the keys that open something."""
    key = KEY_STYLE
    destination = "goes to the first step not done"
    if facts.all_done:
        destination = "shows the end of the course: every step is done"
    elif facts.next_open is not None:
        destination += f": {facts.next_open.title}"
    return [
        StartRow("Enter", "goes on there" if facts.was_here else "goes there", key, "go_on"),
        StartRow("o", "shows all steps", key, action_of("outline")),
        StartRow("n", destination, key, "first_open"),
    ]


def _state_rows(facts: StartFacts, marks: Marks) -> list[StartRow]:
    return [
        StartRow(
            "This step", marks.ellipsis if facts.step_progress is None else facts.step_progress
        ),
        StartRow("Course", marks.ellipsis if facts.course is None else facts.course),
        *(StartRow("Last time" if n == 0 else "", text) for n, text in enumerate(facts.warnings)),
    ]


def _review_rows(facts: StartFacts) -> list[StartRow]:
    """Return the row that offers a review; its place is reserved, so nothing moves."""
    room = REVIEW.format(questions=counted(9, "question"))  # never more digits than that
    if not facts.review:
        return [StartRow("", NO_REVIEW if facts.is_review_put_off else "", room=room)]
    words = REVIEW.format(questions=counted(facts.review, "question"))
    return [StartRow("r", words, KEY_STYLE, action_of("review"), room)]


def _lines(row: StartRow, width: int) -> list[StartLine]:
    indent = 0 if row.head is None else HEAD_COLUMNS
    room = max(10, width - indent)
    lines = []
    for number, (start, end) in enumerate(wrap_words(row.text, room)):
        first = (row.head or "") if number == 0 else ""
        content = Content.assemble((first.ljust(indent), row.style), row.text[start:end])
        lines.append(StartLine(content, row.click))
    free = len(wrap_words(row.room, room)) - len(lines)
    return [*lines, *[StartLine(Content(""), row.click)] * free]
