"""No text names a key that a learner may have given away: it says `{key:NAME}`, and is filled."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tutor.session.commands import COMMANDS
from tutor.session.words.key_names import KEY
from tutor.ui.keys import direct_keys, key_names
from tutor.ui.remapping import normalise_key, remap

ROOT = Path(__file__).parents[2]

TABLE = "tutor/ui/keys.py"
"""Where keys are named."""

NAMED = re.compile(
    r"\b(?:Ctrl|Alt|Shift|Meta|Super)[+-](?:F\d+|[A-Z]\w+|\S)"
    r"|\bEsc,? (?:and )?(?:then )?(?:Enter|Tab|Space|[^\s|])(?!\w)"
    r"|\bF(?:1\d|2[0-4]|[1-9])\b"
    r"|\b(?:Esc|Escape|Enter|Tab|Backspace|PgUp|PgDn|Page ?Up|Page ?Down)\b"
)
"""Function keys, keys with a modifier, Esc and what follows it, keys of lists and fields. Words
such as Up and Home are left out: they mean other things as well, and no action can have them."""

FIXED = {
    "Esc": "opens the strip of letters, and leaves whatever stands over the step",
    "Enter": "answers questions and chooses in lists",
    "Tab": "moves on between fields",
    "Backspace": "edits what is searched for",
    "PgDn": "scrolls whatever has the focus",
}
"""Keys of widgets, that no action can be given."""

PANE_NUMBER = re.compile(r"Esc,? [1-9]")
"""Panes have numbers, not keys."""

SAID = {
    ("tutor/cli/exit_status.py", "Ctrl+C"),  # the terminal's own, where no action has a key
    ("tutor/cli/for_authors.py", "Ctrl+C"),
    ("tutor/cli/for_learners.py", "Ctrl+C"),
    ("tutor/plain/command_names.py", "Ctrl+C"),
    ("tutor/watch/watch_command.py", "Ctrl+C"),
    ("tutor/ui/screens/help.py", "Esc, then a"),  # any letter is meant
}


def strings_of(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of each string of a program that is no docstring."""
    tree = ast.parse(source)
    documented = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str() as text) if node not in documented:
                yield node.lineno, text


def texts_of(value: object) -> Iterator[str]:
    """All strings of a TOML file."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts_of(part)


def keys_in(name: str, text: str) -> list[str]:
    """The keys that a text of the file names and that an action may have."""
    return [
        key
        for key in NAMED.findall(text)
        if key not in FIXED and not PANE_NUMBER.fullmatch(key) and (name, key) not in SAID
    ]


@cache
def programs() -> tuple[tuple[str, int, str], ...]:
    """File, line and text of all strings of the package."""
    return tuple(
        (str(path.relative_to(ROOT)), line, text)
        for path in sorted((ROOT / "tutor").rglob("*.py"))
        for line, text in strings_of(path.read_text())
    )


def lessons() -> Iterator[tuple[str, str]]:
    """File and text of all strings of the lessons."""
    for path in sorted((ROOT / "lessons").rglob("*.toml")):
        for text in texts_of(tomllib.loads(path.read_text())):
            yield str(path.relative_to(ROOT)), text


def test_no_text_names_a_key() -> None:
    found = [
        f"{name}:{line}: {key} in {text!r}"
        for name, line, text in programs()
        if name != TABLE
        for key in keys_in(name, text)
    ]
    found += [f"{name}: {key} in {text!r}" for name, text in lessons() for key in keys_in("", text)]
    assert found == []


def test_what_may_be_said_is_said_somewhere() -> None:
    assert {(name, key) for name, _, text in programs() for key in NAMED.findall(text)} >= SAID


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("F4 checks the code.", ["F4"]),
        ("F12, or Shift+F6", ["F12", "Shift+F6"]),
        ("Ctrl+T judges the answer, Ctrl+PgDn too.", ["Ctrl+T", "Ctrl+PgDn"]),
        ("Esc, m: more time. Esc, . one phase. Esc, Enter", ["Esc, m", "Esc, .", "Esc, Enter"]),
        ("Esc, then o shows what is open; Esc l too", ["Esc, then o", "Esc l"]),
        ("Enter yes, Esc no. PgDn reads on. Esc, 3: the code. Ctrl+Z", ["Ctrl+Z"]),
        ("F-score, F100, a 2F3 and Escapes", []),
    ],
)
def test_a_key_that_is_named_is_seen(text: str, keys: list[str]) -> None:
    assert keys_in("", text) == keys
    planted = f'"""F1."""\nclass A:\n    """F1."""\n    X = f"{{y}}{text}"\n'
    assert [key for _, string in strings_of(planted) for key in keys_in("", string)] == keys
    table = tomllib.loads(f'[[option]]\nwhy = "{text}"\n')
    assert [key for string in texts_of(table) for key in keys_in("", string)] == keys


def test_every_key_of_the_table_is_seen() -> None:
    for row in COMMANDS:
        name = key_names()[row.name]
        if direct_keys(row.name) or row.letters[0] not in ("space", "tab"):
            assert keys_in("", f"{name} does it.") == [name]


@pytest.mark.parametrize("key", FIXED)
def test_a_key_that_may_be_named_can_be_given_to_no_action(key: str) -> None:
    assert remap({"run": (key,)}).mistakes
    assert normalise_key(key) not in {own for row in COMMANDS for own in row.keys}


def test_every_name_that_is_filled_in_is_that_of_an_action() -> None:
    named = [key for _, _, text in programs() for key in KEY.findall(text)]
    named += [key for _, text in lessons() for key in KEY.findall(text)]
    assert set(named) - set(key_names()) == set()
    assert {"check", "check.all", "next_step"} <= set(named)
