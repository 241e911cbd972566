"""The table in docs/keys.md is the one that the tables of actions and keys make."""

from __future__ import annotations

import re
from pathlib import Path

from tutor.session.commands import NAMED
from tutor.ui.key_texts import key_table_markdown
from tutor.ui.keys import key_name

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "keys.md"
README = ROOT / "README.md"
LEARNERS = ROOT / "docs" / "for-learners.md"
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
    text = LEARNERS.read_text(encoding="utf-8").split("## Your own editor", 1)[1].split("##", 1)[0]
    assert f"<kbd>Esc</kbd>, then <kbd>{NAMED['watch'].letters[0]}</kbd>" in text
    assert f"<kbd>{key_name(NAMED['edit'].keys[0])}</kbd> opens" in text


def test_the_readme_has_five_keys_as_the_app_has_them() -> None:
    rows = re.findall(r"^\| <kbd>(.+?)</kbd> \| (.+) \|$", README.read_text("utf-8"), re.M)
    named = [NAMED[name] for name in ("run", "check", "hint", "next_step", "help")]
    assert rows == [(key_name(row.keys[0]), f"{row.label}: {row.tip}") for row in named]


def write() -> None:
    """Put the table as it is now into the page."""
    before, _, after = _split()
    PAGE.write_text(before + key_table_markdown() + after, encoding="utf-8")


if __name__ == "__main__":
    write()
