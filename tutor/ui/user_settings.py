"""Problems of config.toml that only the interface can detect: themes, actions and keys.

For the app, and for `nntutor doctor` by way of the cli. `tutor.config` checks all other settings.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from textual.theme import BUILTIN_THEMES

from tutor.config import Config, line_of_setting
from tutor.ui.remapping import remap
from tutor.ui.theme import THEMES


def settings_problems(config: Config, file: Path) -> tuple[str, ...]:
    problems = sorted(
        (line_of_setting(file, path), ".".join(path), words) for path, words in _mistakes(config)
    )
    return tuple(f"{file}:{line}: {key}: {words}" for line, key, words in problems)


def known_themes() -> tuple[str, ...]:
    return (*(theme.name for theme in THEMES), *BUILTIN_THEMES)


def _mistakes(config: Config) -> Iterator[tuple[tuple[str, ...], str]]:
    if config.theme not in known_themes():
        known = ", ".join(theme.name for theme in THEMES)
        yield ("theme",), f"there is no {config.theme}; known are {known}"
    for mistake in remap(config.keys, config.only).mistakes:
        yield ("keys", mistake.action), mistake.reason
