"""Records the values that pass through the layers of models, for one training step at a time.

A hook on each call of a module would slow a training by a third. So hooks are set only during a
window: until the end of the first step, and then for single steps, more often while the learner
looks at the layers. They only read shapes and numbers: no call is repeated, and no random number
drawn.
"""

from __future__ import annotations

import sys
import threading
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from math import isfinite, sqrt
from typing import Any

import torch
from msgspec.structs import replace
from torch import Tensor, nn
from torch.nn.modules.module import register_module_forward_hook, register_module_forward_pre_hook
from torch.utils.hooks import RemovableHandle

from tutor.wire.events import EARLY_STEPS
from tutor.wire.models import (
    MAX_LAYERS,
    MAX_MODELS,
    Confusion,
    ModelDescription,
    ModelsDescribed,
)
from tutor.worker.allowance import Allowance
from tutor.worker.confusion import confusion_of_loss, confusion_of_output
from tutor.worker.guard import type_name
from tutor.worker.loss_series import LossSeries
from tutor.worker.model_pass import HeardModel, ModelPass, describe_layer, describe_model
from tutor.worker.naming import named_modules, own_names
from tutor.worker.probes import is_loss, is_outermost
from tutor.worker.recorder import Recorder
from tutor.worker.tensor_numbers import gradients_of, plain_tensors, tensor_numel
from tutor.worker.torch_private import (
    are_operations_watched,
    is_module,
    is_tensor,
    norms_of,
    own_children,
    own_parameters,
    without_overrides,
)
from tutor.worker.trace import Tensors
from tutor.worker.trained_names import scoped_name_of_module, scopes_of_program
from tutor.worker.training_hooks import WATCH

GROWTH = 4
"""Ratio of a recorded step's number to that of the one before, if there is time."""
GROWTH_WATCHED = 1.25
"""`GROWTH` while the learner looks at the layers."""

FREE_SECONDS = 0.0025
SHARE = 0.002
"""Processor seconds that the hooks may always take, and their share of the training's seconds."""
FREE_SECONDS_WATCHED = 0.0045
SHARE_WATCHED = 0.004
"""Both limits while the learner looks at the layers."""
FREE_SECONDS_ALWAYS = 1.0
"""Processor seconds for the steps of a small model that are recorded beyond both limits, at 2 ms
each, since they have a snapshot. A model that is called thousands of times a step gets fewer."""
MAX_UNSENT = 100
EVERY = 1.0
"""Seconds after which another step is recorded whatever its number, if there is time."""
WATCHED_EVERY = 0.25
"""`EVERY` while the learner looks at the layers."""

FREE_PASSES = 20
"""Passes in one window that are recorded whatever time they take."""
PASS_SECONDS = 0.02
"""Seconds in one pass after which only shapes are read: it may call a layer thousands of times."""

MAX_COPIED = 1_000_000
"""Maximum size of parameters that are copied in one window to measure a step's update."""


