"""The environment in which another Python imports the same tutor as this one."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import tutor


def with_own_code(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment, with the path of a checkout, which may not be installed at all."""
    source_folder = Path(tutor.__file__).parent.parent
    if source_folder.name == "site-packages":
        return dict(environment)
    inherited = environment.get("PYTHONPATH")
    folders = [str(source_folder), *([inherited] if inherited else [])]
    return {**environment, "PYTHONPATH": os.pathsep.join(folders)}
