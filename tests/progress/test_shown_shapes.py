"""Whether shapes are shown holds over starts; a file that means nothing shows them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutor.progress.shown_shapes import FILE, are_shapes_shown, remember_shown_shapes


def test_they_are_shown_until_the_learner_hides_them(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert are_shapes_shown(data)
    remember_shown_shapes(data, shown=False)
    assert not are_shapes_shown(data)
    remember_shown_shapes(data, shown=True)
    assert are_shapes_shown(data)
    assert [path.name for path in data.iterdir()] == [FILE]


@pytest.mark.parametrize("content", [b"", b"{", b'{"shown": 3}', b"[]", b"\xff", b"[" * 9_999])
def test_a_file_that_means_nothing_is_no_choice(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    assert are_shapes_shown(tmp_path)


def test_where_nothing_can_be_written_it_raises(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file in place of the folder")
    with pytest.raises(OSError, match="data"):
        remember_shown_shapes(tmp_path / "data", shown=False)
