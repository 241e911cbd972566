"""What a pane has without saying anything: a name, a title, and something that takes the focus."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widget import Widget
from textual.widgets import Input

from tutor.session.timeline import Timeline
from tutor.ui.pane import Pane


class Bare(Pane):
    pass


class WithInput(Pane):
    def __init__(self) -> None:
        super().__init__("asking", Timeline())
        self.input = Input()

    def compose(self) -> ComposeResult:
        yield self.input

    def focus_target(self) -> Widget:
        return self.input


class Host(App[None]):
    def compose(self) -> ComposeResult:
        yield Bare("bare", Timeline())
        yield WithInput()


async def test_a_pane_that_names_no_widget_takes_the_focus_itself() -> None:
    async with Host().run_test() as pilot:
        bare = pilot.app.query_one(Bare)
        pilot.app.screen.set_focus(bare.focus_target())
        assert pilot.app.focused is bare
        assert (bare.pane_name, bare.border_title) == ("bare", "Bare")


async def test_a_pane_that_names_a_widget_takes_no_focus_from_it() -> None:
    async with Host().run_test() as pilot:
        asking = pilot.app.query_one(WithInput)
        assert not asking.can_focus
        pilot.app.screen.set_focus(asking.focus_target())
        assert pilot.app.focused is asking.input
