"""The functions that lessons may use in expressions, besides a program's own names.

Lesson authors read this. A parameter annotated as `Model` takes a module, a function or any other
callable; one annotated as `nn.Module` needs a module. No function changes the model it is given.
Functions about the earlier state of tensors are in `reference`, those about the source code in
`code_facts`, those about data, predictions and kept models in `workflow`, and what an object does
is told by `behaviour`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

import torch
from torch import Tensor, nn

from tutor.worker.behaviour import behaviour
from tutor.worker.code_facts import CodeFacts
from tutor.worker.model_input import as_input
from tutor.worker.naming import named_modules, named_parameters
from tutor.worker.reference import Reference
from tutor.worker.torch_private import (
    graph_leaves,
    is_module,
    is_tensor,
    own_children,
    was_written,
)
from tutor.worker.trace import Trace
from tutor.worker.workflow import (
    batches,
    evaluated,
    reshuffles,
    right,
    rows_shared,
    same_state,
    stored,
)

if TYPE_CHECKING:
    from tutor.worker.execute import ProgramRun

Model: TypeAlias = Callable[..., Any]

_PROBE_SEED = 1_729
_MAX_OPERATIONS = 10_000
_deepcopy = copy.deepcopy


def run(model: Model, x: Any) -> Any:  # noqa: ANN401 # numbers, lists, arrays, tensors
    """Return model(x), computed without gradients.

    `x` may be a number, a list, an array or a tensor. It becomes a tensor and, if the model is a
    module with parameters, is cast to the dtype of the first one.
    """
    with torch.no_grad():
        return model(as_input(x, model))


def probe(model: Model, n: int, like: Tensor) -> Any:  # noqa: ANN401 # whatever the model gives
    """Return the model's output for `n` rows of standard normal numbers.

    The input has shape (n, width), where width is the length of the last axis of `like`. It is the
    same at every call, so that two models get the same rows.
    """
    return run(model, _rows(n, torch.as_tensor(like).shape[-1]))


def varies(model: Model, x: Any) -> bool:  # noqa: ANN401 # as for run
    """Return True if a second model(x) differs from the first, as where dropout is switched on."""
    first, second = run(model, x), run(model, x)
    if not (isinstance(first, Tensor) and isinstance(second, Tensor)):
        return False
    return not torch.equal(first.nan_to_num(), second.nan_to_num())


def ignores_argument(f: object, *points: Any) -> bool:  # noqa: ANN401 # as for run
    """Return True if the function gives the same for all points, of which there are two or more.

    False if it is no function, or cannot be called with one argument. Ask of arguments for which
    the right function gives other numbers, and of three or more where a limit, such as that of
    `min(1, …)`, may make two of them equal.
    """
    if not callable(f):
        return False
    try:
        first, *others = [torch.as_tensor(run(f, point)) for point in points]
        return all(torch.equal(first, other) for other in others)
    except Exception:  # whatever a learner's function raises
        return False


def stretch(model: nn.Module, k: float = 30.0) -> nn.Module:
    """Return a copy of the model with every parameter multiplied by `k`.

    A freshly initialised model gives outputs near 0, where many activations look alike. With larger
    parameters their ranges and their saturation show.
    """
    stretched = _deepcopy(model)
    with torch.no_grad():
        for _, parameter in named_parameters("", stretched):
            parameter.mul_(k)
    return stretched


def affine(f: Model, like: Tensor) -> bool:
    """Return True if f(a + b) + f(0) equals f(a) + f(b) up to rounding, as for `W @ x + b`.

    `a` and `b` are 4 fixed rows each, as wide as the last axis of `like`. A constant function is
    affine too; one that gives nan or inf is not. Ask it of `stretch(model)`: a freshly initialised
    sigmoid network is nearly a straight line.
    """
    exact = _in_double(f)
    width = torch.as_tensor(like).shape[-1]
    rows = _rows(8, width)
    a, b = rows[:4], rows[4:]
    if is_module(exact):
        a, b = a.double(), b.double()
    parts = [run(exact, x).double() for x in (a + b, torch.zeros_like(a), a, b)]
    left, right = parts[0] + parts[1], parts[2] + parts[3]
    scale = float(torch.stack(parts).abs().max())
    tolerance = (1e-9 if is_module(exact) else 1e-4) * max(scale, 1e-12)
    return bool(torch.isfinite(left - right).all()) and bool(
        (left - right).abs().max() <= tolerance
    )


def ends_linear(model: nn.Module) -> bool:
    """Return True if no activation follows the last nn.Linear that a forward pass calls.

    Tested by scaling that layer's weight and bias by −3 in a copy: the output must then be −3 times
    what it was, and not all zeros. Raises ValueError if the model has no weight matrix or calls no
    nn.Linear.
    """
    exact = _in_double(model)
    x = _rows(8, _input_width(exact))
    last = _called_linear(exact, x)[-1]
    before = run(exact, x)
    with torch.no_grad():
        for parameter in last.parameters():
            parameter.mul_(-3)
    after = run(exact, x)
    return bool(before.abs().max() > 0) and torch.allclose(after, -3 * before)


def linear_shapes(model: nn.Module) -> tuple[tuple[int, int], ...]:
    """Return (in_features, out_features) of each nn.Linear, in the order the model holds them.

    A layer that the model holds twice is counted once.
    """
    return tuple(
        (layer.in_features, layer.out_features)
        for layer in _distinct_modules(model)
        if isinstance(layer, nn.Linear)
    )


def weights(model: nn.Module) -> tuple[Tensor, ...]:
    """Return the parameters with at least two axes: the weights without the biases.

    They are the model's own tensors, not copies.
    """
    return tuple(weight for _, weight in named_parameters("", model) if weight.dim() >= 2)


def layers(model: nn.Module) -> tuple[nn.Module, ...]:
    """Return the modules that contain no other module, each once, in the model's order.

    They are the model's own modules, not copies.
    """
    return tuple(part for part in _distinct_modules(model) if not own_children(part))


def is_parameter(obj: object) -> bool:
    """Return True if `obj` is an nn.Parameter, which a module registers as trainable."""
    return isinstance(obj, nn.Parameter)


def written_into(obj: object) -> bool:
    """Return True if a tensor was written into after it was made, as by `x -= 1`.

    Of an array nothing is known, and False returned.
    """
    return is_tensor(obj) and was_written(obj)


def linear_calls(model: nn.Module, like: Tensor | None = None) -> tuple[tuple[int, int], ...]:
    """Return (in_features, out_features) of each nn.Linear that one forward pass calls, in order.

    More entries than in `linear_shapes(model)` mean that a layer is used twice, fewer that one is
    not used. The input is as wide as the last axis of `like`, or without `like` as the first weight
    matrix. Raises ValueError if no nn.Linear is called.
    """
    copied = _deepcopy(model)
    called = _called_linear(copied, _probe_input(copied, like))
    return tuple((layer.in_features, layer.out_features) for layer in called)


def all_used(model: nn.Module, like: Tensor | None = None) -> bool:
    """Return True if every parameter of the model takes part in computing its output.

    Tested by a backward pass in a copy, in which all parameters require gradients. `like` is as in
    `linear_calls`.
    """
    copied = _deepcopy(model)
    parameters = [parameter for _, parameter in named_parameters("", copied)]
    with torch.enable_grad():
        for parameter in parameters:
            parameter.requires_grad_(True)
        output = copied(as_input(_probe_input(copied, like), copied))
        gradients = torch.autograd.grad(output.sum(), parameters, allow_unused=True)
    return all(gradient is not None for gradient in gradients)


def weights_used(model: Model, x: Any) -> tuple[tuple[int, ...], ...]:  # noqa: ANN401 # as for run
    """Return the shapes of the trainable tensors with at least two axes that model(x) depends on.

    The shapes are sorted, and each tensor counts once. The tensors are found by following the
    graph of the output, so that this works for a function, which holds no parameters, too.
    """
    called = _deepcopy(model) if is_module(model) else model
    with torch.enable_grad():
        output = called(as_input(x, called))
    leaves = {id(leaf): leaf for leaf in graph_leaves([output], _MAX_OPERATIONS)}
    return tuple(sorted(tuple(leaf.shape) for leaf in leaves.values() if leaf.dim() >= 2))


def vocabulary_for(finished: ProgramRun, trace: Trace) -> dict[str, object]:
    """Return every function of the vocabulary by its name, for questions about one run."""
    reference = Reference(finished.namespace, finished.givens, finished.recorder, trace)
    code = CodeFacts(finished.tree, finished.namespace)
    bound: tuple[Callable[..., object], ...] = (
        reference.old,
        reference.before_update,
        reference.grad_of,
        reference.moved,
        reference.unchanged,
        reference.gradient_used,
        code.uses,
        code.mentions,
        code.typed,
        code.has_compare,
        code.uncalled,
        code.in_function,
        code.rebinds_loop_variable,
        code.passes,
        code.arguments_of,
        code.restarted,
    )
    return {function.__name__: function for function in (*_GENERAL, *bound)}


_GENERAL: tuple[Callable[..., object], ...] = (
    run,
    probe,
    varies,
    ignores_argument,
    stretch,
    affine,
    ends_linear,
    linear_shapes,
    weights,
    layers,
    is_parameter,
    written_into,
    linear_calls,
    all_used,
    weights_used,
    behaviour,
    evaluated,
    right,
    batches,
    reshuffles,
    stored,
    same_state,
    rows_shared,
)


def _distinct_modules(model: nn.Module) -> list[nn.Module]:
    modules = {id(part): part for _, part in named_modules("", model)}
    return list(modules.values())


def _in_double(f: Any) -> Any:  # noqa: ANN401 # a module, or any function
    """Return a float64 copy of a module in evaluation mode, or a function as it is.

    In evaluation mode dropout does nothing, so that the copy gives the same output each time.
    """
    return _deepcopy(f).double().eval() if is_module(f) else f


def _rows(n: int, width: int) -> Tensor:
    generator = torch.Generator().manual_seed(_PROBE_SEED)
    return torch.randn(n, width, generator=generator, dtype=torch.float32)


def _input_width(model: nn.Module) -> int:
    """Return how wide the input of the model's first weight matrix is.

    Raises ValueError if there is none. A lesson with another kind of input passes `like`.
    """
    for weight in weights(model):
        if weight.dim() == 2:
            return int(weight.shape[1])
    raise ValueError("the model has no weight matrix")


def _probe_input(model: nn.Module, like: Tensor | None) -> Tensor:
    width = _input_width(model) if like is None else torch.as_tensor(like).shape[-1]
    return _rows(4, int(width))


def _called_linear(model: nn.Module, x: Tensor) -> list[nn.Linear]:
    """Return the linear layers in the order in which a forward pass calls them.

    Raises ValueError if it calls none.
    """
    called: list[nn.Linear] = []
    with _record_calls(model, called):
        run(model, x)
    if not called:
        raise ValueError("the model calls no nn.Linear")
    return called


@contextmanager
def _record_calls(model: nn.Module, called: list[nn.Linear]) -> Iterator[None]:
    def record(layer: nn.Module, args: object) -> None:
        if isinstance(layer, nn.Linear):
            called.append(layer)

    handles = [
        part.register_forward_pre_hook(record)
        for part in _distinct_modules(model)
        if isinstance(part, nn.Linear)
    ]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
