"""What the widgets write can be read in each theme of the app."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.widget import Widget

from tutor.ui.charts.curve import LossChart
from tutor.ui.charts.heat import HeatMap
from tutor.ui.contrast import contrast
from tutor.ui.theme import THEMES
from tutor.ui.widgets.choices import Choices
from tutor.ui.widgets.output_log import OutputLog

LINES = {"loss-chart--line", "loss-chart--raw"}
"""Parts that are no text: 3 : 1 is enough for them."""


class AllWidgets(App[None]):
    def __init__(self, theme: str) -> None:
        super().__init__()
        for known in THEMES:
            self.register_theme(known)
        self.theme = theme

    def compose(self) -> ComposeResult:
        yield OutputLog()
        yield LossChart()
        yield HeatMap()
        yield Choices(["a"])


def ratio(widget: Widget, part: str) -> float:
    """Contrast of a part's colour to what it stands on."""
    style = widget.get_component_rich_style(part)
    assert style.color is not None
    assert style.bgcolor is not None
    return contrast(style.color.get_truecolor(), style.bgcolor.get_truecolor())


@pytest.mark.parametrize("theme", [theme.name for theme in THEMES])
async def test_every_part_stands_out(theme: str) -> None:
    app = AllWidgets(theme)
    async with app.run_test():
        for kind in (OutputLog, LossChart, HeatMap, Choices):
            widget = app.query_one(kind)
            for part in kind.COMPONENT_CLASSES:
                enough = 3 if part in LINES else 4.5
                assert ratio(widget, part) >= enough, part
