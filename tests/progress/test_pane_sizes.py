"""Sizes of panes hold over starts; a file that means nothing leaves them as usual."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.progress.pane_sizes import FILE, Sizes, remember_sizes, remembered_sizes


def test_nothing_was_moved(tmp_path: Path) -> None:
    assert remembered_sizes(tmp_path / "none") == {}


def test_the_last_sizes_of_each_layout_are_remembered(tmp_path: Path) -> None:
    data = tmp_path / "data"
    remember_sizes(data, {"wide": Sizes(lesson=60)})
    remember_sizes(data, {"wide": Sizes(lesson=64), "medium": Sizes(below=7)})
    assert remembered_sizes(data) == {"wide": Sizes(lesson=64), "medium": Sizes(below=7)}
    assert [path.name for path in data.iterdir()] == [FILE]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b'{"wide": 3}',
        b'{"wide": {"lesson": -4}}',
        b'{"wide": {"lesson": 1e99}}',
        b'{"wide": {"lesson": "40"}}',
        b"[" * 9_000,
        b" " * 99_999,
    ],
)
def test_a_file_that_means_nothing_moves_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    assert remembered_sizes(tmp_path) == {}


@given(content=st.binary(max_size=200))
def test_no_content_raises(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    data = tmp_path_factory.mktemp("data")
    (data / FILE).write_bytes(content)
    assert isinstance(remembered_sizes(data), dict)


def test_where_nothing_can_be_written_it_raises(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file in place of the folder")
    with pytest.raises(OSError, match="data"):
        remember_sizes(tmp_path / "data", {})
