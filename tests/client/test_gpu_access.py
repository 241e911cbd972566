"""Which device files give access to graphics cards, and that there is none where none is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutor.client import gpu_access
from tutor.client.gpu_access import VISIBLE, find_gpu_access
from tutor.wire.control import GpuAccess


@pytest.fixture
def devices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder like /dev of a machine with two cards, of plain files."""
    monkeypatch.setattr(gpu_access, "_is_device", Path.is_file)
    (tmp_path / "nvidia-caps").mkdir()
    for name in ("nvidiactl", "nvidia0", "nvidia12", "nvidia-uvm", "nvidia-uvm-tools"):
        (tmp_path / name).touch()
    for name in ("nvidia-modeset", "nvidia0.old", "nvidia-caps/nvidia-cap1", "sda", "kfd"):
        (tmp_path / name).touch()
    return tmp_path


ALLOWED = (
    *("nvidia-caps/nvidia-cap1", "nvidia-uvm", "nvidia-uvm-tools", "nvidia0", "nvidia12"),
    "nvidiactl",
)


@pytest.mark.parametrize("visible", [None, "1", "GPU-8932f937"])
def test_the_files_of_the_driver_are_found_and_no_others(
    devices: Path, visible: str | None
) -> None:
    environment = {} if visible is None else {VISIBLE: visible}
    found = find_gpu_access(devices, environment)
    assert found == GpuAccess(tuple(f"{devices}/{name}" for name in ALLOWED), visible)


@pytest.mark.parametrize("visible", ["", " "])
def test_cards_that_the_environment_hides_are_none(devices: Path, visible: str) -> None:
    assert find_gpu_access(devices, {VISIBLE: visible}) is None


def test_without_the_driver_there_is_none(devices: Path) -> None:
    (devices / "nvidiactl").unlink()
    assert find_gpu_access(devices, {}) is None
    assert find_gpu_access(devices / "none", {}) is None


def test_a_file_or_a_link_is_no_device(tmp_path: Path) -> None:
    (tmp_path / "nvidiactl").touch()
    (tmp_path / "nvidia0").symlink_to("/dev/null")
    assert find_gpu_access(tmp_path, {}) == GpuAccess(())
