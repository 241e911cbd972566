"""Opens the app on the terminal of this process. For cli alone; imports nothing of textual before
the environment is prepared for it.
"""

from __future__ import annotations

import gc

from tutor.config import read_config
from tutor.paths import Places
from tutor.ui.environment import (
    environment_problems,
    prepare_environment,
    replace_unencodable,
    resolve_glyphs,
    terminal_problem,
)


class CannotOpen(Exception):
    """The app cannot open here; the message says why, and what to do."""


def launch(places: Places, start_at: str | None, *, mouse: bool, slow: bool) -> int:
    """Runs the app to its end. The exit status. Raises CannotOpen."""
    problem = terminal_problem()
    if problem is not None:
        raise CannotOpen(problem)
    gc.disable()  # until the lesson is open: most of what a start makes stays
    prepare_environment(slow=slow)
    replace_unencodable()
    from tutor.ui.app import TutorApp

    config, problems = read_config(places.config)
    app = TutorApp(
        places=places,
        config=resolve_glyphs(config),
        problems=(*environment_problems(), *problems),
        start_at=start_at,
    )
    app.run(mouse=mouse)
    return app.return_code or 0
