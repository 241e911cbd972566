"""A docstring says in its first line what one gets or what happens.

The linter sees to the mood of verbs (D401) and to the form; here stands what it does not know.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "tutor").rglob("*.py"))

NO_VERBS = frozenset(
    re.findall(
        r"\w+",
        "a about after all an and any anything as at before both by each either every everything "
        "for from how if in its nothing of on once one only or same so some such than that the "
        "their them these they this those to under until what when where whether which while who "
        "whose why with within without yes",
    )
)
"""Words that begin a riddle ("What it holds.") where a verb should say what happens."""

RIDDLES = frozenset(["how", "nothing", "what", "when", "where", "whether", "which", "who", "whose"])
"""Words that begin a riddle where a module, a class or a field should be named by a noun."""

FEWEST_WORDS = 4

Function = ast.FunctionDef | ast.AsyncFunctionDef


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _is_property(node: Function) -> bool:
    names = {ast.unparse(decorator).rpartition(".")[2] for decorator in node.decorator_list}
    return bool(names & {"property", "cached_property"})


def _first_word(text: str) -> str:
    return text.split(maxsplit=1)[0].strip("`,:").lower()


def _named_docstrings(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and text of the docstrings of a module, its classes, fields and constants."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Module | ast.ClassDef):
            continue
        if own := ast.get_docstring(node):
            yield node.body[0].lineno, own
        for assigned, below in pairwise(node.body):
            is_field = isinstance(assigned, ast.Assign | ast.AnnAssign)
            if is_field and isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
                yield below.lineno, str(below.value.value)


def riddles_in(source: str) -> Iterator[str]:
    """Yield each docstring that does not say what one gets or what a thing is."""
    tree = ast.parse(source)
    for line, about in _named_docstrings(tree):
        if _first_word(about) in RIDDLES:
            yield f"line {line}: begins with {_first_word(about)!r}, no noun"
    for node in ast.walk(tree):
        if not isinstance(node, Function) or not (text := ast.get_docstring(node)):
            continue
        words = text.split("\n")[0].split()
        if len(words) < FEWEST_WORDS:
            yield f"line {node.lineno}: {node.name}: {text!r} says too little"
        elif _first_word(text) in NO_VERBS and not _is_property(node):
            yield f"line {node.lineno}: {node.name}: begins with {words[0]!r}, no verb"


def test_docstrings_say_what_one_gets() -> None:
    riddles = {_name(path): list(riddles_in(path.read_text())) for path in SOURCES}
    assert {name: found for name, found in riddles.items() if found} == {}


@pytest.mark.parametrize(
    ("docstring", "is_riddle"),
    [
        ("What it holds, as far as it goes.", True),
        ("Whether all is over by now.", True),
        ("Everything.", True),
        ("Yes.", True),
        ("Return the losses, thinned to `limit` points.", False),
    ],
)
def test_a_riddle_is_seen(docstring: str, *, is_riddle: bool) -> None:
    assert bool(list(riddles_in(f'def f():\n    """{docstring}"""'))) == is_riddle


def test_a_property_may_be_named_by_a_noun() -> None:
    source = 'class C:\n    @property\n    def step(self):\n        """The step on screen."""'
    assert list(riddles_in(source)) == []


@pytest.mark.parametrize(
    "source",
    [
        '"""What the app keeps."""',
        'class C:\n    """How far a run is."""',
        'class C:\n    steps: int\n    """Whether it trains."""',
        'LIMIT = 3\n"""Which lines count."""',
    ],
)
def test_a_riddle_of_a_module_a_class_or_a_field_is_seen(source: str) -> None:
    assert len(list(riddles_in(source))) == 1
    assert list(riddles_in(re.sub(r'"""\w+', '"""Everything', source))) == []
