"""What is marked in a program before it runs, and what is not yet."""

from __future__ import annotations

import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.grading.code_markers import (
    MAX_CHARACTERS,
    CodeMarker,
    Found,
    MarkerSearch,
    Place,
    Search,
)

GIVENS = "import torch\nfrom torch import nn\ninput_tensor = torch.tensor([[2.4]])"


def ended(search: Search) -> Found:
    """What a search comes to."""
    while True:
        try:
            next(search)
        except StopIteration as end:
            found: Found = end.value
            return found


def found_in(source: str, writing: Place | None = None) -> Found:
    return ended(MarkerSearch(GIVENS).search(source, writing))


def marked(source: str, writing: Place | None = None) -> list[str]:
    lines = source.split("\n")
    markers = found_in(source, writing).markers
    return [f"{each.row}: {lines[each.row][each.start : each.end]}" for each in markers]


def said(source: str) -> list[str]:
    search = MarkerSearch(GIVENS)
    return [search.explain(each) for each in ended(search.search(source)).markers]


def test_unknown_names_are_marked_where_they_are_read() -> None:
    assert marked("x = trch.exp(input_tensor)\ny = trch") == ["0: trch", "1: trch"]
    assert said("x = trch.exp(1)") == ["`trch` does not exist here. Did you mean `torch`?"]


def test_names_of_the_givens_and_of_the_program_above_are_offered() -> None:
    assert said("y = inputtensor") == [
        "`inputtensor` does not exist here. Did you mean `input_tensor`?"
    ]
    assert said("weights = 1\ny = weigths") == [
        "`weigths` does not exist here. Did you mean `weights`?"
    ]


def test_text_that_is_no_python_is_marked_alone() -> None:
    source = "x = unknown\nfor i in range(3)\n    print(i)\ny = x x"
    assert marked(source) == ["1: for i in range(3)"]
    assert said(source) == [
        "Line 2 needs a colon, as each `with`, `for`, `if`, `else`, `def` and `class` has one in "
        "front of its block."
    ]


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("x = (1, 2\n", "0: ("),
        ("x = 3 3", "0: 3"),
        ("return 3", "0: return 3"),
        ("x = 'abc", "0: '"),
        ("if x:\nprint(1)", "1: print(1)"),
        ("a = 1\n  b = 2", "1: b = 2"),
        ("größe = (1 2)", "0: 1 2"),
    ],
)
def test_the_place_is_that_of_python(source: str, place: str) -> None:
    assert marked(source) == [place]


@pytest.mark.parametrize(
    "source",
    [
        "",
        "y = ____",
        "y = ...",
        "from torch import *\ny = unknown",
        "model = nn.Sequential(\nnn.Linear(1, 2),\n)\ntext = '''\nif x\n'''\n",
        "@torch.no_grad()\n\n# as ever\ndef f():\n    return 1\nelse_ = f()",
        "if input_tensor.sum() > 0:\n    y = 1\nelse:\n    y = 2\nprint(y)",
        "def early():\n    return later()\ndef later():\n    return 1",
        "x" * (MAX_CHARACTERS + 1),
    ],
)
def test_what_is_right_or_not_filled_in_has_no_marker(source: str) -> None:
    assert found_in(source) == Found()


def test_givens_that_bind_names_unseen_make_all_names_known() -> None:
    search = MarkerSearch("from torch import *")
    assert ended(search.search("y = unknown")).markers == ()
    assert len(ended(search.search("y = (")).markers) == 1
    assert ended(MarkerSearch("this is no Python").search("y = unknown")).markers == ()


@pytest.mark.parametrize(
    "source",
    [
        "y = torch.exp(▏",
        "y = torch.exp(▏)",
        "y = torch.▏",
        "y =▏",
        "for i in range(3)▏",
        "for i in range(3):▏\nprint(i)",
        "for i in range(3)▏\n    print(i)",
        "if 1:\n    pass\nelif▏\n    pass",
        "for i in range(3):\n    ▏",
        "for i in range(3):\n    ▏\nprint(i)",
        "model = nn.Sequential(\n    nn.Linear(1, 2)\n    nn.▏\n)",
        "try:\n    x = 1\n▏",
        "x = 1\ndef f(a▏\ny = 2",
        "text = '''abc\n▏",
        # names
        "y = trc▏",
        "loss ▏",
        "loss, rate▏",
        "grads[0]▏",
        "y = [f(x)▏]",
        "y = [\n    f(x)▏\n]",
        "print(unknown, ▏)",
        "for i in unknown:▏",
    ],
)
def test_a_line_that_must_be_unfinished_is_let_be(source: str) -> None:
    before, _, behind = source.partition("▏")
    writing = before.count("\n"), len(before.rpartition("\n")[2])
    found = found_in(before + behind, writing)
    here = writing[0]
    assert found.holds_back or found == found_in(before + behind)
    assert [each for each in found.markers if each.row == here] == []


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("x = (1 2)\n▏", "0: 1 2"),
        ("for i in range(3)\n    ▏", "0: for i in range(3)"),
        ("y = trch.exp(input_tensor)▏", "0: trch"),
        ("y = trch.exp(input_tensor)\n▏", "0: trch"),
        ("y = trch + tor▏", "0: trch"),
        ("▏x = 1\ny = (1 2)", "1: 1 2"),
        ("x = 1▏\n\n\ny = 3 3", "3: 3"),
    ],
)
def test_what_is_wrong_all_the_same_is_marked(source: str, place: str) -> None:
    before, _, behind = source.partition("▏")
    writing = before.count("\n"), len(before.rpartition("\n")[2])
    assert marked(before + behind, writing) == [place]


def test_of_a_program_that_cannot_be_read_yet_nothing_else_is_known() -> None:
    assert found_in("a = unknown\nb = (", (1, 5)) == Found(holds_back=True, is_unread=True)
    assert found_in("a = unknown\nb = lo", (1, 6)).is_unread is False


PARTS = (
    *("x = 1\n", "y = unknown\n", "if x:\n    y = 2\n", "else:\n    z = 3\n", "def f(a):\n"),
    *("    return a\n", "class C:\n    b = 1\n", "@f\n", "'''", "(", ")", "[1,\n", "]\n", "\n"),
    *("# note\n", "\\\n", "ü = f'{x}'\n", "return x\n", "try:\n", "    ", "= "),
)
programs = st.lists(st.sampled_from(PARTS), max_size=14).map("".join)


def python_says(source: str) -> tuple[int | None, int | None, str] | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(source, "exercise.py", "exec", dont_inherit=True)
        except SyntaxError as error:
            return error.lineno, error.offset, error.msg
    return None


def _told(marker: CodeMarker) -> tuple[int | None, int | None, str]:
    return marker.error.line, marker.error.column, marker.error.message


@given(st.lists(programs, min_size=1, max_size=3), st.data())
@settings(max_examples=150)
def test_statements_apart_are_read_as_the_whole(sources: list[str], data: st.DataObject) -> None:
    search = MarkerSearch(GIVENS)
    for source in sources:
        found = ended(search.search(source))
        assert found == found_in(source)
        told = [_told(each) for each in found.markers if each.error.type_name != "NameError"]
        expected = python_says(source)
        assert told == ([expected] if expected is not None else [])
        lines = source.split("\n")
        for each in found.markers:
            assert 0 <= each.start <= each.end <= len(lines[each.row])
            assert search.explain(each)
        row = data.draw(st.integers(0, len(lines) - 1))
        held = ended(search.search(source, (row, data.draw(st.integers(0, len(lines[row]))))))
        assert held.is_unread or set(held.markers) <= set(found.markers)
