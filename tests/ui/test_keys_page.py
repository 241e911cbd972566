"""The table in docs/keys.md is the one that the tables of actions and keys make."""

from __future__ import annotations

from pathlib import Path

from tutor.session.commands import NAMED
from tutor.ui.key_texts import key_table_markdown
from tutor.ui.keys import key_name

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "keys.md"
README = ROOT / "README.md"
WRITE_ANEW = "python -m tests.ui.test_keys_page writes the table anew"


def _split() -> tuple[str, str, str]:
    """The page before the table, the table, and the rest."""
    text = PAGE.read_text(encoding="utf-8")
    start = text.index("-->\n", text.index("<!-- keys:")) + len("-->\n")
    end = text.index("<!-- /keys -->")
    return text[:start], text[start:end], text[end:]


def test_the_page_holds_the_key_table() -> None:
    _, table, _ = _split()
    assert table == key_table_markdown(), WRITE_ANEW


def test_the_words_on_another_editor_name_its_keys() -> None:
    text = README.read_text(encoding="utf-8").split("### Your own editor", 1)[1].split("###", 1)[0]
    assert f"<kbd>Esc</kbd>, then <kbd>{NAMED['watch'].letters[0]}</kbd>" in text
    assert f"<kbd>{key_name(NAMED['edit'].keys[0])}</kbd> lends" in text


def write() -> None:
    """Put the table as it is now into the page."""
    before, _, after = _split()
    PAGE.write_text(before + key_table_markdown() + after, encoding="utf-8")


if __name__ == "__main__":
    write()
