"""A long verdict can be read to its last word, at every step, by paging through its pane."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.containers import VerticalScroll
from textual.pilot import Pilot

from tests.support.sampling import drawn
from tests.support.scenes import scene, settle, silent
from tests.support.tutor_app import MEDIUM, NARROW, lesson_screen, opened, screen_text, workspace_of
from tests.ui.test_checklist import STEPS, words_of
from tests.ui.test_layout import assert_nothing_is_covered
from tutor.course.model import CodeStep, QuizStep, Step
from tutor.grading.verdict import CheckResult, Verdict
from tutor.session.events import VerdictReached
from tutor.session.words.key_names import fill_keys
from tutor.ui.app import TutorApp
from tutor.ui.keys import key_names

JUDGED = [step for step in STEPS if isinstance(step, CodeStep | QuizStep)]

LONG = Verdict(
    "reject",
    slug="long",
    message="The first sentence names the cause. " + " ".join(f"Because{n}x." for n in range(60)),
    evidence=tuple(f"evidence{n}x: {n}.5" for n in range(6)),
    checks=tuple(CheckResult(f"check{n}x holds", passed=n % 2 == 0) for n in range(6)),
    notes=("A note at the end.",),
    line=1,
)
RIGHT = Verdict("accept", message="It holds.", checks=LONG.checks)


def rows_of(app: TutorApp) -> str:
    """The verdict's rows without what stands beside their text, and without ends of lines: a long
    line of code goes on in the next row or on the next page, amid a word."""
    region = app.screen.query_one("#verdict-scroll").region
    rows = screen_text(app).splitlines()[region.y : region.bottom]
    return "".join(row.strip(" │┃▁▂▃▄▅▆▇█").removeprefix("▎").strip() for row in rows)


async def paged(app: TutorApp, pilot: Pilot[None]) -> tuple[set[str], str]:
    """All words that stand on the screen while the verdict is paged through, and the rows."""
    await pilot.press("escape", "3")
    await settle(pilot)
    await pilot.pause()
    scroll = app.screen.query_one("#verdict-scroll", VerticalScroll)
    seen, rows = words_of(screen_text(app)), rows_of(app)
    while scroll.scroll_y < scroll.max_scroll_y:
        before = scroll.scroll_y
        await pilot.press("pagedown")
        await pilot.pause()
        assert scroll.scroll_y > before
        seen |= words_of(screen_text(app))
        rows += rows_of(app)
    assert scroll.max_scroll_x == 0
    return seen, rows


def said_of(verdict: Verdict, step: Step) -> set[str]:
    parts = [verdict.message, *verdict.evidence, *verdict.notes]
    if isinstance(step, CodeStep):
        parts += [check.name for check in verdict.checks]
    if verdict.accepted:
        parts.append(fill_keys(step.after.replace("```python", ""), key_names()))
        parts.append(step.solution if isinstance(step, CodeStep) else "")
    return words_of(" ".join(parts))


LONGEST = max(JUDGED, key=lambda step: len(step.after))


@pytest.mark.parametrize(
    ("step", "size"),
    [
        *((step, (60, 16)) for step in drawn(JUDGED, 3, "verdicts in pages")),
        (LONGEST, NARROW),
        (LONGEST, MEDIUM),
    ],
    ids=lambda each: getattr(each, "id", str(each)),
)
async def test_no_word_of_a_verdict_is_cut(
    tmp_path: Path, step: Step, size: tuple[int, int]
) -> None:
    app = scene(tmp_path, step.id, client=silent())
    async with opened(app, size) as pilot:
        await settle(pilot)
        for verdict in (LONG, RIGHT):
            lesson_screen(app).tutor.dispatch(VerdictReached(verdict))
            await settle(pilot)
            assert_nothing_is_covered(app)
            seen, rows = await paged(app, pilot)
            assert {word for word in said_of(verdict, step) - seen if word not in rows} == set()
            assert_nothing_is_covered(app)
            assert workspace_of(app).layout_state.pane == "verdict"
