"""Close names are those that difflib finds, though most are left out before it is asked."""

from __future__ import annotations

import difflib

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
