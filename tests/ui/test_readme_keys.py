"""The table of keys in the README is the one that the tables of actions and keys make."""

from __future__ import annotations

from pathlib import Path

from tutor.ui.keys import key_table_markdown

README = Path(__file__).parents[2] / "README.md"


def test_the_readme_holds_the_key_table() -> None:
    text = README.read_text(encoding="utf-8")
    _, _, after = text.partition("<!-- keys:")
    table = after.partition("-->\n")[2].partition("<!-- /keys -->")[0]
    assert table == key_table_markdown()
