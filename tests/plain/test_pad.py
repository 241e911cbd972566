"""The pad without a screen: rows of digits go in, and a line for each digit comes out."""

from __future__ import annotations

from pathlib import Path

from tests.support.fake_client import FakeClient, finished
from tests.support.lessons import DRAWN
from tests.support.plain_mode import listening
from tests.support.tutor_app import READ, write_course
from tutor.grading.lab import goals_question
from tutor.plain.pad_rows import HOW, NO_PAD, NOT_A_ROW, TYPE_ROWS
from tutor.wire.events import Evaluation, PadShown
from tutor.wire.pads import EMPTY, question_about

ROWS = ("00000000", "00099000", *["00000000"] * 6)
DRAWING = "".join(ROWS)


async def test_rows_are_drawn_and_each_digit_has_its_line(tmp_path: Path) -> None:
    write_course(tmp_path / "lessons", {"10-ink": DRAWN, "20-read-me": READ})
    client = FakeClient([finished(PadShown(EMPTY))])
    for cells, digit in ((EMPTY, 0), (DRAWING, 8)):
        shares = [0.91 if each == digit else 0.01 for each in range(10)]
        client.evaluations[question_about(cells)] = Evaluation("value", repr(shares))
    async with listening(tmp_path, client=client, start_at="ink") as learner:
        for cells in (EMPTY, DRAWING):
            question = goals_question(learner.desk.step, cells)
            client.evaluations[question] = Evaluation("value", repr([cells == DRAWING]))
        assert any("type pad to hear the drawing" in line for line in learner.heard)
        assert await learner.types("draw") == await learner.types("pad") == [NO_PAD]
        assert "To hear more: pad." in await learner.types("3")
        told = await learner.types("pad")
        assert told[:9] == [*(f"Row {row}: 00000000" for row in range(1, 9)), "It reads 0."]
        assert await learner.types("draw 9 1") == [HOW]
        told = await learner.types("draw 2 00099000")
        assert {"It reads 8.", "Digit 8: 0.91", "Goal 1, reached: Two dark cells."} < set(told)
        assert told[-1].startswith("Every goal is reached. Next is step 2.")
        assert "It reads 0." in await learner.types("draw clear")
        assert await learner.types("draw") == [TYPE_ROWS]
        assert await learner.types("0009") == [NOT_A_ROW]
        assert await learner.types(*ROWS[:7]) == []
        assert "It reads 8." in await learner.types(ROWS[7])
        assert await learner.types("draw", ROWS[1], ".") == ["Not drawn."]
        assert "Row 2: 00099000" in await learner.types("pad")
