"""Finds what a program needs to use this machine's graphics cards: device files and selection.

Only cards of NVIDIA are supported. Nothing is opened here, and no driver is asked.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from tutor.wire.control import GpuAccess

VISIBLE = "CUDA_VISIBLE_DEVICES"
"""Variable by which a batch system or an administrator selects the cards."""

_DRIVER = "nvidiactl"
_DEVICE = re.compile(r"nvidiactl|nvidia\d{1,3}|nvidia-uvm|nvidia-uvm-tools")
_CAPABILITIES = "nvidia-caps"
"""Folder with the device files of parts of a card (MIG)."""


def find_gpu_access(
    folder: Path = Path("/dev"), environment: Mapping[str, str] = os.environ
) -> GpuAccess | None:
    """Return the access to the cards of this machine; None if there is none.

    An empty `CUDA_VISIBLE_DEVICES`, which hides them all, gives None, too.
    """
    visible = environment.get(VISIBLE)
    devices = tuple(sorted(_devices(folder)))
    are_hidden = visible is not None and not visible.strip()
    if are_hidden or not (folder / _DRIVER).exists():
        return None
    return GpuAccess(devices, visible)


def _devices(folder: Path) -> Iterator[str]:
    for path in (*folder.glob("nvidia*"), *folder.joinpath(_CAPABILITIES).glob("*")):
        is_known = path.parent != folder or _DEVICE.fullmatch(path.name)
        if is_known and _is_device(path):
            yield str(path)


def _is_device(path: Path) -> bool:
    try:
        return stat.S_ISCHR(path.lstat().st_mode)
    except OSError:
        return False
