"""Lists of numbers that a program has kept, such as the losses of a training without torch.

They are searched at the end of a run that has recorded no loss. The learner decides if one of them
is a curve of losses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import numpy as np

from tutor.wire.events import NumbersKept
from tutor.worker.guard import clean
from tutor.worker.naming import own_names
from tutor.worker.torch_private import is_tensor

MIN_NUMBERS = 3
MAX_NUMBERS = 20_000
"""Maximum length of a list that is sent whole; a longer list is sampled evenly."""
MAX_LISTS = 4
_MAX_NAME = 100
_MAX_LOOKED_AT = 500
_LIKELY = re.compile("loss|cost|err|mse|history|energy|objective", re.IGNORECASE)


def kept_numbers(namespace: Mapping[str, object]) -> tuple[NumbersKept, ...]:
    """Return the lists of numbers among the global names, those named like losses first.

    The values of a global dictionary count as well.
    """
    found = []
    for name, obj in _candidates(namespace):
        numbers = _numbers(obj)
        if len(numbers) >= MIN_NUMBERS:
            is_likely = _LIKELY.search(name) is not None
            found.append(NumbersKept(clean(name, _MAX_NAME), numbers, is_likely))
    found.sort(key=lambda each: not each.is_likely)
    return tuple(found[:MAX_LISTS])


def _candidates(namespace: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for name, obj in own_names(namespace)[:_MAX_LOOKED_AT]:
        if type(obj) is dict:
            for key, each in list(obj.items())[:_MAX_LOOKED_AT]:
                if type(key) is str:
                    yield f"{name}[{key!r}]", each
        else:
            yield name, obj


def _numbers(obj: object) -> tuple[float, ...]:
    """Return the numbers of a list; () for any other object.

    A list of whole numbers gives (), too: these are more likely indices or labels.
    """
    if type(obj) is not list or len(obj) < MIN_NUMBERS:
        return ()
    some = obj[:: -(-len(obj) // MAX_NUMBERS)]
    numbers = tuple(number for number in map(_number, some) if number is not None)
    is_of_numbers = len(numbers) == len(some) and any(type(each) is not int for each in some)
    return numbers if is_of_numbers else ()


def _number(obj: object) -> float | None:
    kind = type(obj)
    if kind is float or kind is int or issubclass(kind, np.floating):
        return float(obj)  # type: ignore[arg-type] # its type was looked at
    if is_tensor(obj) and obj.numel() == 1 and obj.dtype.is_floating_point and not obj.is_meta:
        return float(obj.detach())
    return None
