"""The only place that uses private parts of torch, except those of its compiler.

Each is checked before it is used. A public, slower way is the fallback if torch has one. If a new
version of torch changes a private part, `tests/worker/test_private_parts.py` fails first.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from types import FrameType
from typing import NamedTuple, TypeAlias, TypeGuard

import torch
from torch import Tensor, nn
from torch.nn.modules import module as _module_functions

Outputs: TypeAlias = Sequence[object]
RunBackward: TypeAlias = Callable[..., object]
"""Runs a backward pass from the tensors of its first argument. Its keyword `accumulate_grad` says
whether the pass adds to `.grad`."""

_ENGINE = "_engine_run_backward"
_type, _issubclass = type, issubclass
"""Kept aside, since they are called while a program runs, which may replace them."""


def wrap_backward(wrap: Callable[[RunBackward], RunBackward]) -> None:
    """Wrap the functions that run each backward pass of this process.

    If torch has one function that every backward pass calls, only that one is wrapped.
    """
    if has_one_engine_call():
        setattr(torch.autograd, _ENGINE, wrap(getattr(torch.autograd, _ENGINE)))
        return
    # Tensor.backward calls the former of these
    for name, accumulates in (("backward", True), ("grad", False)):
        setattr(torch.autograd, name, _as_public(getattr(torch.autograd, name), wrap, accumulates))


def has_one_engine_call() -> bool:
    """Return True if backward and autograd.grad both call the same function of torch.autograd."""
    return callable(getattr(torch.autograd, _ENGINE, None)) and all(
        _ENGINE in function.__code__.co_names
        for function in (torch.autograd.backward, torch.autograd.grad)
    )


def _as_public(
    function: RunBackward, wrap: Callable[[RunBackward], RunBackward], accumulates: bool
) -> RunBackward:
    """Return a replacement for a public function that runs it through `wrap`."""

    def run(outputs: Outputs, *args: object, accumulate_grad: bool, **kwargs: object) -> object:
        return function(outputs, *args, **kwargs)

    wrapped = wrap(run)

    @functools.wraps(function)
    def public(outputs: object, *args: object, **kwargs: object) -> object:
        several = outputs if isinstance(outputs, list | tuple) else (outputs,)
        return wrapped(several, *args, accumulate_grad=accumulates, **kwargs)

    return public


without_overrides: Callable[[], AbstractContextManager[object]] = torch._C.DisableTorchFunction
"""Returns a context in which torch ignores `__torch_function__` of subclasses and modes.

A program may define that method, which could run or raise when its tensors are only read.
"""


def _may_be_on() -> bool:
    return True


is_function_mode_on: Callable[[], bool] = getattr(
    torch._C, "_is_torch_function_mode_enabled", _may_be_on
)
"""Return True if `__torch_function__` of a mode might be called, such as that of `torch.device`."""


@contextmanager
def without_global_hooks() -> Iterator[None]:
    """Let calls of modules in this context run no hook that was registered for all modules."""
    registries = [each for each in map(_hooks_named, _GLOBAL_HOOKS) if each]
    kept = [dict(registry) for registry in registries]
    for registry in registries:
        registry.clear()
    try:
        yield
    finally:
        for registry, hooks in zip(registries, kept, strict=True):
            registry.clear()
            registry.update(hooks)


_GLOBAL_HOOKS = (
    "_global_forward_hooks",
    "_global_forward_pre_hooks",
    "_global_backward_hooks",
    "_global_backward_pre_hooks",
)


def _hooks_named(name: str) -> dict[int, object]:
    hooks = getattr(_module_functions, name, None)
    return hooks if isinstance(hooks, dict) else {}


def _nobody_watches() -> bool:
    return False


def _no_modes() -> int:
    return 0


_is_profiling: Callable[[], bool] = getattr(torch.autograd, "_profiler_enabled", _nobody_watches)
_count_dispatch_modes: Callable[[], int] = getattr(torch._C, "_len_torch_dispatch_stack", _no_modes)


def are_operations_watched() -> bool:
    """Return True if the program counts or times all operations, even the tutor's."""
    return _is_profiling() or _count_dispatch_modes() > 0


def own_parameters(module: nn.Module) -> dict[str, Tensor]:
    """Return a module's own parameters by name, without calling what a subclass may override."""
    return _registered(module, "_parameters")


def own_buffers(module: nn.Module) -> dict[str, Tensor]:
    """Return a module's own buffers by name, without calling what a subclass may override."""
    return _registered(module, "_buffers")


def _registered(module: nn.Module, kind: str) -> dict[str, Tensor]:
    tensors = _attributes(module).get(kind)
    if type(tensors) is not dict:
        return {}
    return {str(name): tensor for name, tensor in tensors.items() if is_tensor(tensor)}


