"""What a program prints, as lines that a terminal can show."""

from __future__ import annotations

from tutor.watch.printed_lines import FIRST, LAST, PrintedLines


def test_lines_are_shown_once_they_end() -> None:
    printed = PrintedLines()
    assert printed.add("one\ntw") == ["one"]
    assert printed.add("o\n\n") == ["two", ""]
    assert (printed.add("three"), printed.end()) == ([], ["three"])


def test_nothing_in_them_commands_the_terminal() -> None:
    assert PrintedLines().add("\x1b]0;title\x07\x1b[2J\n") == ["\\x1b]0;title\\x07\\x1b[2J"]


def test_a_line_that_is_drawn_over_is_shown_as_it_was_last() -> None:
    assert PrintedLines().add("1 of 2\r2 of 2\r\n") == ["2 of 2"]


def test_of_very_many_lines_the_beginning_and_the_end_are_shown() -> None:
    printed = PrintedLines()
    lines = [str(number) for number in range(1_000)]
    shown = printed.add("\n".join(lines))
    left_out = 1_000 - FIRST - LAST
    assert shown == lines[:FIRST]
    assert printed.end() == [f"({left_out} lines left out)", *lines[-LAST:]]


def test_of_a_few_more_lines_all_are_shown() -> None:
    printed = PrintedLines()
    lines = [str(number) for number in range(FIRST + LAST)]
    assert [*printed.add("\n".join(lines)), *printed.end()] == lines
