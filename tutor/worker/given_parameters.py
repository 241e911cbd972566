"""The parameters that the given code of a step has made, as the learner's part finds them."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from tutor.wire.events import ParametersGiven
from tutor.worker.snapshots import MAX_TENSORS, Layout, Snapshot
from tutor.worker.torch_private import without_overrides
from tutor.worker.trained_names import global_tensors, names_by_id


class GivenParameters:
    """The parameters that a namespace has when this is made, to be sent later."""

    def __init__(self, namespace: Mapping[str, object]) -> None:
        self._namespace = namespace
        own = global_tensors(namespace)
        names = names_by_id({name: each for name, each in own.items() if _learns(each)})
        self._names = list(names.values())[:MAX_TENSORS]
        self._snapshot: Snapshot | None = None
        if self._names:
            try:
                self._snapshot = Layout(tuple(own[name] for name in self._names), {}).copy()
            except Exception:
                pass  # tensors of a kind that cannot be read

    def event(self) -> ParametersGiven | None:
        """Return the event about those that have their names still; None the second time."""
        snapshot, self._snapshot = self._snapshot, None
        if snapshot is None:
            return None
        own = global_tensors(self._namespace)
        places = zip(
            self._names, snapshot.layout.tensors, snapshot.entries(self._names), strict=True
        )
        return ParametersGiven(
            tuple(entry for name, each, entry in places if own.get(name) is each)
        )


def _learns(tensor: Tensor) -> bool:
    """Return True if a backward may fill the gradient of this tensor."""
    with without_overrides():
        return tensor.requires_grad and tensor.is_leaf
