"""Names for what hangs below a program's name, as one writes them: `model[0].weight`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import ModuleType

from torch import Tensor, nn

from tutor.worker.torch_private import is_module, is_tensor, own_children, own_parameters

MAX_DEPTH = 8
MAX_NAME = 100
"""Characters of a name; a program can make longer ones, and other things than identifiers."""


def child_name(parent: str, name: str) -> str:
    """`model[0]` for a numbered part, `model.fc1` for a named one."""
    if name.isdigit():
        return f"{parent}[{name}]"
    return f"{parent}.{name}" if name.isidentifier() else f"{parent}['{name}']"


def named_modules(
    name: str, module: nn.Module, max_depth: int = MAX_DEPTH
) -> Iterator[tuple[str, nn.Module]]:
    """The module itself and all below it, each with its name."""
    yield name, module
    if max_depth:
        for own_name, child in own_children(module).items():
            yield from named_modules(child_name(name, own_name), child, max_depth - 1)


def named_parameters(name: str, module: nn.Module) -> Iterator[tuple[str, Tensor]]:
    """The parameters of a module and of all below it; a shared one under its first name."""
    seen: set[int] = set()
    for path, part in named_modules(name, module):
        for own_name, parameter in own_parameters(part).items():
            if id(parameter) not in seen:
                seen.add(id(parameter))
                yield child_name(path, own_name), parameter


def own_names(namespace: Mapping[str, object]) -> list[tuple[str, object]]:
    """A program's own names: no Python modules, nothing that starts with two underscores."""
    return [
        (name, obj)
        for name, obj in list(namespace.items())
        if type(name) is str
        and len(name) <= MAX_NAME
        and name.isidentifier()
        and not name.startswith("__")
        and type(obj) is not ModuleType
    ]


def name_of(obj: object, namespace: Mapping[str, object]) -> str | None:
    """The first name under which this very tensor or module can be reached, if there is one."""
    return next(names_of(obj, namespace), None)


def names_of(obj: object, namespace: Mapping[str, object]) -> Iterator[str]:
    """All of them: its own names, then its places in modules, one for each module."""
    names = own_names(namespace)
    yield from (name for name, candidate in names if candidate is obj)
    modules = ((name, module) for name, module in names if is_module(module))
    places = (_below(name, module, obj) for name, module in modules)
    yield from (place for place in places if place is not None)


def _below(name: str, module: nn.Module, obj: object) -> str | None:
    parts = named_parameters(name, module) if is_tensor(obj) else named_modules(name, module)
    return next((path for path, part in parts if part is obj), None)
