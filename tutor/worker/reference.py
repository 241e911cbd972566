"""The functions of the vocabulary about the earlier state of tensors, such as `old` and `moved`.

Each asks for the reference state of a tensor, which is the first of these that exists: its state
before the last optimizer step that the learner's part made with it (in a long training, the last
step logged with tensors); its state at the learner's last backward, if no optimizer stepped; its
copy among the givens; the parameter of the same name among the givens.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from tutor.worker.givens import Givens
from tutor.worker.naming import named_parameters, names_of, own_names
from tutor.worker.recorder import Recorder
from tutor.worker.tensor_numbers import gradient_of, plain_tensors
from tutor.worker.torch_private import is_module, is_tensor
from tutor.worker.trace import StepRecord, Trace

_deepcopy = copy.deepcopy


class Reference:
    """The earlier state of the tensors of one run that has ended."""

    def __init__(
        self, namespace: Mapping[str, object], givens: Givens, recorder: Recorder, trace: Trace
    ) -> None:
        self._namespace = namespace
        self._givens = givens
        self._recorder = recorder
        self._trace = trace

    def old(self, tensor: Tensor) -> Tensor:
        """Return the values of the tensor in its reference state, as a detached tensor.

        Raises LookupError if the tensor did not exist before the learner's part.
        """
        return self._reference_state(tensor)[0]

    def before_update(self, tensor: Tensor) -> Tensor:
        """Return the values that the tensor had when the learner began to change it by hand.

        They are those after the last optimizer step logged with it, or without one `old(tensor)`.
        Raises LookupError as `old` does.
        """
        for record in reversed(self._step_log()):
            for index, own in enumerate(record.parameters):
                if own is tensor and record.after:
                    return record.after[index]
        return self.old(tensor)

    def grad_of(self, tensor: Tensor) -> Tensor | None:
        """Return the gradient of the tensor in its reference state, None if it had none.

        This is the gradient that the update used, or should have used. Raises LookupError as `old`
        does.
        """
        return self._reference_state(tensor)[1]

    def moved(self, tensor: Tensor) -> bool:
        """Return True if the tensor differs from `old(tensor)`, in shape or in any value."""
        before, now = self.old(tensor), _plain(tensor)
        return before.shape != now.shape or not torch.equal(before, now)

    def unchanged(self, name: str) -> bool:
        """Return True if the given called `name` holds what it held before the learner's part.

        Of a module the parameters and buffers are compared. Raises LookupError if no given has that
        name.
        """
        if name not in vars(self._givens.copies):
            raise LookupError(f"no given is called {name}")
        return name in self._namespace and self._givens.is_same(name, self._namespace[name])

    def gradient_used(
        self, loss_fn: Callable[[nn.Module], Tensor], k: int = 0
    ) -> tuple[float, float]:
        """Return how the gradient that optimizer step `k` used compares with that of `loss_fn`.

        The result is (scale, cosine): the ratio of the norms, and the cosine of the angle between
        the two gradients, each of all parameters at once. The right one is the gradient of
        loss_fn(model) at the weights before the step. (1, 1) means that they are equal, cosine −1
        that the step went uphill; another scale with cosine 1 means that gradients accumulated, or
        that the loss was scaled. Steps are counted from 0, and −1 is the last one logged. Raises
        IndexError if there is no such step, LookupError if its tensors were not kept or no model of
        the program has its parameters, and ValueError if the right gradient is zero.
        """
        record = self._step_log()[k]
        if not record.before:
            raise LookupError(f"the tensors of step {k} were not kept: the training was long")
        used = [
            torch.zeros_like(before) if gradient is None else gradient
            for gradient, before in zip(record.gradient, record.before, strict=True)
        ]
        right = self._right_gradients(loss_fn, record)
        return _scale_and_cosine(_flatten(used), _flatten(right))

    def _right_gradients(
        self, loss_fn: Callable[[nn.Module], Tensor], record: StepRecord
    ) -> list[Tensor]:
        model, parameters = self._model_at(record)
        gradients: tuple[Tensor | None, ...] = torch.autograd.grad(
            loss_fn(model), parameters, allow_unused=True
        )
        return [
            torch.zeros_like(parameter) if gradient is None else gradient
            for gradient, parameter in zip(gradients, parameters, strict=True)
        ]

    def _model_at(self, record: StepRecord) -> tuple[nn.Module, list[Tensor]]:
        """Return a copy of the model that the step changed, and its parameters as they were before.

        Raises LookupError if no model in the namespace has any of the step's parameters.
        """
        own = {id(parameter) for parameter in record.parameters}
        models = [obj for _, obj in own_names(self._namespace) if is_module(obj)]
        original = next(
            (m for m in models if own & {id(p) for _, p in named_parameters("", m)}), None
        )
        if original is None:
            raise LookupError("no model of the program has the parameters of that step")
        memo: dict[int, Any] = {}
        model = _deepcopy(original, memo)
        copies: list[Tensor] = []
        with torch.no_grad():
            for parameter, before in zip(record.parameters, record.before, strict=True):
                copied = memo.get(id(parameter))
                if is_tensor(copied):
                    copied.requires_grad_(True)  # the program may have frozen it
                    copied.copy_(before)
                    copies.append(copied)
        return model, copies

    def _reference_state(self, tensor: Tensor) -> tuple[Tensor, Tensor | None]:
        """Return the values and the gradient of the tensor in its reference state."""
        for find in (self._at_step, self._at_backward, self._among_givens, self._by_name):
            state = find(tensor)
            if state is not None:
                return state
        raise LookupError("this tensor was not there before the learner's part")

    def _step_log(self) -> tuple[StepRecord, ...]:
        """Return the log; raise LookupError if the run's command asked for none.

        An empty log would mean that no optimizer has stepped, and give a wrong answer.
        """
        if self._recorder.step_log is None:
            raise LookupError("the states of tensors were not kept in this run")
        return self._trace.step_log

    def _at_step(self, tensor: Tensor) -> tuple[Tensor, Tensor | None] | None:
        for record in reversed(self._step_log()):
            for index, own in enumerate(record.parameters):
                if own is tensor and record.before:
                    return record.before[index], record.gradient[index]
        return None

    def _at_backward(self, tensor: Tensor) -> tuple[Tensor, Tensor | None] | None:
        moment = self._recorder.last_backward
        if moment is not None:
            for own, value, gradient in zip(*moment, strict=True):
                if own is tensor:
                    return value, gradient
        return None

    def _among_givens(self, tensor: Tensor) -> tuple[Tensor, Tensor | None] | None:
        return _with_gradient(self._givens.copy_of(tensor))

    def _by_name(self, tensor: Tensor) -> tuple[Tensor, Tensor | None] | None:
        copies = vars(self._givens.copies)
        names = names_of(tensor, self._namespace)
        states = (_with_gradient(_look_up(copies, name)) for name in names)
        return next((state for state in states if state is not None), None)


def _with_gradient(tensor: object) -> tuple[Tensor, Tensor | None] | None:
    if not is_tensor(tensor):
        return None
    return _plain(tensor), gradient_of(tensor)


def _plain(tensor: Tensor) -> Tensor:
    return plain_tensors([tensor])[0]


def _look_up(names: Mapping[str, object], name: str) -> object:
    """Return the object with a name such as `w` or `model[0].weight`, None if there is none."""
    root, *_ = ast.walk(ast.parse(name, mode="eval").body)
    first = next(node.id for node in ast.walk(root) if isinstance(node, ast.Name))
    obj = names.get(first)
    if name == first:
        return obj
    if not is_module(obj):
        return None
    return next((part for path, part in named_parameters(first, obj) if path == name), None)


def _flatten(tensors: list[Tensor]) -> Tensor:
    return torch.cat([tensor.detach().double().flatten() for tensor in tensors])


def _scale_and_cosine(used: Tensor, right: Tensor) -> tuple[float, float]:
    norm = float(right.norm())
    if norm == 0.0:
        raise ValueError("the right gradient is zero: there is nothing to compare with")
    size = float(used.norm())
    return size / norm, float(used @ right) / (size * norm) if size else 0.0
