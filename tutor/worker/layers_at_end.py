"""What the layers of a program's models give when its training is over, asked of copies.

Only now and then a step is heard, so the last one that was may lie far before the end. A copy of
each model, in the mode that the model is in, gets once more what the program has called it with
first: the variable's numbers of now, or else the batch of that step. So what is shown of a program
does not depend on when it was heard. Gradients and changes of the
parameters are read before anybody else may call the models.
"""

from __future__ import annotations

import time
import weakref
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import torch
from msgspec.structs import replace
from torch import Tensor, nn

from tutor.wire.models import LayerDescription, ModelDescription, ModelsDescribed
from tutor.worker.asking_apart import MAX_SECONDS, Apart, AskedApart
from tutor.worker.guard import clean
from tutor.worker.last_moves import gradient_of, last_moves, share_moved
from tutor.worker.model_pass import HeardCall, HeardModel, ModelPass
from tutor.worker.naming import named_modules, own_names
from tutor.worker.parameter_history import KeyFrame
from tutor.worker.probes import is_loss
from tutor.worker.recorder import Recorder
from tutor.worker.tensor_numbers import plain_tensors, tensor_dtype, tensor_numel, tensor_shape
from tutor.worker.torch_private import (
    is_tensor,
    own_buffers,
    own_parameters,
    without_overrides,
)

MAX_ARGUMENTS = 4
MAX_NUMBERS = 1_000_000
"""Elements of the arguments of one call that are kept for another."""
PASS_SECONDS = 0.02
"""CPU time after which only shapes are read in a pass."""

_register_before = nn.Module.register_forward_pre_hook
_register_after = nn.Module.register_forward_hook


class _Learned(NamedTuple):
    """What the last step has left of one layer."""

    gradient: float | None
    update: float | None


def callable_again(
    finished: ModelPass, arguments: Sequence[object], namespace: Mapping[str, object]
) -> HeardCall:
    """Return the call of the model that has just ended, with what another call needs.

    What another model has computed, to be trained by, is not data: it would be another by the end.
    """
    tensors = tuple(each for each in arguments if is_tensor(each) and not each.requires_grad)
    is_data = len(tensors) == len(arguments) <= MAX_ARGUMENTS
    if not is_data or finished.has_keywords or sum(map(tensor_numel, tensors)) > MAX_NUMBERS:
        tensors = ()
    variable = ""
    if len(tensors) == 1:
        given = tensors[0]
        # what has that name is looked for first: to tell which names are the program's takes longer
        named = {name: obj for name, obj in [*namespace.items()] if obj is given}
        variable = next((name for name, _ in own_names(named)), "")
    # copies, since the program's own may be meant to go, and their numbers to change
    with torch.no_grad(), without_overrides():
        copies = tuple(each.clone() for each in plain_tensors(tensors))
    return HeardCall(weakref.ref(finished.model), finished.name, copies, variable)


class _Pass(NamedTuple):
    """One more pass that a copy of a model is to make, with all as the program has left it."""

    model: nn.Module
    name: str
    arguments: tuple[Tensor, ...]
    variable: str
    """The variable that holds the only one; "" if they are those of a step that was heard."""
    step: int
    """That step."""
    modes: Mapping[int, object]
    """Whether each module is in training mode, by its `id`."""
    numbers: Sequence[tuple[Tensor, Tensor]]
    """The parameters and buffers, each with a copy: questions may call what trains them."""


