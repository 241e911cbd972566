"""What is kept and what is shown of much output."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tutor.client.captured_output import CapturedOutput, FloodFilter


def test_little_is_kept_whole() -> None:
    captured = CapturedOutput()
    assert captured.take(b"a\n") + captured.take(b"b") + captured.finish() == "a\nb"
    assert captured.text() == "a\nb"
    assert captured.read == 3


@given(st.lists(st.integers(1, 40_000), max_size=20))
def test_of_much_the_start_and_the_end_are_kept(sizes: list[int]) -> None:
    captured = CapturedOutput()
    whole = ""
    for number, size in enumerate(sizes):
        piece = str(number) * size
        whole += captured.take(piece.encode())
    text = captured.text()
    assert len(text) < 66_000
    if len(whole) <= 64 * 1024:
        assert text == whole
    else:
        assert text.startswith(whole[: 16 * 1024])
        assert text.endswith(whole[-48 * 1024 :])
        assert f"… {len(whole) - 64 * 1024:,} characters not kept …" in text


def test_a_flood_is_thinned_out() -> None:
    shown = FloodFilter()
    assert shown.thin("x" * 1000) == "x" * 1000
    flood = shown.thin("y" * 1_000_000)
    assert len(flood) < 10_000
    assert "characters not shown" in flood
    assert shown.thin("the last words") == "the last words"


def test_a_flood_in_many_pieces_is_thinned_out_too() -> None:
    shown = FloodFilter()
    pieces = [shown.thin("y" * 20_000) for _ in range(100)]
    assert pieces[0] == "y" * 20_000
    assert all("characters not shown" in piece for piece in pieces[20:])
