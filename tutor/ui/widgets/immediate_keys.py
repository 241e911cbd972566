"""Key bindings that act as soon as the key reaches its widget.

Widgets for typing or choosing need them. Textual runs a widget's bindings only after the key has
bubbled up to the app. By then the next key may be in the widget already: of `down` and `x`,
arriving together as they do over a slow line, the `x` would act first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from textual import events
from textual.binding import Binding, BindingType
from textual.widget import Widget


def actions_by_key(bindings: Iterable[BindingType]) -> dict[str, str]:
    """Map each key of the bindings, alternatives included, to its action."""
    return {binding.key: binding.action for binding in Binding.make_bindings(bindings)}


async def act_at_once(widget: Widget, event: events.Key, actions: Mapping[str, str]) -> None:
    """Run the key's action, if any, and stop the event so that it acts only once."""
    action = actions.get(event.key)
    if action is not None:
        event.stop()
        event.prevent_default()
        await widget.run_action(action)