class LayersAtEnd:
    """The models of a program that is over, with what they are still to be asked."""

    def __init__(
        self,
        heard: Iterable[HeardModel],
        described: ModelsDescribed,
        recorder: Recorder,
        frames: Sequence[KeyFrame],
        namespace: Mapping[str, object],
    ) -> None:
        """Read what the program has left; `described` is what was heard last."""
        self._described = described
        self._left = MAX_NUMBERS
        """Numbers that may still be copied."""
        self._passes = [
            (each, [self._pass_of(call, namespace) for call in each.calls]) for each in heard
        ]
        layers = [pair for each, _ in self._passes for pair in _layers_of(each)]
        gradients = {id(module): gradient_of(module) for layer, module in layers if layer.numbers}
        # zeros are what `zero_grad` has left, and no gradient
        has_gradients = recorder.is_step_whole and any(gradients.values())
        moves = last_moves(recorder, frames, has_gradients=has_gradients)
        self._learned = {
            id(module): _Learned(
                gradients.get(id(module)) if has_gradients else None,
                # what has not moved when it was heard is trained by nobody
                0.0 if layer.update == 0 else share_moved(module, moves),
            )
            for layer, module in layers
        }

    def _pass_of(self, call: HeardCall, namespace: Mapping[str, object]) -> _Pass | None:
        """Return the pass that the call tells of; None if it cannot be made."""
        model = call.model()
        if model is None or not call.arguments:
            return None
        now = _variable_now(call, namespace)
        parts = [module for _, module in named_modules("", model)]
        tensors = {
            id(each): each
            for part in parts
            for each in (*own_parameters(part).values(), *own_buffers(part).values())
        }
        self._left -= sum(map(tensor_numel, tensors.values()))
        if self._left < 0:
            return None
        with torch.no_grad(), without_overrides():
            copies = [each.clone() for each in plain_tensors([*tensors.values()])]
        return _Pass(
            model,
            call.name,
            call.arguments if now is None else (now,),
            "" if now is None else call.variable,
            call.step,
            {id(part): _attributes(part).get("training") for part in parts},
            [*zip(tensors.values(), copies, strict=True)],
        )

    def ask(self, apart: AskedApart) -> ModelsDescribed | None:
        """Return the models as they are at the end; None if one of them cannot be asked."""
        ends_at = time.perf_counter() + MAX_SECONDS
        asked: list[ModelDescription] = []
        for heard, passes in self._passes:
            parts = []
            for each in passes:
                left = ends_at - time.perf_counter()
                parts.append(_made(each, apart, left) if each is not None and left > 0 else None)
            known = [part for part in parts if part is not None]
            if known and len(known) == len(parts):
                asked.append(self._joined(heard, known, [*filter(None, passes)]))
            elif any(layer.gradient is not None for layer in heard.description.layers):
                return None
            else:
                asked.append(heard.description)  # nothing is trained of it
        others = self._described.models[len(asked) :]
        total = self._described.total
        return ModelsDescribed((*asked, *others), total, None, total, at_end=True)

    def _joined(
        self, heard: HeardModel, parts: Sequence[HeardModel], passes: Sequence[_Pass]
    ) -> ModelDescription:
        """Return the description of the model, or of the loose layers that have a part each."""
        layers = []
        for layer, module in (pair for part in parts for pair in _layers_of(part)):
            known = self._learned.get(id(module), _Learned(None, None))
            layers.append(replace(layer, gradient=known.gradient, update=known.update))
        is_named = all(each.variable for each in passes)
        return replace(
            heard.description,
            layers=tuple(layers),
            training=passes[0].modes[id(passes[0].model)] is not False,
            given=clean(passes[0].variable, 100) if is_named else "",
            given_step=0 if is_named else passes[0].step,
        )


def _attributes(module: nn.Module) -> dict[str, Any]:
    attributes: dict[str, Any] = object.__getattribute__(module, "__dict__")
    return attributes


def _layers_of(heard: HeardModel) -> list[tuple[LayerDescription, nn.Module]]:
    pairs = zip(heard.description.layers, heard.modules, strict=False)
    return [(layer, module) for layer, known in pairs if (module := known()) is not None]


def _variable_now(call: HeardCall, namespace: Mapping[str, object]) -> Tensor | None:
    """Return what the variable of the call holds now, if the model can be asked with that."""
    now = namespace.get(call.variable) if call.variable else None
    if not is_tensor(now) or now.requires_grad or tensor_numel(now) > MAX_NUMBERS:
        return None
    (then,) = call.arguments
    kinds = [(tensor_dtype(each), len(tensor_shape(each))) for each in (now, then)]
    is_like = kinds[0] == kinds[1] and tensor_shape(now)[1:] == tensor_shape(then)[1:]
    return now if is_like else None


def _made(one: _Pass, apart: AskedApart, seconds: float) -> HeardModel | None:
    """Return what is heard of a copy of the model that is called as the program has called it."""
    passing = ModelPass(one.model, one.name)

    def question(asked: Apart) -> HeardModel:
        _listen(passing, one, asked.model)
        with torch.no_grad(), without_overrides():
            for tensor, then in one.numbers:
                if (copied := asked.copy_of(tensor)) is not None:
                    copied.copy_(then)
            copies = [each.clone() for each in plain_tensors(one.arguments)]
        # a model may take another way where no gradient is wanted
        with torch.enable_grad():
            asked.model(*copies)
        return passing.heard()

    return apart.ask(one.model, question, seconds)


def _listen(passing: ModelPass, one: _Pass, copied: Any) -> None:  # noqa: ANN401 # the model's copy
    """Have the pass told of each call of a module of the copy, as if it were the model's own."""
    read = 0.0
    originals = (module for _, module in named_modules("", one.model))
    copies = (module for _, module in named_modules("", copied))
    for original, copy in {id(b): (a, b) for a, b in zip(originals, copies, strict=True)}.values():
        _attributes(copy)["training"] = one.modes.get(id(original))
        if is_loss(original):
            continue

        def before(_: nn.Module, arguments: Any, original: nn.Module = original) -> None:  # noqa: ANN401 # as torch has it
            passing.enter(original, arguments[0] if arguments else None)

        def after(
            _: nn.Module,
            arguments: Any,  # noqa: ANN401
            result: Any,  # noqa: ANN401
            original: nn.Module = original,
        ) -> None:
            nonlocal read
            started = time.thread_time()
            passing.leave(original, arguments[0] if arguments else None, result)
            read += time.thread_time() - started
            passing.is_brief = read > PASS_SECONDS

        _register_before(copy, before)
        _register_after(copy, after)
