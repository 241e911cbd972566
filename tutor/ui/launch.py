"""Opening the app on the terminal of this process. For `tutor.cli` alone.

Nothing of textual may be imported before the environment is prepared: textual reads its settings
while it is being imported.
"""

from __future__ import annotations

import gc
import sys
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING

from tutor.config import read_config
from tutor.paths import Places
from tutor.ui.environment import (
    environment_problems,
    prepare_environment,
    replace_unencodable,
    resolve_glyphs,
    terminal_problem,
)

if TYPE_CHECKING:
    from tutor.first_screen.held_terminal import HeldTerminal
    from tutor.progress.own_files import OpenedProgram


FAULT = (
    "An internal error of the tutor occurred while you worked. Everything that you wrote is "
    "saved. The error:"
)


class CannotOpen(Exception):
    """Raised if the app cannot open here; the message gives the reason and advice."""


def launch(
    places: Places,
    start_at: str | None,
    *,
    mouse: bool,
    slow: bool,
    here: bool = False,
    own: OpenedProgram | None = None,
    review: bool = False,
    held_terminal: HeldTerminal | None = None,
) -> int:
    """Run the app to its end and return the exit status.

    `start_at` is the id of the step to open; None opens the learner's last place. `slow` draws as
    over a slow line; with `here`, programs run on this machine, whatever the config says. `own` is
    a program of the learner's own, which is opened in place of the course. With `review`, the
    review comes first. Raises CannotOpen if the terminal cannot show the app.
    """
    problem = terminal_problem()
    if problem is not None:
        raise CannotOpen(problem)
    gc.disable()  # the app turns it on again: nearly all objects of the start stay alive
    prepare_environment(slow=slow)
    replace_unencodable()
    from tutor.ui.app import TutorApp

    config, problems = read_config(places.config)
    if here:
        config = config.with_worker_here()
    app = TutorApp(
        places=places,
        config=resolve_glyphs(config),
        problems=(*environment_problems(), *problems),
        start_at=start_at,
        own=own,
        review=review,
        held_terminal=held_terminal,
    )
    app.run(mouse=mouse)
    if app.fault is not None:
        tell_fault(app.fault)
    return app.return_code or 0


def tell_fault(fault: Exception) -> None:
    """Print a hidden fault in full; a closed terminal is no error."""
    with suppress(OSError):
        sys.stderr.write(f"{FAULT}\n")
        traceback.print_exception(fault)
