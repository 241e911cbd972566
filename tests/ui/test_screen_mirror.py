"""The copy of the terminal's screen, and what is sent to change it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyte import Screen, Stream
from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tutor.ui.terminal.screen_mirror import AnsiWriter, ScreenMirror

RED = Style(color="#ff0000", bgcolor="#000010")
BLUE = Style(color="#0000ff", bgcolor="#000010")
BOLD = Style(color="#0000ff", bgcolor="#000010", bold=True)

STYLES = [
    None,
    Style(),
    RED,
    BLUE,
    BOLD,
    Style(bold=True),
    Style(italic=True, underline=True),
    Style(bgcolor="#203040", reverse=True),
    Style(color="red"),
    Style(color="default", bgcolor="blue", dim=True),
]


def strip(*parts: tuple[str, Style | None]) -> Strip:
    return Strip([Segment(text, style) for text, style in parts])


def sent(
    mirror: ScreenMirror, *parts: tuple[str, Style | None], y: int = 0, x: int = 0,
    colors: ColorSystem = ColorSystem.TRUECOLOR,
) -> str:  # fmt: skip
    """What changes one row into these parts."""
    writer = AnsiWriter()
    mirror.change(writer, y, x, strip(*parts), colors)
    return writer.finish()


def test_what_is_shown_already_is_not_sent() -> None:
    mirror = ScreenMirror()
    assert sent(mirror, ("abc", RED)) == "\x1b[1;1H\x1b[38;2;255;0;0;48;2;0;0;16mabc\x1b[0m"
    assert sent(mirror, ("a", RED), ("bc", RED)) == ""


def test_only_the_changed_cells_are_sent_and_short_gaps_with_them() -> None:
    mirror = ScreenMirror()
    sent(mirror, ("one two three four five", None))
    assert sent(mirror, ("one Two Three four fivE", None)) == "\x1b[1;5HTwo T\x1b[23GE"


def test_a_gap_of_another_colour_is_not_bridged() -> None:
    mirror = ScreenMirror()
    sent(mirror, ("a", None), ("-", RED), ("b", None))
    assert sent(mirror, ("A", None), ("-", RED), ("B", None)) == "\x1b[1;1HA\x1b[3GB"


def test_another_colour_alone_needs_no_reset() -> None:
    mirror = ScreenMirror()
    sequences = sent(mirror, ("a", RED), ("b", BLUE), ("c", BOLD), ("d", None))
    assert sequences == (
        "\x1b[1;1H\x1b[38;2;255;0;0;48;2;0;0;16ma\x1b[38;2;0;0;255mb"
        "\x1b[0;1;38;2;0;0;255;48;2;0;0;16mc\x1b[0md"
    )


def test_after_forgetting_all_is_sent() -> None:
    mirror = ScreenMirror()
    first = sent(mirror, ("abc", RED))
    mirror.forget()
    assert sent(mirror, ("abc", RED)) == first


def test_what_was_never_sent_is_not_taken_as_blank() -> None:
    mirror = ScreenMirror()
    sent(mirror, ("far", None), x=10)
    assert sent(mirror, (" ", None)) == "\x1b[1;1H "


def test_a_piece_with_a_wide_character_is_sent_whole() -> None:
    mirror = ScreenMirror()
    sent(mirror, ("ab日cd", None))
    assert sent(mirror, ("ab日cD", None)) == "\x1b[1;1Hab日cD"
    assert sent(mirror, ("ab..cD", None)) == "\x1b[1;1Hab..cD"
    assert sent(mirror, ("ab..cd", None)) == "\x1b[1;6Hd"


def test_half_a_wide_character_overwritten_is_a_whole_one_lost() -> None:
    mirror = ScreenMirror()
    sent(mirror, ("日本", None))
    assert sent(mirror, ("x", None), x=1) == "\x1b[1;2Hx"
    assert sent(mirror, (" x本", None)) == "\x1b[1;1H x本"
    assert sent(mirror, ("y", None), x=2) == "\x1b[1;3Hy"
    assert sent(mirror, (" xy ", None)) == "\x1b[1;4H "


@pytest.mark.parametrize("text", ["e\u0301x", "👩\u200d🔬x", "❤\ufe0fx"])
def test_a_row_in_which_characters_combine_is_never_taken_as_known(text: str) -> None:
    mirror = ScreenMirror()
    first = sent(mirror, (text, None))
    assert first == f"\x1b[1;1H{text}"
    assert sent(mirror, (text, None)) == first
    assert sent(mirror, ("plain", None)) == "\x1b[1;1Hplain"
    assert sent(mirror, ("plain", None)) == ""


def test_an_accent_in_another_style_stays_with_its_letter() -> None:
    assert "e\u0301" in sent(ScreenMirror(), ("e", RED), ("\u0301x", BLUE))


def test_a_link_is_opened_and_closed() -> None:
    link = Style(link="https://example.org", color="#0000ff")
    sequences = sent(ScreenMirror(), ("a", link), ("b", None), ("c", link))
    opened = f"\x1b]8;id={link.link_id};https://example.org\x1b\\\x1b[38;2;0;0;255m"
    closed = "\x1b]8;;\x1b\\"
    assert sequences == (
        f"\x1b[1;1H{opened}a{closed}\x1b[39mb{opened}c\x1b[0m{closed}"
    )  # fmt: skip


def test_colours_are_those_the_terminal_has() -> None:
    sequences = sent(ScreenMirror(), ("a", RED), colors=ColorSystem.STANDARD)
    assert "38;2" not in sequences
    assert sequences != "\x1b[1;1Ha"


PARTS = st.lists(
    st.tuples(st.text("ab │▀⣿日é", min_size=1, max_size=6), st.sampled_from(STYLES)),
    min_size=1,
    max_size=4,
)


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 30), PARTS), max_size=12))
def test_any_pieces_show_the_same_as_when_all_is_sent(
    pieces: list[tuple[int, int, list[tuple[str, Style | None]]]],
) -> None:
    console = Console(force_terminal=True, color_system="truecolor")
    full, changed = Screen(80, 3), Screen(80, 3)
    mirror = ScreenMirror()
    for y, x, parts in pieces:
        Stream(full).feed(f"\x1b[{y + 1};{x + 1}H{strip(*parts).render(console)}")
        Stream(changed).feed(sent(mirror, *parts, y=y, x=x))
        assert changed.buffer == full.buffer
