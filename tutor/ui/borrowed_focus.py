"""The focus that a widget such as the strip of letters borrows, and returns when it closes.

Texts that depend on the focus must check it here; otherwise they change while the strip is shown,
and name keys that the learner does not need.
"""

from __future__ import annotations

from textual.widget import Widget


class FocusBorrower(Widget):
    """A widget that has the focus only while it is shown."""

    lender: Widget | None = None
    """The widget that gets the focus back; None for none."""


def has_or_lends_focus(widget: Widget) -> bool:
    focused = widget.screen.focused
    if isinstance(focused, FocusBorrower):
        focused = focused.lender
    return focused is not None and widget in focused.ancestors_with_self
