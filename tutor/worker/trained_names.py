"""Names for the tensors and models that a program trains, in any of its scopes.

A network that a function makes is in no namespace that outlives the function. So the names are
looked up on the stack while the program trains. No code of the program is called.
"""

from __future__ import annotations

import inspect
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from types import FrameType, SimpleNamespace
from typing import NamedTuple

from torch import Tensor, nn

from tutor.worker.naming import MAX_NAME, child_name, named_parameters, own_names
from tutor.worker.stack import BEFORE_FILE, EXERCISE_FILE, GIVEN_FILE
from tutor.worker.torch_private import is_module, is_tensor

MAX_DEPTH = 3
"""Maximum depth of nested lists, dictionaries and objects that are searched."""
MAX_PARTS = 100
"""Maximum number of parts of one container or object that are searched."""
MAX_OBJECTS = 1_000
"""Maximum number of parts of all containers and objects in one scope."""

_module_of_type: Callable[[type], object] = vars(type)["__module__"].__get__


class ScopedName(NamedTuple):
    """A tensor's name, and the scope in which it has it."""

    scope: str
    """The function among whose variables the tensor was found, "" for a global name."""
    path: str
    """The expression that names the tensor in its scope, such as `nets['a'][0].weight`."""


ScopedNames = Mapping[int, ScopedName]
"""Names of some tensors by their `id`, in the order in which they were found."""


def scoped_names_of(tensors: Sequence[Tensor]) -> ScopedNames:
    """Return the running program's names of these tensors, if they are found.

    Names of tensors and modules come before parts of lists, dictionaries and objects. In both
    searches global names come first, then those of the functions on the stack, the outermost first.
    """
    wanted = set(map(id, tensors))
    scopes = _scopes(sys._getframe(1))
    found: dict[int, ScopedName] = {}
    for search in (named_tensors, _inside):
        for scope, variables in scopes:
            for path, tensor in search(variables):
                if id(tensor) in wanted and len(path) <= MAX_NAME:
                    found.setdefault(id(tensor), ScopedName(scope, path))
            if len(found) == len(wanted):
                return found
    return found


def scoped_name_of(obj: object) -> str:
    """Return the running program's name of this object, "" if none is found.

    Global names come first, then those of functions, then parts of named objects.
    """
    scopes = [variables for _, variables in _scopes(sys._getframe(1))]
    for variables in scopes:
        for name, each in own_names(variables):
            if each is obj:
                return name
    for variables in scopes:
        for name, each in islice(own_names(variables), MAX_PARTS):
            for path, part in islice(_parts(name, each), MAX_PARTS):
                if part is obj and len(path) <= MAX_NAME:
                    return path
    return ""


def running_variables(frame: FrameType) -> list[Mapping[str, object]]:
    """Return the variables of the program on the stack of this frame, the global ones first."""
    return [variables for _, variables in _scopes(frame)]


def scoped_name_of_module(module: nn.Module) -> ScopedName | None:
    """Return the running program's name of this module; None if none is found.

    The order in which names are tried is that of `scoped_names_of`.
    """
    scopes = _scopes(sys._getframe(1))
    for search in (own_names, _objects_inside):
        for scope, variables in scopes:
            for path, obj in search(variables):
                if obj is module and len(path) <= MAX_NAME:
                    return ScopedName(scope, path)
    return None


def names_of_trained(
    tensors: Sequence[Tensor], scoped_names: ScopedNames, namespace: Mapping[str, object]
) -> list[str]:
    """Return a name for each tensor, none twice.

    A tensor gets its present global name, or its former one if another tensor has that name now.
    Any other gets its name in a function, after the name of the function if the name is also a
    global one.
    """
    own = global_tensors(namespace)
    found = _global_names(tensors, scoped_names, own, namespace)
    roots = {_root(name) for name in own}
    names: dict[str, None] = {}
    for number, tensor in enumerate(tensors, 1):
        scope, path = scoped_names.get(id(tensor), ScopedName("", f"parameter {number}"))
        name = found.get(id(tensor), path)
        if id(tensor) not in found and scope and (_root(name) in roots or name in names):
            name = f"{scope}: {name}"
        names[name if name not in names else f"{name} ({number})"] = None
    return list(names)


def _global_names(
    tensors: Sequence[Tensor],
    scoped_names: ScopedNames,
    own: Mapping[str, Tensor],
    namespace: Mapping[str, object],
) -> dict[int, str]:
    names = names_by_id(own)
    missing = set(map(id, tensors)) - names.keys()
    names |= {
        tensor: scoped_names[tensor].path
        for tensor in missing & scoped_names.keys()
        if not scoped_names[tensor].scope and scoped_names[tensor].path in own
    }
    if not missing <= names.keys():
        for path, tensor in _inside(namespace):
            if id(tensor) in missing:
                names.setdefault(id(tensor), path)
    return names


