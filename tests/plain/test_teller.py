"""Twelve lines at a time, nothing lost, and nothing that a terminal would obey."""

from __future__ import annotations

from tutor.plain.teller import Teller, clean, first_and_last


def told(*counts: int) -> tuple[list[str], Teller]:
    written: list[str] = []
    teller = Teller(written.append)
    for count in counts:
        teller.begin()
        teller.say(*(f"line {number}" for number in range(1, count + 1)))
        teller.end("text")
    return written, teller


def test_what_is_too_long_waits() -> None:
    written, teller = told(20)
    assert written[-2:] == ["line 12", "8 more lines: type more."]
    teller.begin()
    assert teller.more()
    teller.end("more")
    assert written[13:] == [f"line {number}" for number in range(13, 21)]
    assert not teller.more()


def test_a_single_line_more_does_not_wait() -> None:
    assert told(13)[0][-1] == "line 13"


def test_what_waits_goes_with_the_next_answer() -> None:
    written, teller = told(20, 3)
    assert not teller.more()
    assert written[-1] == "line 3"


def test_more_tells_what_is_left_in_several_turns() -> None:
    written, teller = told(40)
    for last in ("16 more lines: type more.", "4 more lines: type more.", "line 40"):
        teller.begin()
        assert teller.more()
        teller.end("more")
        assert written[-1] == last
    assert not teller.more()


def test_what_goes_on_meanwhile_is_told_at_once() -> None:
    written: list[str] = []
    teller = Teller(written.append)
    teller.begin()
    for number in range(40):
        teller.say_now(f"step {number}")
    teller.end("run")
    assert len(written) == 40


def test_messages_are_kept_whole() -> None:
    _, teller = told(1, 20)
    assert [len(message.lines) for message in teller.messages] == [1, 20]


def test_a_line_has_nothing_that_moves_the_cursor() -> None:
    assert clean("a\x1b[2Jb\rc\td\x07\u202ee\u200b \n") == "a [2Jb c    d  e"


def test_of_much_the_beginning_and_the_end_are_told() -> None:
    lines = [str(number) for number in range(20)]
    assert list(first_and_last(lines, 2, 1, "{count} left out")) == ["0", "1", "17 left out", "19"]
    assert list(first_and_last(lines[:4], 2, 1, "")) == lines[:4]
