"""The shapes that passed through a model, layer by layer, up to the layer that failed.

A traceback contains only the layer that failed. So the call is made once more, with hooks on each
layer and its output discarded. The program must be over by then.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType

import torch
from msgspec.structs import replace
from torch import nn

from tutor.wire.events import LayerShapes
from tutor.worker.guard import call_in_time, type_name
from tutor.worker.naming import name_of, named_modules
from tutor.worker.tensor_numbers import tensor_shape
from tutor.worker.torch_private import (
    ModuleCall,
    is_tensor,
    module_call,
    own_children,
    own_parameters,
)

MAX_LAYERS = 12
"""Maximum number of layers that are reported: the failing one and the last ones before it."""


def layers_before(
    entries: Sequence[TracebackType], namespace: Mapping[str, object]
) -> tuple[LayerShapes, ...]:
    """Return the called layers with their shapes; the last one failed.

    Empty if no layer inside a model failed, or if the second call does not fail.
    """
    call = next(_calls(entries), None)
    if call is None or not own_children(call.module):
        return ()
    passed: list[LayerShapes] = []
    call_in_time(lambda: _watch_again(call, namespace, passed))
    known = [layer for layer in passed if layer.gave is not None or layer.failed]
    return tuple(known[-MAX_LAYERS:]) if known and known[-1].failed else ()


def _calls(entries: Sequence[TracebackType]) -> Iterator[ModuleCall]:
    for entry in entries:
        call = module_call(entry.tb_frame)
        if call is not None:
            yield call


def _watch_again(
    call: ModuleCall, namespace: Mapping[str, object], passed: list[LayerShapes]
) -> None:
    model = name_of(call.module, namespace) or type_name(call.module)
    open_layers: list[LayerShapes] = []
    for name, layer in named_modules(model, call.module):
        if not own_children(layer):
            _watch(name, layer, open_layers, passed)
    try:
        with _silence(), torch.no_grad():
            nn.Module.__call__(call.module, *call.arguments, **call.keywords)
    except Exception:
        passed += [replace(layer, failed=True) for layer in open_layers[-1:]]


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    unread = io.StringIO()
    with contextlib.redirect_stdout(unread), contextlib.redirect_stderr(unread):
        yield


def _watch(
    name: str, layer: nn.Module, open_layers: list[LayerShapes], passed: list[LayerShapes]
) -> None:
    weight = own_parameters(layer).get("weight")
    shape = tensor_shape(weight) if weight is not None else ()
    known = LayerShapes(name, type_name(layer), shape)

    def before(_: nn.Module, arguments: tuple[object, ...]) -> None:
        took = _shape(arguments[0]) if arguments else None
        open_layers.append(replace(known, took=took))

    def after(_: nn.Module, __: tuple[object, ...], result: object) -> None:
        passed.append(replace(open_layers.pop(), gave=_shape(result)))

    nn.Module.register_forward_pre_hook(layer, before)
    nn.Module.register_forward_hook(layer, after)


def _shape(obj: object) -> tuple[int, ...] | None:
    return tensor_shape(obj) if is_tensor(obj) else None