def own_children(module: nn.Module) -> dict[str, nn.Module]:
    """Return a module's children by name, without calling what a subclass may override."""
    children = _attributes(module).get("_modules")
    if type(children) is not dict:
        return {}
    return {str(name): child for name, child in children.items() if is_module(child)}


def plain_attributes(module: nn.Module) -> dict[str, object]:
    """Return the numbers and texts that a module has as public attributes, except its mode."""
    return {
        name: value
        for name, value in _attributes(module).items()
        if type(value) in _PLAIN and not (name.startswith("_") or name == "training")
    }


_PLAIN = (bool, int, float, str, tuple, type(None))


def mode_of(module: nn.Module) -> object:
    """Return a module's `training` attribute, without calling overridden methods.

    None if the module has no mode.
    """
    return _attributes(module).get("training")


def _attributes(module: nn.Module) -> dict[str, object]:
    attributes = object.__getattribute__(module, "__dict__")
    return attributes if type(attributes) is dict else {}


def _switch_gradients(on: bool) -> None:
    torch.set_grad_enabled(on)


switch_gradients: Callable[[bool], object] = getattr(
    torch._C, "_set_grad_enabled", _switch_gradients
)
"""Switches gradients of this thread on or off. It takes a tenth of the time of `torch.no_grad`, but
the caller must restore the former state."""


def is_tensor(obj: object) -> TypeGuard[Tensor]:
    """Return True if the object's real type is a tensor, whatever its `__class__` says."""
    return _issubclass(_type(obj), Tensor)


def was_written(tensor: Tensor) -> bool:
    """Return True if the tensor was changed in place; False if that is not counted."""
    try:
        return bool(getattr(tensor, "_version", 0))
    except RuntimeError:  # a tensor of inference mode keeps none
        return False


def is_module(obj: object) -> TypeGuard[nn.Module]:
    """Return True if the object's real type is a module, whatever its `__class__` says."""
    return _issubclass(_type(obj), nn.Module)


class ModuleCall(NamedTuple):
    """A module and the arguments it was called with."""

    module: nn.Module
    arguments: tuple[object, ...]
    keywords: Mapping[str, object]


def module_call(frame: FrameType) -> ModuleCall | None:
    """Return the call of a module that this frame runs, None if it runs something else."""
    if frame.f_code is not _CALL_CODE:
        return None
    variables = frame.f_locals
    module, arguments = variables.get("self"), variables.get("args")
    keywords = variables.get("kwargs")
    if not is_module(module) or type(arguments) is not tuple or type(keywords) is not dict:
        return None
    return ModuleCall(module, arguments, keywords)


def is_module_call(frame: FrameType) -> bool:
    """Return True if this frame runs the call of a module."""
    return frame.f_code is _CALL_CODE


_CALL_CODE = getattr(getattr(nn.Module, "_call_impl", None), "__code__", None)
"""The code of every module's call; None if torch has renamed it. Then no call is recognised, and a
shape error is reported without the layers before it."""


def copy_into(targets: list[Tensor], sources: list[Tensor]) -> None:
    """Copy each source into the target with the same index, in one call where torch has it."""
    if not targets:
        return
    with torch.no_grad():
        _copy_all(targets, sources)


def _copy_one_by_one(targets: list[Tensor], sources: list[Tensor]) -> None:
    for target, source in zip(targets, sources, strict=True):
        target.copy_(source)


_copy_all: Callable[[list[Tensor], list[Tensor]], object] = getattr(
    torch, "_foreach_copy_", _copy_one_by_one
)


def norms_of(tensors: list[Tensor]) -> list[Tensor]:
    """Return the Euclidean norm of each tensor, in one call where torch has it."""
    return list(_all_norms(tensors)) if tensors else []


def _norms_one_by_one(tensors: list[Tensor]) -> list[Tensor]:
    return [torch.linalg.vector_norm(tensor) for tensor in tensors]


_all_norms: Callable[[list[Tensor]], Iterable[Tensor]] = getattr(
    torch, "_foreach_norm", _norms_one_by_one
)


def flat_copy(tensors: list[Tensor]) -> Tensor:
    """Return a new flat tensor of all elements of these dense ones, of the widest of their dtypes.

    There must be at least one. It is a part of the graph unless gradients are off.
    """
    flat = _flatten(tensors)
    return flat.clone() if len(tensors) == 1 else flat


def _flatten_one_by_one(tensors: list[Tensor]) -> Tensor:
    return torch.cat([tensor.reshape(-1) for tensor in tensors])


