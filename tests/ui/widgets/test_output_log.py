"""The view of printed text: follows, wraps, scrolls, and paints little."""

from __future__ import annotations

from textual.geometry import Offset
from textual.pilot import Pilot
from textual.selection import Selection

from tests.ui.widgets.hosting import hosted, rows, rows_repainted, styled_rows
from tutor.ui.widgets.output_log import OutputLog


class CountingLog(OutputLog):
    """Counts the rows that Textual asks for."""

    painted = 0

    def render_line(self, y: int):  # type: ignore[no-untyped-def]  # noqa: ANN201
        self.painted += 1
        return super().render_line(y)


def log_of(pilot: Pilot[None]) -> OutputLog:
    return pilot.app.query_one(OutputLog)


async def test_kinds_are_told_apart_by_glyphs() -> None:
    async with hosted(OutputLog()) as pilot:
        log = log_of(pilot)
        log.write("[b]plain[/b]\n")
        log.write("warning\n", "stderr")
        log.write("finished", "note")
        await pilot.pause()
        assert rows(log)[:4] == ["[b]plain[/b]", "▎ warning", "· finished", ""]
        assert log.text == "[b]plain[/b]\nwarning\nfinished"


async def test_glyphs_in_ascii() -> None:
    async with hosted(OutputLog(glyphs="ascii")) as pilot:
        log_of(pilot).write("warning", "stderr")
        await pilot.pause()
        assert rows(log_of(pilot))[0] == "| warning"


async def test_it_follows_the_tail_until_scrolled_up() -> None:
    async with hosted(OutputLog(), (40, 5)) as pilot:
        log = log_of(pilot)
        log.write("".join(f"line {n}\n" for n in range(20)))
        await pilot.pause()
        assert rows(log)[-1] == "line 19"
        await pilot.press("up", "up")
        await pilot.pause()
        log.write("line 20\n")
        await pilot.pause()
        assert rows(log)[-1].split() == ["line", "17"]
        await pilot.press("end")
        log.write("line 21\n")
        await pilot.pause()
        assert rows(log)[-1] == "line 21"


async def test_a_scrolled_view_stays_where_it_is_when_old_lines_go() -> None:
    async with hosted(OutputLog(), (40, 5)) as pilot:
        log = log_of(pilot)
        log.buffer.limits = (20, 10_000)
        log.write("".join(f"line {n}\n" for n in range(20)))
        await pilot.press("up", "up", "up")
        await pilot.pause()
        before = rows(log)
        log.write("line 20\nline 21\n")
        await pilot.pause()
        assert rows(log) == before


async def test_it_wraps_anew_in_another_size() -> None:
    async with hosted(OutputLog(), (41, 10)) as pilot:  # one column is for the scrollbar
        log = log_of(pilot)
        log.write("0123456789" * 5 + "\n数字数字")
        await pilot.pause()
        assert rows(log)[:3] == ["0123456789" * 4, "0123456789", "数字数字"]
        await pilot.resize_terminal(26, 10)
        await pilot.pause()
        assert rows(log)[:3] == [
            "0123456789012345678901234",
            "5678901234567890123456789",
            "数字数字",
        ]


async def test_no_letter_is_under_the_scrollbar() -> None:
    async with hosted(OutputLog(), (30, 6)) as pilot:
        log = log_of(pilot)
        for n in range(12):
            log.write("0123456789" * 4 + f"{n:02}\n")
            await pilot.pause()
        text = "".join(rows(log)).replace("▁", "").replace(" ", "")
        assert text == "".join("0123456789" * 4 + f"{n:02}" for n in (9, 10, 11))


async def test_the_tail_stays_in_sight_in_another_size() -> None:
    async with hosted(OutputLog(), (40, 10)) as pilot:
        log = log_of(pilot)
        log.write("".join(f"a long line with the number {n}\n" for n in range(30)))
        for size in ((20, 6), (60, 8), (40, 3)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert rows(log)[-1].split()[-1] == "29", size


async def test_a_new_line_paints_its_row_alone() -> None:
    async with hosted(CountingLog(), (40, 10)) as pilot:
        log = pilot.app.query_one(CountingLog)
        log.write("one\n")
        await pilot.pause()
        log.painted = 0
        log.write("two")
        log.write(" more\n")
        await pilot.pause()
        assert log.painted == 1
        assert styled_rows(log) == await rows_repainted(pilot, log)


async def test_many_pieces_look_as_if_painted_anew() -> None:
    async with hosted(OutputLog(), (30, 6)) as pilot:
        log = log_of(pilot)
        for turn in range(12):
            log.write_all([(f"step {turn} " * turn, "stdout"), ("\nx" * (turn % 3), "stderr")])
            await pilot.pause()
            assert styled_rows(log) == await rows_repainted(pilot, log)
        log.clear()
        await pilot.pause()
        assert set(rows(log)) == {""}
        assert log.text == ""


async def test_selected_text_is_copied_as_it_was_printed() -> None:
    async with hosted(OutputLog(), (20, 6)) as pilot:
        log = log_of(pilot)
        log.write("0123456789" * 3 + "\n")
        log.write("oh no\n", "stderr")
        chosen = Selection(Offset(5, 0), Offset(4, 2))
        assert log.get_selection(chosen) == ("567890123456789" + "0123456789" + "\noh", "\n")
        assert log.get_selection(Selection(None, None)) == (log.text.rstrip("\n"), "\n")


async def test_text_is_selected_with_the_mouse() -> None:
    async with hosted(OutputLog(), (20, 6)) as pilot:
        log = log_of(pilot)
        log.write("first\nsecond\n")
        await pilot.pause()
        await pilot.mouse_down(log, offset=(1, 0))
        await pilot.hover(log, offset=(3, 1))
        await pilot.mouse_up(log, offset=(3, 1))
        assert pilot.app.screen.get_selected_text() in ("irst\nsec", "irst\nseco")
