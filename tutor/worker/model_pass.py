"""One pass through a model, layer by layer, and the description of the model after it.

The hooks of `layer_watch` report each call to it. This module calls no code of the program.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable

from msgspec.structs import replace
from torch import Tensor, nn

from tutor.wire.models import MAX_LAYERS, LayerDescription, ModelDescription
from tutor.worker.activations import activations_of
from tutor.worker.guard import type_name
from tutor.worker.naming import named_modules
from tutor.worker.tensor_numbers import tensor_numel, tensor_shape
from tutor.worker.torch_private import is_tensor, own_children, own_parameters


class HeardModel:
    """One recorded model, with its description and references to its modules."""

    def __init__(self, model: nn.Module | None, description: ModelDescription) -> None:
        self.model = weakref.ref(model) if model is not None else None
        self.description = description
        self.modules: list[weakref.ref[nn.Module]] = []
        """The module of each layer of the description."""

    def is_of(self, model: nn.Module) -> bool:
        """Return True if this describes `model`, or a model that no longer exists."""
        return self.model is None or self.model() in (None, model)


class ModelPass:
    """One pass through a model: the layers that it has reached so far."""

    def __init__(self, model: nn.Module, name: str) -> None:
        self.model = model
        self.name = name
        self.names = {id(module): path for path, module in named_modules(name, model)}
        self.layers: dict[int, tuple[nn.Module, LayerDescription]] = {}
        self.entered: tuple[nn.Module, tuple[int, ...] | None] | None = None
        """The innermost module that was called and has not returned, and the shape of its input."""
        self.has_failed = False
        self.is_brief = False
        """True if only shapes are read from now on."""

    def enter(self, module: nn.Module, argument: object) -> None:
        """Note that the module is being called."""
        self.entered = module, _shape(argument)

    def leave(self, module: nn.Module, argument: object, result: object) -> None:
        """Add the module to the layers, unless it only calls other modules."""
        self.entered = None
        if not self._is_layer(module):
            return
        known = self.layers.get(id(module))
        layer = known[1] if known else self._described(module)
        first = _first_tensor(result)
        read = None
        if first is not None and not self.is_brief:
            read = activations_of(first, layer.type_name)
        self.layers[id(module)] = (
            module,
            replace(
                layer,
                calls=layer.calls + 1,
                took=_shape(argument),
                gave=None if first is None else tensor_shape(first),
                activations=read,
            ),
        )

    def fail(self) -> None:
        """Add the layer that was called and has not returned: the pass ended there."""
        self.has_failed = True
        if self.entered is None:
            return
        module, took = self.entered
        failed = replace(self._described(module), calls=1, took=took, failed=True)
        self.layers.pop(id(module), None)
        self.layers[id(module)] = module, failed

    def _described(self, module: nn.Module) -> LayerDescription:
        return describe_layer(self.names.get(id(module)) or type_name(module), module)

    def _is_layer(self, module: nn.Module) -> bool:
        """Return True for a module with parameters of its own, or that has called no other."""
        if own_parameters(module) or not own_children(module):
            return True
        return len(self._whole(module)) > 1

    def _whole(self, module: nn.Module) -> list[nn.Module]:
        """Return the module, with all its parts if none of them was called as a module."""
        parts = [part for _, part in named_modules("", module)]
        if any(id(part) in self.layers for part in parts[1:]):
            return parts[:1]
        return parts

    def heard(self) -> HeardModel:
        """Return the model with these layers, then those with parameters that were not called."""
        inside = {id(part) for module, _ in self.layers.values() for part in self._whole(module)}
        others = [
            (module, describe_layer(path, module))
            for path, module in named_modules(self.name, self.model)
            if id(module) not in inside and own_parameters(module)
        ]
        layers = [*self.layers.values(), *others]
        description = describe_model(self.name, self.model, [layer for _, layer in layers])
        heard = HeardModel(self.model, replace(description, called=True, failed=self.has_failed))
        heard.modules = [weakref.ref(module) for module, _ in layers[:MAX_LAYERS]]
        return heard


def describe_layer(name: str, module: nn.Module) -> LayerDescription:
    """Return the description of a layer that was not called yet."""
    parameters = own_parameters(module)
    weight = parameters.get("weight")
    return LayerDescription(
        name,
        type_name(module),
        weight=tensor_shape(weight) if weight is not None else (),
        numbers=sum(map(tensor_numel, parameters.values())),
        frozen_numbers=_frozen(parameters.values()),
    )


def describe_model(
    name: str, module: nn.Module, layers: list[LayerDescription]
) -> ModelDescription:
    """Return the model with these layers, at most the first `MAX_LAYERS`."""
    by_id = {
        id(each): each
        for _, part in named_modules(name, module)
        for each in own_parameters(part).values()
    }
    return ModelDescription(
        name,
        type_name(module),
        tuple(layers[:MAX_LAYERS]),
        max(0, len(layers) - MAX_LAYERS),
        sum(map(tensor_numel, by_id.values())),
        _frozen(by_id.values()),
        training=object.__getattribute__(module, "__dict__").get("training") is not False,
    )


def _frozen(parameters: Iterable[Tensor]) -> int:
    return sum(tensor_numel(each) for each in parameters if not each.requires_grad)


def _first_tensor(result: object) -> Tensor | None:
    """Return the output tensor, or the first in a tuple such as that of an LSTM."""
    if type(result) is tuple and result:
        result = result[0]
    return result if is_tensor(result) else None


def _shape(obj: object) -> tuple[int, ...] | None:
    return tensor_shape(obj) if is_tensor(obj) else None
