"""The theme chosen in the app holds until config.toml says something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutor.progress.chosen_theme import FILE, remember_theme, remembered_theme


def test_nothing_was_chosen(tmp_path: Path) -> None:
    assert remembered_theme(tmp_path / "none", "dark") == "dark"


def test_a_choice_is_remembered_and_the_last_one_counts(tmp_path: Path) -> None:
    data = tmp_path / "data"
    remember_theme(data, "light", "dark")
    remember_theme(data, "contrast", "dark")
    assert remembered_theme(data, "dark") == "contrast"
    assert [path.name for path in data.iterdir()] == [FILE]


def test_a_theme_that_config_names_later_goes_first(tmp_path: Path) -> None:
    remember_theme(tmp_path, "light", "dark")
    assert remembered_theme(tmp_path, "contrast") == "contrast"


@pytest.mark.parametrize("content", [b"", b"{", b'{"theme": 3}', b"[]", b"\xff", b"x" * 9_999])
def test_a_file_that_means_nothing_is_no_choice(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    assert remembered_theme(tmp_path, "dark") == "dark"


def test_where_nothing_can_be_written_it_raises(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file in place of the folder")
    with pytest.raises(OSError, match="data"):
        remember_theme(tmp_path / "data", "light", "dark")
