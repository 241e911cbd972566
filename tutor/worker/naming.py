"""Names for the parts of a program's objects as Python expressions: `model[0].weight`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import ModuleType

from torch import Tensor, nn

from tutor.worker.torch_private import is_module, is_tensor, own_children, own_parameters

MAX_DEPTH = 8
"""Maximum depth of nested modules that are followed."""
MAX_NAME = 100
"""Maximum length of a name. `globals()` lets a program make longer names and non-identifiers."""


def child_name(parent: str, name: str) -> str:
    """Return the name of a module's part: `model[0]` if it is numbered, else `model.fc1`.

    A compiled module hands on all attributes of the one it was made of, so both have one name.
    """
    if name == "_orig_mod":
        return parent
    if name.isdigit():
        return f"{parent}[{name}]"
    return f"{parent}.{name}" if name.isidentifier() else f"{parent}['{name}']"


def named_modules(
    name: str, module: nn.Module, max_depth: int = MAX_DEPTH
) -> Iterator[tuple[str, nn.Module]]:
    """Yield the module itself and all modules below it, each with its name."""
    yield name, module
    if max_depth:
        for own_name, child in own_children(module).items():
            yield from named_modules(child_name(name, own_name), child, max_depth - 1)


def named_parameters(name: str, module: nn.Module) -> Iterator[tuple[str, Tensor]]:
    """Yield the parameters of a module and of all below it, a shared one under its first name."""
    seen: set[int] = set()
    for path, part in named_modules(name, module):
        for own_name, parameter in own_parameters(part).items():
            if id(parameter) not in seen:
                seen.add(id(parameter))
                yield child_name(path, own_name), parameter


def own_names(namespace: Mapping[str, object]) -> list[tuple[str, object]]:
    """Return a program's own names and their objects, in the order they were bound.

    Python modules, and names that begin with two underscores, are not among them.
    """
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
    """Return the first name under which this tensor or module can be reached, or None."""
    return next(names_of(obj, namespace), None)


def names_of(obj: object, namespace: Mapping[str, object]) -> Iterator[str]:
    """Yield all names of the object: its own first, then one in each module with it."""
    names = own_names(namespace)
    yield from (name for name, candidate in names if candidate is obj)
    modules = ((name, module) for name, module in names if is_module(module))
    places = (_below(name, module, obj) for name, module in modules)
    yield from (place for place in places if place is not None)


def _below(name: str, module: nn.Module, obj: object) -> str | None:
    parts = named_parameters(name, module) if is_tensor(obj) else named_modules(name, module)
    return next((path for path, part in parts if part is obj), None)
