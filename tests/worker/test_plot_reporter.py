"""Figures on their way to the app: few events while a program runs, all figures at its end."""

from __future__ import annotations

from collections.abc import Iterable

from tutor.wire.commands import Command
from tutor.wire.events import FiguresKept, FromLearner, PlotsDrawn
from tutor.wire.plotted import MAX_FIGURES, PlotFigure
from tutor.worker.plot_reporter import SEND_EVERY, PlotReporter


class Plotted:
    """What stands for a figure of matplotlib."""

    def __init__(self, title: str = "") -> None:
        self.title = title


class Unkept(Plotted):
    """One that cannot be pickled."""

    def __reduce__(self) -> str:
        raise TypeError


class Listening:
    """A channel that keeps what it gets, and a clock that a test moves."""

    def __init__(self) -> None:
        self.events: list[FromLearner] = []
        self.now = 0.0
        self.is_full = False
        self.open: list[object] = []
        self.reporter = PlotReporter(self, lambda: self.now)
        self.reporter.connect(read, lambda: self.open)

    def send(self, event: FromLearner) -> None:
        self.events.append(event)

    def offer(self, event: FromLearner) -> bool:
        if not self.is_full:
            self.events.append(event)
        return not self.is_full

    def send_all(self, events: Iterable[FromLearner]) -> None:
        self.events += events

    def offer_all(self, events: Iterable[FromLearner]) -> int:
        return sum(map(self.offer, events))

    def report(self, event: FromLearner) -> None:
        self.send(event)

    def receive(self) -> Command:
        raise EOFError

    def is_waiting(self) -> bool:
        return False

    @property
    def titles(self) -> list[list[str]]:
        """The titles in each event about plots."""
        drawn = [event for event in self.events if isinstance(event, PlotsDrawn)]
        return [[figure.title for figure in event.figures] for event in drawn]


def read(figure: object, number: int) -> PlotFigure:
    assert isinstance(figure, Plotted)
    return PlotFigure(number, figure.title)


def test_a_figure_that_changes_is_sent_five_times_a_second_at_most() -> None:
    app, figure = Listening(), Plotted()
    for step in range(100):
        figure.title = str(step)
        app.reporter.show(figure)
        app.now += 0.0625
    assert SEND_EVERY == 0.2
    assert app.titles == [[str(step)] for step in range(0, 100, 4)]


def test_the_last_state_comes_at_the_end() -> None:
    app, figure = Listening(), Plotted("first")
    app.reporter.show(figure)
    figure.title = "last"
    app.reporter.show(figure)
    app.reporter.finish()
    assert app.titles == [["first"], ["last"]]


def test_a_figure_that_was_never_shown_is_told_at_the_end() -> None:
    app = Listening()
    app.open = [Plotted("forgotten")]
    app.reporter.finish()
    assert app.titles == [["forgotten"]]


def test_a_program_that_breaks_the_list_of_figures_has_those_that_it_showed() -> None:
    app = Listening()
    app.reporter.show(Plotted("shown"))

    def refuse() -> list[object]:
        raise TypeError

    app.reporter.connect(read, refuse)
    app.reporter.finish()
    assert app.titles == [["shown"], ["shown"]]


def test_a_program_without_plots_sends_nothing() -> None:
    app = Listening()
    app.reporter.finish()
    PlotReporter(app).finish()
    assert app.events == []


def test_an_app_that_does_not_keep_up_holds_nothing_up() -> None:
    app = Listening()
    app.is_full = True
    app.reporter.show(Plotted("one"))
    assert app.events == []
    app.reporter.finish()
    assert app.titles == [["one"]]


def test_of_many_figures_the_last_are_kept_with_their_numbers() -> None:
    app = Listening()
    for number in range(MAX_FIGURES + 3):
        app.reporter.show(Plotted(str(number)))
    app.reporter.finish()
    drawn = app.events[-2]
    assert isinstance(drawn, PlotsDrawn)
    assert [figure.number for figure in drawn.figures] == list(range(4, MAX_FIGURES + 4))
    assert drawn.figures[-1].title == str(MAX_FIGURES + 2)


def test_what_cannot_be_kept_is_left_out() -> None:
    app = Listening()
    app.reporter.show(Plotted(), Unkept(), Plotted())
    app.reporter.finish()
    kept = app.events[-1]
    assert isinstance(kept, FiguresKept)
    assert [figure.number for figure in kept.figures] == [1, 3]
