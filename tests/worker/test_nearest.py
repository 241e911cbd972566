"""Close names are those that difflib finds, though most are left out before it is asked."""

from __future__ import annotations

import difflib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.worker.nearest import nearest_names

NAMES = st.text("abclosx_O1", min_size=1, max_size=9).filter(str.isidentifier)


@given(name=NAMES, own=st.lists(NAMES, unique=True))
def test_the_filter_before_difflib_loses_no_name(name: str, own: list[str]) -> None:
    error = NameError(f"name '{name}' is not defined", name=name)
    found = nearest_names(error, dict.fromkeys(own, 1))
    others = [each for each in own if each != name]
    same = [each for each in others if each.lower() == name.lower()]
    close = [*dict.fromkeys([*same, *difflib.get_close_matches(name, others, 3, 0.65)])][:3]
    assert list(found[: len(close)]) == close


class Net:
    def __init__(self, width: int) -> None: ...


@pytest.mark.parametrize(
    ("message", "near"),
    [
        ("Net.__init__() got an unexpected keyword argument 'widht'", ("width",)),
        ("Linear.__init__() got an unexpected keyword argument 'bais'", ("bias",)),
        ("Net.forward() got an unexpected keyword argument 'widht'", ()),
        ("zeros() got an unexpected keyword argument 'dtyp'", ()),
        ("Unknown() got an unexpected keyword argument 'bais'", ()),
        ("cannot import name 'Liner' from 'torch.nn' (a file)", ("Linear",)),
        ("No module named 'torch.nn.functionl'", ("functional",)),
        ("No module named 'torc'", ()),
        ("anything else", ()),
    ],
)
def test_arguments_and_names_of_modules_are_near_too(message: str, near: tuple[str, ...]) -> None:
    assert nearest_names(TypeError(message), {"Net": Net}) == near
    assert nearest_names(ImportError(message), {"Net": Net}) == near


def test_an_error_that_a_program_defines_is_not_looked_at() -> None:
    class OwnError(TypeError):
        def __str__(self) -> str:
            raise AssertionError

    assert nearest_names(OwnError("Net() got an unexpected keyword argument 'widht'"), {}) == ()
