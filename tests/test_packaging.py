"""What is installed has the lessons and figures with it, however it was installed."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def unpacked_wheel(tmp_path: Path) -> Path:
    """The wheel of this tree, unpacked where nothing else lies."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("nntutor-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    return tmp_path / "site"


def _listed(package_root: Path, home: Path) -> str:
    """What `nntutor list --json` prints with the package found there."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "tutor", "--data-dir", str(home / "data"), "list", "--json"],
        cwd=home,
        env={"PYTHONPATH": str(package_root), "PATH": "", "HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_wheel_and_checkout_list_the_same_steps(unpacked_wheel: Path, tmp_path: Path) -> None:
    from_wheel = _listed(unpacked_wheel, tmp_path)
    assert from_wheel == _listed(ROOT, tmp_path)
    assert '"step": "training-loop"' in from_wheel


def test_the_wheel_holds_figures_families_data_and_no_tests(unpacked_wheel: Path) -> None:
    files = {path.name for path in (unpacked_wheel / "tutor/content/images").iterdir()}
    assert files >= {path.name for path in (ROOT / "images").glob("*.png")}
    families = {path.name for path in (unpacked_wheel / "tutor/content/lessons/families").iterdir()}
    assert families == {path.name for path in (ROOT / "lessons/families").iterdir()}
    data = {path.name for path in (unpacked_wheel / "tutor/content/lessons/data").iterdir()}
    assert data == {path.name for path in (ROOT / "lessons/data").iterdir()}
    assert list(unpacked_wheel.glob("nntutor-*.dist-info/licenses/lessons/data/NOTICE"))
    assert {path.name for path in unpacked_wheel.iterdir() if path.suffix != ".dist-info"} == {
        "tutor"
    }