_flatten: Callable[[list[Tensor]], Tensor] = getattr(
    torch._C._nn, "flatten_dense_tensors", _flatten_one_by_one
)


def graph_leaves(outputs: Outputs, limit: int) -> list[Tensor]:
    """Return the tensors whose `.grad` a backward from these outputs fills.

    At most `limit` nodes of the graph are visited: in a large graph, leaves may be missing.
    """
    nodes = [node for node in map(_node_of, outputs) if node is not None]
    seen: set[object] = set()
    leaves: list[Tensor] = []
    while nodes and len(seen) < limit:
        node = nodes.pop()
        if node in seen:
            continue
        seen.add(node)
        leaf = getattr(node, "variable", None)
        if is_tensor(leaf):
            leaves.append(leaf)
        nodes.extend(_next_nodes(node))
    return leaves


SCALINGS = ("MulBackward0", "DivBackward0")
"""The classes of graph nodes that may multiply or divide a loss by a constant."""


def operation_number(tensor: object) -> int | None:
    """Return the number of the operation that gave this tensor, which no other of its thread has.

    None if the tensor is not part of a graph. Unlike the node, its number keeps no graph alive.
    """
    return _number_of(tensor.grad_fn) if is_tensor(tensor) and _type(tensor) is Tensor else None


def _number_of(node: object) -> int | None:
    number = getattr(node, "_sequence_nr", None)
    return number() if number is not None else None


def scale_of(output: Tensor, operations: Container[int]) -> float:
    """Return the product of the constants by which the result of one of these was multiplied.

    It is 1 if the output is not such a result times constants. The constants are read only if it
    is, since the program may hear of it by `saved_tensors_hooks`.
    """
    node: object | None = output.grad_fn
    scalings: list[tuple[object, str]] = []
    while (number := _number_of(node)) not in operations:
        if number is None or _type(node).__name__ not in SCALINGS:
            return 1.0
        edges: Sequence[tuple[object | None, int]] = getattr(node, "next_functions", ())
        (first, _), (second, _) = edges
        if first is not None and second is not None:
            return 1.0
        scalings.append((node, "_saved_other" if second is None else "_saved_self"))
        node = first if second is None else second
    scale = 1.0
    for scaling, constant in scalings:
        factor = float(getattr(scaling, constant))
        scale = scale / factor if _type(scaling).__name__ == "DivBackward0" else scale * factor
    return scale or 1.0


def failed_operation(output: Tensor, limit: int) -> tuple[str, Tensor | None] | None:
    """Return an operation in the graph that gave nan or inf, and its saved tensor.

    It is named as autograd names it, without number, such as `Log`. Of several the one that comes
    first in the program is returned, None if the graph has none, or has freed what it saved.
    """
    node = _node_of(output)
    waiting, seen = [node] if node is not None else [], set[object]()
    found: tuple[str, Tensor | None] | None = None
    while waiting and len(seen) < limit:
        node = waiting.pop(0)
        if node in seen:
            continue
        seen.add(node)
        found = _failed(node) or found
        waiting.extend(_next_nodes(node))
    return found


_FAILS: Mapping[str, tuple[str, Callable[[Tensor], bool]]] = {
    "LogBackward": ("_saved_self", lambda saved: bool((saved <= 0).any())),
    "Log2Backward": ("_saved_self", lambda saved: bool((saved <= 0).any())),
    "Log10Backward": ("_saved_self", lambda saved: bool((saved <= 0).any())),
    "DivBackward": ("_saved_other", lambda saved: bool((saved == 0).any())),
    "ReciprocalBackward": ("_saved_result", lambda saved: bool(saved.isinf().any())),
    "ExpBackward": ("_saved_result", lambda saved: bool(saved.isinf().any())),
    "SqrtBackward": ("_saved_result", lambda saved: bool(saved.isnan().any())),
}
"""Operations that turn finite numbers into nan or inf, with their saved tensor and a test of it."""


def _failed(node: object) -> tuple[str, Tensor | None] | None:
    name = type(node).__name__.rstrip("0123456789")
    saved_name, tells = _FAILS.get(name, ("", None))
    if tells is None:
        return None
    try:
        saved = getattr(node, saved_name)
    except RuntimeError:  # an earlier backward has freed it
        return None
    if not is_tensor(saved) or not tells(saved.detach()):
        return None
    return name.removesuffix("Backward"), saved


def _node_of(output: object) -> object | None:
    if is_tensor(output):
        with without_overrides():
            return output.grad_fn
    return getattr(output, "node", None)


def _next_nodes(node: object) -> Iterator[object]:
    edges: Iterable[tuple[object | None, int]] = getattr(node, "next_functions", ())
    return (earlier for earlier, _ in edges if earlier is not None)
