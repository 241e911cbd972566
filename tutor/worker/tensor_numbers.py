"""The numbers of tensors and arrays, as bytes and as statistics.

Numbers are widened to float64, int64, complex128, or one byte for a bool. This module saves
references to functions of torch and numpy before a program can replace them.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from math import isfinite, nan, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from tutor.wire.values import MAX_WHOLE, SAMPLE, ArrayValue, NumberKind, Statistics, TensorValue
from tutor.worker.torch_private import is_tensor, without_overrides

MAX_STATISTICS = 4_194_304
"""Maximum size of a tensor with exact statistics; those of a larger one are of a sample."""

STATISTICS_SAMPLE = 262_144
"""Elements in that sample, evenly spread."""

_PART = 32_768
"""Elements that are widened at once, to 256 kB: more would evict the training from the processor's
cache."""

Spend = Callable[[int], bool]
"""Takes a number of bytes from a budget, and returns False if they are not left."""
Numbers = npt.NDArray[Any]


def _getter(name: str) -> Callable[[Tensor], Any]:
    """Return the getter of a tensor's property, which no subclass or replacement can change."""
    getter: Callable[[Tensor], Any] = inspect.getattr_static(Tensor, name).__get__
    return getter


_detach = Tensor.detach
_to_dense = Tensor.to_dense
_numel = Tensor.numel
_element_size = Tensor.element_size
_size = Tensor.size
_grad = _getter("grad")
_is_leaf = _getter("is_leaf")
_dtype = _getter("dtype")
_device = _getter("device")
_retains_grad = _getter("retains_grad")
_aminmax = torch.aminmax
plain_shape: Callable[[Tensor], tuple[int, ...]] = _getter("shape")
"""The shape of a tensor that is no subclass, in a tenth of the time of `tensor_shape`."""
_view = np.ndarray.view

_TORCH_WIDE: dict[NumberKind, torch.dtype] = {
    "float": torch.float64,
    "int": torch.int64,
    "bool": torch.bool,
    "complex": torch.complex128,
}
_NUMPY_WIDE: dict[str, tuple[NumberKind, type]] = {
    "f": ("float", np.float64),
    "i": ("int", np.int64),
    "u": ("int", np.int64),
    "b": ("bool", np.bool_),
    "c": ("complex", np.complex128),
}
_WIDTH: dict[NumberKind, int] = {"float": 8, "int": 8, "bool": 1, "complex": 16}


def tensor_numel(tensor: Tensor) -> int:
    """Return the number of elements, even if a subclass overrides `numel`."""
    with without_overrides():
        return _numel(tensor)


def tensor_shape(tensor: Tensor) -> tuple[int, ...]:
    """Return the shape as plain integers, () for a nested tensor, which has none."""
    with without_overrides():
        plain = _detach(tensor)
        return () if plain.is_nested else tuple(int(length) for length in _size(plain))


def tensor_dtype(tensor: Tensor) -> str:
    """Return the name of the tensor's dtype, such as "float32"."""
    with without_overrides():
        return dtype_name(_dtype(tensor))


def tensor_device(tensor: Tensor) -> str:
    """Return the name of the tensor's device, such as "cpu" or "cuda:0"."""
    with without_overrides():
        return str(_device(tensor))


def dtype_name(dtype: object) -> str:
    """Return torch's or numpy's name of a dtype, without the prefix "torch."."""
    return str(dtype).removeprefix("torch.")


def gradient_of(tensor: Tensor) -> Tensor | None:
    """Return `.grad`, None for a tensor inside a graph, which torch would warn about."""
    with without_overrides():
        if not (_is_leaf(tensor) or _retains_grad(tensor)):
            return None
        gradient = _grad(tensor)
        return gradient if is_tensor(gradient) else None


def gradients_of(tensors: Sequence[Tensor]) -> list[Tensor | None]:
    """Return the `.grad` of each tensor; all must be leaves, since torch warns about others."""
    with without_overrides():
        return [_grad(tensor) for tensor in tensors]


def plain_tensors(tensors: Sequence[Tensor]) -> list[Tensor]:
    """Return each tensor detached: a plain tensor without history, sharing its memory."""
    with without_overrides():
        return [_detach(tensor) for tensor in tensors]


def size_in_bytes(tensors: Sequence[Tensor]) -> int:
    """Return the size of all elements of the tensors together."""
    with without_overrides():
        return sum(_numel(tensor) * _element_size(tensor) for tensor in tensors)


def tensor_value(
    tensor: Tensor, max_whole: int, spend: Spend, *, with_statistics: bool = False
) -> TensorValue | None:
    """Return the tensor as a plain value, None if its numbers cannot be read.

    These are tensors on the device "meta", and quantized, nested and vast sparse ones. A tensor of
    more than `max_whole` elements is sampled. The data is empty if `spend` refuses its size. A
    sampled tensor has statistics, and `with_statistics` any other that is not drawn from its data.
    """
    with without_overrides():
        plain = _readable(tensor)
        if plain is None:
            return None
        kind = _kind(plain.dtype)
        numel = plain.numel()
        sampled = numel > max_whole
        count = min(numel, SAMPLE) if sampled else numel
        numbers = _tensor_numbers(plain, kind, count)
        data = numbers.tobytes() if spend(count * _WIDTH[kind]) else b""
        has_statistics = sampled or (with_statistics and _is_not_drawn(data, kind))
        return TensorValue(
            dtype=dtype_name(plain.dtype),
            kind=kind,
            shape=tuple(plain.shape),
            data=data,
            sampled=sampled,
            statistics=tensor_statistics(plain) if has_statistics else None,
            device=tensor_device(tensor),
        )


def _is_not_drawn(data: bytes, kind: NumberKind) -> bool:
    """Return True if the app cannot draw the data, and so needs statistics."""
    return not data or kind == "complex"