def global_tensors(namespace: Mapping[str, object]) -> dict[str, Tensor]:
    """Return the tensors of a namespace and the parameters of its modules, by their names."""
    return dict(named_tensors(namespace))


def names_by_id(own: Mapping[str, Tensor]) -> dict[int, str]:
    """Return the first name of each tensor, by the tensor's `id`."""
    names: dict[int, str] = {}
    for name, tensor in own.items():
        names.setdefault(id(tensor), name)
    return names


def _root(path: str) -> str:
    return path.partition("[")[0].partition(".")[0]


def _scopes(innermost: FrameType) -> list[tuple[str, Mapping[str, object]]]:
    """Return the global names of the program on the stack, then those of its functions."""
    frames = []
    frame: FrameType | None = innermost
    while frame is not None:
        if frame.f_code.co_filename in (EXERCISE_FILE, GIVEN_FILE, BEFORE_FILE):
            frames.append(frame)
        frame = frame.f_back
    if not frames:
        return []
    functions = [each for each in reversed(frames) if each.f_code.co_flags & inspect.CO_OPTIMIZED]
    local = [(each.f_code.co_name, variables_of(each)) for each in functions]
    return [("", frames[-1].f_globals), *local]


def scopes_of_program() -> list[Mapping[str, object]]:
    """Return the global names of the program that runs, and then those of its functions.

    Empty once it is over.
    """
    return [variables for _, variables in _scopes(sys._getframe(1))]


_REFERENCES = 3
"""References to a dictionary made for `frame.f_locals`: those of the frame, of the caller, and of
the call that counts them."""


def variables_of(frame: FrameType) -> Mapping[str, object]:
    """Return the variables of a running function without keeping them alive.

    Up to Python 3.12 a frame keeps the dictionary that it makes, and with it all objects that the
    function has dropped since, such as a batch or the graph of a loss. Reading it would change
    what a call of `locals()` has returned, so a function with such a call has no variables here.
    """
    if "locals" in frame.f_code.co_names:
        return {}
    kept = frame.f_locals
    if type(kept) is not dict:
        return dict(kept)
    variables = kept.copy()
    if sys.getrefcount(kept) == _REFERENCES:  # else the program has it, as `locals()`
        kept.clear()
    return variables


def named_tensors(variables: Mapping[str, object]) -> Iterator[tuple[str, Tensor]]:
    """Yield the tensors among these variables and the parameters of modules, with their names."""
    for name, obj in own_names(variables):
        yield from _tensors_of(name, obj)


def _tensors_of(name: str, obj: object) -> Iterator[tuple[str, Tensor]]:
    if is_tensor(obj):
        yield name, obj
    elif is_module(obj):
        yield from named_parameters(name, obj)


def _inside(variables: Mapping[str, object]) -> Iterator[tuple[str, Tensor]]:
    """Yield the tensors in the variables' lists, dictionaries and objects, the nearest first."""
    for path, obj in _objects_inside(variables):
        yield from _tensors_of(path, obj)


def _objects_inside(variables: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Yield the parts of variables' lists, dictionaries and objects, nearest first."""
    waiting = deque((name, obj, 0) for name, obj in own_names(variables))
    seen: set[int] = set()
    left = MAX_OBJECTS
    while waiting and left > 0:
        path, obj, depth = waiting.popleft()
        if id(obj) in seen:
            continue
        seen.add(id(obj))
        for part_path, part in islice(_parts(path, obj), MAX_PARTS):
            left -= 1
            yield part_path, part
            if depth + 1 < MAX_DEPTH:
                waiting.append((part_path, part, depth + 1))


def _parts(path: str, obj: object) -> Iterator[tuple[str, object]]:
    kind = type(obj)
    if kind is list or kind is tuple:
        sequence: Sequence[object] = obj  # type: ignore[assignment] # its type was looked at
        yield from ((f"{path}[{index}]", item) for index, item in enumerate(sequence))
    elif issubclass(kind, dict):
        items: list[tuple[object, object]] = [*dict.items(obj)]  # type: ignore[arg-type] # it is one
        yield from (
            (f"{path}[{key!r}]", item)
            for key, item in items
            if type(key) is str or type(key) is int
        )
    elif kind is SimpleNamespace or _is_of_program(kind):
        attributes = object.__getattribute__(obj, "__dict__")
        if type(attributes) is dict:
            yield from (
                (child_name(path, name), item)
                for name, item in attributes.items()
                if type(name) is str and not (name.startswith("_") and is_module(obj))
            )


def _is_of_program(kind: type) -> bool:
    module = _module_of_type(kind)
    return type(module) is str and module == "__main__"
