"""The picture of the house in CONTRIBUTING shows the rooms as the import rules order them."""

from __future__ import annotations

import runpy
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_picture_is_as_the_import_rules_are() -> None:
    drawn = runpy.run_path(str(ROOT / "images" / "house.py"))["picture"]()
    kept = (ROOT / "images" / "house.svg").read_text(encoding="utf-8")
    assert kept == drawn, "python images/house.py draws it anew"
