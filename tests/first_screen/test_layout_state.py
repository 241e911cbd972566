"""Which panes are on screen, for every width, kind of step and pane looked at."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tutor.course.kinds import kind_name
from tutor.course.model import (
    CodeStep,
    OrderStep,
    OwnProgram,
    PredictStep,
    QuizStep,
    ReadStep,
    Step,
)
from tutor.first_screen.kinds import display_of, pane_names
from tutor.first_screen.layout import (
    ABOVE,
    BELOW,
    LayoutState,
    charts_of,
    first_panes,
    layout_size,
    neighbour,
    size_of,
    visible_panes,
)
from tutor.terminal_facts import too_small

READ = ReadStep(id="r", title="R", text="")
QUIZ = QuizStep(id="q", title="Q", text="", mode="one", hints=("h",))
CODE = CodeStep(id="c", title="C", text="", scaffold="", solution="")

GUESS = PredictStep(id="p", title="P", text="", mode="one", program="", hints=("h",))
TRIED = replace(GUESS, scaffold="x = 1")

TRAINED = replace(TRIED, views=("loss", "map"))
ORDER = OrderStep(id="o", title="O", text="", lines="x = 1\ny = 2")
ONE_VIEW = replace(CODE, views=("loss",))

STEPS: list[Step] = [READ, QUIZ, GUESS, TRIED, TRAINED, CODE, ORDER, ONE_VIEW]


@st.composite
def looks(draw: st.DrawFn) -> LayoutState:
    step: Step = draw(st.sampled_from(STEPS))
    names = pane_names(step)
    possible: list[str] = [n for n in names if n in BELOW]
    below = draw(st.sampled_from(possible or [""]))
    return LayoutState(
        size=draw(st.sampled_from(["narrow", "medium", "wide"])),
        kind=kind_name(step),
        names=names,
        pane=draw(st.sampled_from(names)),
        below=below,
        has_content=draw(st.booleans()) and bool(below),
        filled=draw(st.frozensets(st.sampled_from(["loss", "tensors"])))
        if kind_name(step) == "code"
        else frozenset(),
        zoomed=draw(st.booleans()),
    )


@given(looks())
def test_only_panes_of_the_step_are_shown(layout: LayoutState) -> None:
    assert visible_panes(layout) <= set(layout.names)


@given(looks())
def test_the_pane_looked_at_is_shown_wherever_it_can_be_chosen(layout: LayoutState) -> None:
    chosen = replace(layout, below=layout.pane) if layout.pane in BELOW else layout
    assert chosen.pane in visible_panes(chosen)


@given(looks())
def test_one_pane_at_a_time_leaves_room_for_a_peek_only(layout: LayoutState) -> None:
    if layout.single:
        beside = visible_panes(layout) - {layout.pane}
        assert beside <= {layout.below, "loss"}
        assert (layout.below in beside) == layout.collapsed_below
        assert ("loss" in beside) == layout.curve_beside


@given(looks())
def test_going_round_visits_every_pane_that_is_on_screen(layout: LayoutState) -> None:
    at = replace(layout, pane="lesson")
    seen = set()
    for _ in layout.names:
        at = replace(at, pane=neighbour(at, 1))
        seen.add(at.pane)
    if layout.single:
        assert seen == set(layout.names)
    else:
        on_screen = visible_panes(replace(layout, pane="lesson"))
        assert seen == on_screen | {name for name in layout.names if name in ABOVE}


@given(looks())
def test_going_back_undoes_going_on(layout: LayoutState) -> None:
    start = replace(layout, pane="lesson")
    assert neighbour(replace(start, pane=neighbour(start, 1)), -1) == "lesson"


def test_sizes() -> None:
    assert [size_of(w) for w in (60, 99, 100, 159, 160)] == [
        "narrow",
        "narrow",
        "medium",
        "medium",
        "wide",
    ]
    assert not too_small(60, 16)
    assert too_small(59, 16)
    assert too_small(60, 15)


def test_numbers_of_panes_go_on_from_kind_to_kind() -> None:
    assert pane_names(READ) == ("lesson",)
    assert pane_names(QUIZ) == ("lesson", "quiz", "verdict", "hints")
    assert pane_names(CODE)[:3] == ("lesson", "code", "verdict")
    assert pane_names(None) == ("lesson",)
    assert pane_names(GUESS) == ("lesson", "predict", "output", "hints")
    assert pane_names(TRIED) == ("lesson", "predict", "code", "output", "hints")
    assert [display_of(s).first_below for s in (READ, QUIZ, CODE)] == ["", "verdict", "output"]


def test_of_two_panes_to_answer_in_the_one_looked_at_last_has_the_room() -> None:
    layout = LayoutState(
        size="medium",
        kind="predict",
        names=pane_names(TRIED),
        pane="lesson",
        below="output",
    )
    assert visible_panes(layout) == {"lesson", "predict"}
    assert visible_panes(replace(layout, pane="code", above="code")) == {"lesson", "code"}
    told = replace(layout, pane="output", above="code", has_content=True)
    assert visible_panes(told) == {"lesson", "code", "output"}


def test_a_hint_is_seen_under_a_prediction_and_its_output_is_not() -> None:
    layout = LayoutState(
        size="narrow", kind="predict", names=pane_names(GUESS), pane="predict", has_content=True
    )
    assert visible_panes(replace(layout, below="hints")) == {"predict", "hints"}
    assert visible_panes(replace(layout, below="output")) == {"predict"}


def test_a_wrong_program_has_the_rows_of_the_charts_until_they_are_asked_for() -> None:
    names = (*pane_names(CODE), "guess")
    looked = LayoutState(size="medium", kind="code", names=names, pane="code", below="verdict")
    looked = replace(looked, filled=frozenset({"loss", "tensors"}), has_content=True)
    charts = {"loss", "tensors"}
    assert charts < visible_panes(looked)
    guessing = replace(looked, pane="guess", above="guess")
    assert charts.isdisjoint(visible_panes(guessing))
    assert charts.isdisjoint(visible_panes(replace(guessing, pane="verdict")))
    assert charts < visible_panes(replace(guessing, pane="tensors"))
    assert charts < visible_panes(replace(guessing, size="wide"))


def test_a_plot_has_the_place_of_the_tensors() -> None:
    names = (*pane_names(CODE), "plot")
    run = LayoutState(
        size="wide",
        kind="code",
        names=names,
        pane="code",
        below="output",
        filled=frozenset({"tensors", "plot"}),
    )
    assert charts_of(run) == ("plot",)
    assert charts_of(replace(run, filled=run.filled | {"loss"})) == ("loss", "plot")
    assert charts_of(replace(run, pane="tensors")) == ("tensors", "plot")
    assert charts_of(replace(run, size="medium", filled=run.filled | {"loss"})) == ("loss", "plot")
    assert charts_of(replace(run, filled=run.filled - {"plot"})) == ("loss", "tensors")


def test_a_model_that_does_not_learn_comes_forward_unless_another_view_was_chosen() -> None:
    run = LayoutState(
        size="wide",
        kind="try",
        names=(*pane_names(OwnProgram(id="try", title="t", lesson="own")), "map"),
        pane="code",
        has_content=True,
        filled=frozenset({"loss", "tensors", "model", "map"}),
        trouble_in_model=True,
    )
    assert charts_of(run) == ("loss", "model")
    assert charts_of(replace(run, trouble_in_model=False)) == ("loss", "map")
    assert charts_of(replace(run, chart="tensors")) == ("loss", "tensors")


def test_without_a_text_two_columns_have_room_for_charts() -> None:
    own = OwnProgram(id="o", title="O")
    names = pane_names(own)
    assert "lesson" not in names
    assert [layout_size(names, width) for width in (80, 120, 200)] == ["narrow", "wide", "wide"]
    assert layout_size(pane_names(CODE), 120) == "medium"
    assert first_panes(own, 80, 24) == {"code"}
    assert first_panes(own, 120, 35) == {"code", "output", "loss", "tensors"}
