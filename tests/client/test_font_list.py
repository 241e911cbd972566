"""matplotlib's list of fonts is made once, by a process of its own, where matplotlib is there."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from tests.support.wait import wait_until
from tutor.client.font_list import FontList

FAKE = "import os, pathlib; pathlib.Path(os.environ['MPLCONFIGDIR'], 'fontlist-v1.json').touch()"


def packages(folder: Path, *, version: str = "3.9.1") -> list[str]:
    """A folder of packages with a matplotlib that only makes its list of fonts."""
    package = folder / "packages" / "matplotlib"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "font_manager.py").write_text(FAKE)
    (folder / "packages" / f"matplotlib-{version}.dist-info").mkdir()
    return [str(folder / "packages")]


def test_without_matplotlib_there_is_no_list(tmp_path: Path) -> None:
    fonts = FontList(tmp_path / "cache", ["", str(tmp_path)])
    fonts.make()
    fonts.close()
    assert (fonts.folder, list(tmp_path.iterdir())) == ("", [])


def test_the_list_is_made_once_for_each_version(tmp_path: Path) -> None:
    search = packages(tmp_path)
    fonts = FontList(tmp_path / "cache", search)
    folder = Path(fonts.folder)
    assert folder == tmp_path / "cache" / "3.9.1"
    environment = {**os.environ, "PYTHONPATH": search[0]}
    fonts.make(environment)
    wait_until(lambda: list(folder.iterdir()), "the list of fonts")
    fonts.close()
    again = FontList(tmp_path / "cache", search)
    again.make({})
    again.close()
    assert [file.name for file in folder.iterdir()] == ["fontlist-v1.json"]


def test_programs_under_another_account_can_read_it(tmp_path: Path) -> None:
    previous = os.umask(0o077)
    try:
        folder = Path(FontList(tmp_path / "cache", packages(tmp_path)).folder)
    finally:
        os.umask(previous)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755


def test_a_cache_that_cannot_be_written_is_none(tmp_path: Path) -> None:
    (tmp_path / "cache").touch()
    assert FontList(tmp_path / "cache", packages(tmp_path)).folder == ""
    assert FontList(None, packages(tmp_path / "other")).folder == ""
