"""The functions that implement the commands of `tutor.session.commands` in the app, by name.

Modules of `tutor.ui.screens` bind them with `@command`; `all_commands` there imports those modules.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Function = TypeVar("Function", bound=Callable[..., object])

FUNCTIONS: dict[str, Callable[..., object]] = {}
"""Function of each command, which takes the lesson screen."""


def command(name: str, *arguments: object) -> Callable[[Function], Function]:
    """Bind a function to the command. It takes the lesson screen, then `arguments`."""

    def bind(function: Function) -> Function:
        FUNCTIONS[name] = lambda screen: function(screen, *arguments)
        return function

    return bind