def _readable(tensor: Tensor) -> Tensor | None:
    """Return the tensor detached, dense and on the CPU, None if it cannot be read."""
    plain = _detach(tensor)
    if plain.is_nested or plain.is_quantized or plain.device.type == "meta":
        return None
    if plain.layout is not torch.strided:
        if plain.numel() > MAX_WHOLE:
            return None
        plain = _to_dense(plain)
    return plain.cpu()


def _kind(dtype: torch.dtype) -> NumberKind:
    if dtype.is_floating_point:
        return "float"
    if dtype.is_complex:
        return "complex"
    return "bool" if dtype is torch.bool else "int"


def _tensor_numbers(plain: Tensor, kind: NumberKind, count: int) -> Numbers:
    """Return `count` elements, evenly spread and widened: all of them if it has no more."""
    numel = plain.numel()
    if count < numel and plain.is_contiguous():  # then no index of each axis has to be worked out
        plain = plain.view(-1)[torch.from_numpy(_flat_positions(numel, count))]
    elif count < numel:
        plain = plain[_positions(numel, count, tuple(plain.shape))]
    wide = plain.to(_TORCH_WIDE[kind]).resolve_conj().resolve_neg()
    numbers: Numbers = wide.contiguous().numpy()
    return numbers


def _positions(numel: int, count: int, shape: tuple[int, ...]) -> tuple[Any, ...]:
    """Return the indices of the elements `i * numel // count`, an array for each axis."""
    return np.unravel_index(_flat_positions(numel, count), shape)


def _flat_positions(numel: int, count: int) -> npt.NDArray[np.int64]:
    return np.arange(count, dtype=np.int64) * numel // count


def tensor_statistics(plain: Tensor) -> Statistics:
    """Return the statistics of a dense tensor without history.

    Those of a complex tensor are of its absolute values. nan and infinity are only counted; if
    there is nothing else, mean, std, low and high are nan.
    """
    count = _statistics_count(plain.numel())
    if count < plain.numel():
        plain = plain[_positions(plain.numel(), count, tuple(plain.shape))]
    return _statistics(plain.to(torch.complex128).abs() if plain.is_complex() else plain)


def _statistics_count(numel: int) -> int:
    return numel if numel <= MAX_STATISTICS else STATISTICS_SAMPLE


def _statistics(real: Tensor) -> Statistics:
    """Return the statistics of real numbers, computed in float64."""
    flat = real.reshape(-1).cpu()  # at once: each number of a graphics card is waited for
    if flat.dtype not in (torch.float32, torch.float64):
        flat = flat.double()
    if flat.numel():
        low, high = map(float, _aminmax(flat))  # nan if any element is
        if isfinite(low) and isfinite(high):
            return Statistics(*_mean_and_std(flat), low, high, 0, 0)
    finite = flat[flat.isfinite()]
    nans = int(flat.isnan().sum())
    infinities = flat.numel() - nans - finite.numel()
    if finite.numel():
        low, high = float(finite.min()), float(finite.max())
        return Statistics(*_mean_and_std(finite), low, high, nans, infinities)
    return Statistics(nan, nan, nan, nan, nans, infinities)


def _mean_and_std(flat: Tensor) -> tuple[float, float]:
    """Return the mean and the standard deviation of finite numbers.

    Each part is widened once and has a mean of its own, which takes a third of two passes over all,
    and a tenth of what `torch.std` takes.
    """
    parts: list[tuple[int, float]] = []
    squares = 0.0
    for part in torch.split(flat, _PART):
        deviations = part.to(torch.float64, copy=True)  # float64 already, it would be the program's
        parts.append((part.numel(), float(deviations.sum()) / part.numel()))
        deviations -= parts[-1][1]
        squares += float(deviations.dot(deviations))
    mean = sum(count * part_mean for count, part_mean in parts) / flat.numel()
    squares += sum(count * (part_mean - mean) ** 2 for count, part_mean in parts)
    return mean, sqrt(squares / flat.numel())


def array_value(
    array: npt.NDArray[Any] | np.generic,
    max_whole: int,
    spend: Spend,
    *,
    with_statistics: bool = False,
) -> ArrayValue | None:
    """Return the array as a plain value, None if it holds objects, texts, dates or records.

    An array of more than `max_whole` elements is sampled. The data is empty if `spend` refuses its
    size. It has statistics where `tensor_value` gives some.
    """
    plain = np.asarray(array) if isinstance(array, np.generic) else _view(array, np.ndarray)
    if plain.dtype.kind not in _NUMPY_WIDE:
        return None
    kind, wide = _NUMPY_WIDE[plain.dtype.kind]
    sampled = plain.size > max_whole
    count = min(plain.size, SAMPLE) if sampled else plain.size
    numbers = _array_numbers(plain, wide, count)
    data = numbers.tobytes() if spend(count * _WIDTH[kind]) else b""
    has_statistics = sampled or (with_statistics and _is_not_drawn(data, kind))
    return ArrayValue(
        dtype=str(plain.dtype),
        kind=kind,
        shape=tuple(plain.shape),
        data=data,
        sampled=sampled,
        statistics=_array_statistics(plain, wide) if has_statistics else None,
    )


def _array_numbers(plain: Numbers, wide: type, count: int) -> Numbers:
    if count < plain.size:
        plain = plain[_positions(plain.size, count, plain.shape)]
    return plain.astype(wide)


def _array_statistics(plain: Numbers, wide: type) -> Statistics:
    numbers = _array_numbers(plain, wide, _statistics_count(plain.size))
    real = np.abs(numbers) if numbers.dtype.kind == "c" else numbers
    with torch.no_grad(), without_overrides():
        return _statistics(torch.from_numpy(real.astype(np.float64)))