class LayerWatch:
    """The models of one run, and the values that passed through their layers."""

    def __init__(
        self,
        namespace: Mapping[str, object],
        clock: Callable[[], float] = time.thread_time,
        *,
        is_watched: bool = False,
        hears_calls: bool = True,
    ) -> None:
        """Open the first window; `is_watched` is True if the learner looks at the layers.

        Without `hears_calls` there is none: a compiler would compile the hooks with the model.
        """
        self._namespace = namespace
        self._hears_calls = hears_calls
        self._allowance = Allowance(SHARE, FREE_SECONDS, clock)
        self._for_always = Allowance(SHARE, FREE_SECONDS_ALWAYS, clock)
        self._paid_from = self._allowance
        """The allowance that pays for the present window."""
        self.unsent: list[ModelsDescribed] = []
        """The models at the recorded steps, until the app has them."""
        self._series: LossSeries | None = None
        self._thread = threading.get_ident()
        self._past: dict[str, HeardModel] = {}
        """The models as recorded before the present window."""
        self._new: dict[str, HeardModel] = {}
        """The models that were called in the present window."""
        self._pass: ModelPass | None = None
        self._confusion: Confusion | None = None
        self._taken: Tensor | None = None
        """The input of the model of the last pass; None once the step is over."""
        self._passes = 0
        """Number of passes that have ended in this window."""
        self._pass_seconds = 0.0
        """Seconds that the hooks have taken in the current pass."""
        self._names: dict[int, tuple[weakref.ref[nn.Module], str]] = {}
        self._before: dict[int, tuple[Tensors, Tensors]] = {}
        """The parameters of each called layer, and copies as they were at its call."""
        self._copied = 0
        self._handles: tuple[RemovableHandle, ...] = ()
        self._steps = self._backwards = 0
        """Steps and backward passes made before the window opened."""
        self._end = 1
        """The number of steps at which the window closes."""
        self._step = 0
        """The last training step in which a model was recorded."""
        self.next_step = 0
        """The next step to record, if there is time."""
        self._next_time = 0.0
        self._is_watched = False
        self.watch(is_watched=is_watched)
        self.open()

    @property
    def is_open(self) -> bool:
        """True while hooks record all calls of modules."""
        return bool(self._handles)

    def open(self, recorder: Recorder | None = None, paid_from: Allowance | None = None) -> None:
        """Record all calls of modules from now on, unless the window is open already."""
        if self.is_open or not self._hears_calls:
            return
        self._paid_from = paid_from or self._allowance
        self._before, self._names, self._pass = {}, {}, None
        self._copied = self._passes = 0
        if recorder is not None:
            self._steps, self._backwards = recorder.steps, recorder.backwards
            self._end = recorder.steps + max(1, len(recorder.trained.optimizers))
            if not recorder.steps:
                self._open_by_hand()
        self._handles = (
            register_module_forward_pre_hook(self._before_call),
            register_module_forward_hook(self._after_call),
        )

    def _open_by_hand(self) -> None:
        """Copy the layers as they are before the update by hand that follows."""
        self._backwards -= 1
        for heard in self._models.values():
            for reference in heard.modules:
                if (module := reference()) is not None:
                    self._copy_parameters(module)

    def watch(self, *, is_watched: bool) -> None:
        """Record a step soon if the learner has begun to look at the layers, else rarely."""
        if is_watched and not self._is_watched:
            self._next_time = 0.0
        self._is_watched = is_watched
        self._allowance.share = SHARE_WATCHED if is_watched else SHARE
        self._allowance.free = FREE_SECONDS_WATCHED if is_watched else FREE_SECONDS

    def close(self) -> None:
        """Remove the hooks and forget unfinished passes."""
        for handle in self._handles:
            handle.remove()
        self._handles, self._before, self._pass, self._taken = (), {}, None, None
        self._past, self._new = self._models, {}

    @property
    def _models(self) -> dict[str, HeardModel]:
        return self._past | self._new

    def after(self, recorder: Recorder, now: float, *, is_next_always: bool = False) -> None:
        """Open or close a window, after a step or a backward.

        With `is_next_always`, a window for the next step is opened beyond the usual limits.
        """
        steps = recorder.count
        if recorder.shown.series is not self._series:
            self._series = recorder.shown.series
            self.unsent.clear()  # the backward passes were not steps
        if self.is_open:
            if not self._is_over(recorder):
                if not recorder.steps and recorder.backwards == 1:
                    self._keep_unsent(self.described(recorder))  # the first update may be by hand
                return
            started = self._allowance.now()
            if self._new:
                self._keep_unsent(self.described(recorder))
            self.close()
            self._paid_from.spend(started)
            growth = GROWTH_WATCHED if self._is_watched else GROWTH
            self.next_step = max(steps + 1, int(growth * steps))
            self._next_time = now + (WATCHED_EVERY if self._is_watched else EVERY)
        if is_next_always and not self._for_always.wait():
            self.open(recorder, self._for_always)
        elif steps + 1 >= self.next_step or now >= self._next_time:
            if not self._allowance.wait():
                self.open(recorder)
            else:
                self.next_step = steps + 2 + steps // 4  # a check at each step would take time, too

    def _keep_unsent(self, described: ModelsDescribed) -> None:
        self.unsent.append(described)
        if len(self.unsent) > MAX_UNSENT:
            del self.unsent[EARLY_STEPS + 1 :: 2]

    def _is_over(self, recorder: Recorder) -> bool:
        if recorder.steps:
            return recorder.steps >= self._end
        return recorder.backwards >= self._backwards + 2

    # Recording

    def _before_call(self, module: nn.Module, arguments: tuple[object, ...]) -> None:
        if not is_loss(module):
            self._read(self._enter, module, arguments[0] if arguments else None)

    def _after_call(
        self,
        module: nn.Module,
        arguments: Any,  # noqa: ANN401 # as torch has it
        result: Any,  # noqa: ANN401
    ) -> None:
        if is_loss(module):
            self._read(self._hear_loss, module, arguments)
        elif (present := self._pass) is not None:
            self._read(self._leave, present, module, arguments, result)
            if self._pass is None:
                self._close_if_endless()

    def _read(self, work: Callable[..., None], *arguments: object) -> None:
        """Do this for a call by the program, which must not notice an error in it."""
        if (
            WATCH.recorder is None
            or threading.get_ident() != self._thread
            or are_operations_watched()
        ):
            return
        started = self._allowance.now()
        try:
            work(*arguments)
        except Exception:
            self._pass = None  # a module that cannot be read
        self._pass_seconds += self._paid_from.spend(started)
        if self._pass is not None and self._pass_seconds > PASS_SECONDS:
            self._pass.is_brief = True

    def _enter(self, module: nn.Module, first: object) -> None:
        if is_outermost(sys._getframe()):
            self._pass, self._pass_seconds = ModelPass(module, self._name_of(module)), 0.0
        if self._pass is not None:
            self._pass.enter(module, first)
            self._copy_parameters(module)

    def _leave(
        self, present: ModelPass, module: nn.Module, arguments: tuple[object, ...], result: object
    ) -> None:
        first = arguments[0] if arguments else None
        present.leave(module, first, result)
        if module is not present.model:
            return
        self._keep(present)
        self._pass = None
        self._taken = first if is_tensor(first) and tensor_numel(first) <= MAX_COPIED else None
        if is_tensor(result):
            found = confusion_of_output(result, self._taken, scopes_of_program())
            self._confusion = found or self._confusion

    def _hear_loss(self, loss: nn.Module, arguments: tuple[object, ...]) -> None:
        with suppress(Exception):  # tensors that cannot be compared
            found = confusion_of_loss(loss, arguments, self._taken)
            self._confusion = found or self._confusion

    def _close_if_endless(self) -> None:
        """Close the window if many passes have come without a training step."""
        self._passes += 1
        if self._passes > FREE_PASSES and self._paid_from.wait():
            self.close()

    def _copy_parameters(self, module: nn.Module) -> None:
        if id(module) in self._before:
            return
        parameters = tuple(own_parameters(module).values())
        count = sum(map(tensor_numel, parameters))
        if not parameters or self._copied + count > MAX_COPIED:
            return
        self._copied += count
        with torch.no_grad(), without_overrides():
            copies = tuple(each.clone() for each in plain_tensors(parameters))
        self._before[id(module)] = parameters, copies

    def _name_of(self, model: nn.Module) -> str:
        known, name = self._names.get(id(model), (None, ""))
        if known is None or known() is not model:
            found = scoped_name_of_module(model)
            name = found.path if found is not None else type_name(model)
            self._names[id(model)] = weakref.ref(model), name
        return name

    def _keep(self, finished: ModelPass) -> None:
        heard = finished.heard()
        if not own_children(finished.model):
            self._keep_loose(heard)
            return
        models, name = self._models, finished.name
        while name in models and not models[name].is_of(finished.model):
            name += "'"
        if name in models or len(models) < MAX_MODELS:
            self._new[name] = heard

    def _keep_loose(self, heard: HeardModel) -> None:
        """Add a layer that belongs to no model to the description of such layers."""
        description = ModelDescription("", "", called=True)
        loose = self._new.setdefault("", HeardModel(None, description))
        (layer,), (module,) = heard.description.layers, heard.modules
        names = [each.name for each in loose.description.layers]
        layers = list(loose.description.layers)
        if layer.name in names:
            at = names.index(layer.name)
            layers[at], loose.modules[at] = layer, module
        elif len(layers) < MAX_LAYERS:
            layers.append(layer)
            loose.modules.append(module)
        loose.description = replace(
            loose.description,
            layers=tuple(layers),
            numbers=sum(each.numbers for each in layers),
            frozen_numbers=sum(each.frozen_numbers for each in layers),
            training=heard.description.training,
        )

    # Reporting

    def described(self, recorder: Recorder, step: int = 0) -> ModelsDescribed:
        """Return the models as last recorded, with their present gradients and updates.

        `step` is the number of an unfinished step, 0 if the last step is complete.
        """
        for heard in self._new.values():
            self._complete(heard, recorder)
            self._step = step or recorder.count
        models = tuple(each.description for each in self._models.values())
        return ModelsDescribed(models, self._step, self._confusion)

    def finish(self, recorder: Recorder) -> ModelsDescribed:
        """Return all models when the program is over, even those that it has not called."""
        if self._pass is not None:
            self._pass.fail()
            self._keep(self._pass)
        if self.is_open and not self._is_over(recorder):
            # of models in an unfinished step, show the last complete step
            for name in [*self._new.keys() & self._past.keys()]:
                if not self._new[name].description.failed:
                    del self._new[name]
        described = self.described(recorder)
        self.close()
        unheard = self._uncalled() if self._hears_calls else self._unheard(recorder)
        models = [*described.models, *unheard]
        return replace(described, models=tuple(models[:MAX_MODELS]), total=recorder.count)

    def _unheard(self, recorder: Recorder) -> list[ModelDescription]:
        """Return the models with trained parameters: they were called, with unknown values."""
        trained = {name.path for name in recorder.trained.names.values()}
        found = []
        for model in self._uncalled():
            if any(name.startswith(f"{layer.name}.") for layer in model.layers for name in trained):
                layers = tuple(replace(layer, calls=1) for layer in model.layers)
                found.append(replace(model, layers=layers, called=True))
        return found

    def _uncalled(self) -> list[ModelDescription]:
        heard = self._models.values()
        known = {id(each.model()) for each in heard if each.model is not None}
        known |= {id(module()) for each in heard for module in each.modules}
        found = []
        for name, bound in own_names(self._namespace):
            if not is_module(bound):
                continue
            obj = own_children(bound).get("_orig_mod", bound)  # the model that was compiled
            if id(obj) in known or is_loss(obj):
                continue
            known |= {id(part) for _, part in named_modules(name, obj)}
            layers = [
                describe_layer(path, part)
                for path, part in named_modules(name, obj)
                if own_parameters(part) or not own_children(part)
            ]
            found.append(describe_model(name, obj, layers))
        return found

    def _complete(self, heard: HeardModel, recorder: Recorder) -> None:
        has_gradient = recorder.backwards > self._backwards
        has_update = recorder.steps > self._steps or (
            not recorder.steps and recorder.backwards >= self._backwards + 2
        )
        layers = []
        for layer, reference in zip(heard.description.layers, heard.modules, strict=False):
            module = reference()
            if module is not None and layer.numbers:
                gradient = _gradient_length(module) if has_gradient else None
                before = self._before.get(id(module)) if has_update else None
                update = _share_since(*before) if before is not None else None
                layer = replace(layer, gradient=gradient, update=update)
            layers.append(layer)
        if not recorder.steps and not any(layer.update for layer in layers):
            layers = [replace(layer, update=None) for layer in layers]  # nothing has stepped yet
        heard.description = replace(heard.description, layers=tuple(layers))


def _gradient_length(module: nn.Module) -> float | None:
    """Return the length of the gradient of the module's own parameters, None if it has none."""
    found = gradients_of([*own_parameters(module).values()])
    gradients = [each for each in found if each is not None]
    if not gradients:
        return None
    with torch.no_grad(), without_overrides():
        return _length(gradients)


def _length(tensors: Sequence[Tensor]) -> float:
    """Return the Euclidean length of all elements of the tensors together."""
    return sqrt(sum(float(norm) ** 2 for norm in norms_of([*tensors])))


def _share_since(parameters: Tensors, copies: Tensors) -> float | None:
    """Return the update's length relative to the parameters; None if they were 0."""
    with torch.no_grad(), without_overrides():
        pairs = [*zip(plain_tensors(parameters), copies, strict=True)]
        if any(now.shape != before.shape for now, before in pairs):
            return None
        length = _length(copies)
        share = _length([now - before for now, before in pairs]) / (length or 1.0)
    return share if length and isfinite(share) else None
