"""A session without a screen that watches one file until a signal ends it, for `nntutor watch`.

It needs no framework.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from tutor.client.factory import make_client
from tutor.client.interface import Client, OnState
from tutor.client.short_lived import run_until_signal
from tutor.config import Config
from tutor.course.kinds import kind_of
from tutor.first_screen.given_code import all_givens
from tutor.paths import Places
from tutor.progress.watched_file import CannotWatch
from tutor.session.core import TutorSession
from tutor.session.words.key_names import KeyNames, fill_known_keys
from tutor.watch.file_teller import FileTeller, opening_lines
from tutor.watch.wrapped_text import wrapped

__all__ = ["CannotWatch", "WatchCommand"]

NO_STEP = "There is no step to watch."
NO_CODE = "The step `{step}` has no code to edit. `nntutor list` shows all steps."
ONLY_MOVES = (
    "The lines of the step `{step}` are only put in order, which is done in the tutor itself: "
    "`nntutor open {step}`."
)
HOW_TO_END = "A check follows each quick run. Ctrl+C ends this."


class WatchCommand(Struct, frozen=True, kw_only=True):
    """One call of the command; `tell` gets each line."""

    places: Places
    config: Config
    problems: Sequence[str]
    """Sentences about problems of the config."""
    step: str | None
    """None for the step where the learner left off."""
    file: Path | None
    """None for a file named after the step, in the current folder."""
    keys: KeyNames
    tell: Callable[[str], None]
    columns: Callable[[], int] = lambda: 0
    """Width of the terminal, at which the tutor's own sentences are wrapped; 0 for none."""
    make_client: Callable[[OnState], Client] | None = None
    """For tests; None makes a client with a worker."""

    def run(self) -> None:
        """Watch the file until a signal; then save everything and raise StoppedBySignal.

        Raises CannotWatch.
        """
        run_until_signal(self.watch)

    async def watch(self) -> None:
        """Watch the file until this is cancelled."""
        session = TutorSession(
            self.places,
            self.config,
            make_client=self.make_client or self._client,
            now=_now,
            problems=self.problems,
            start_at=self.step,
            keys=self.keys,
        )
        try:
            await session.open(enter=False)
            await self._begin(session)
            await _until_failure(session)
        finally:
            await session.close()

    async def _begin(self, session: TutorSession) -> None:
        for problem in session.state.problems:
            self._say(problem)
        step = session.state.step
        if step is None:
            raise CannotWatch(NO_STEP)
        if not kind_of(step).has_solution:
            raise CannotWatch(NO_CODE.format(step=step.id))
        if kind_of(step).has_only_moves:
            raise CannotWatch(ONLY_MOVES.format(step=step.id))
        session.go_to(step.id)  # the learner did not leave off at a step that was refused
        path = self.file or Path(f"{step.id}.py")
        given, (text, _) = all_givens(step), session.drafts.first_text(step)
        await session.file_watch.begin(step, path, text, given, run_at_once=True)
        for line in opening_lines(step, given):
            self._say(line)
        self._say(f"\n{fill_known_keys(session.state.notice, {})} {HOW_TO_END}")
        # before the first run, which begins once this task waits
        session.subscribe(FileTeller(self.tell, session.timeline, _now, self.columns).follow)

    def _say(self, text: str) -> None:
        self.tell(wrapped(text, self.columns()))

    def _client(self, on_state: OnState) -> Client:
        client = make_client(self.config, self.places, learner_present=True)
        client.on_state = on_state
        return client


def _now() -> datetime:
    return datetime.now(UTC)


async def _until_failure(session: TutorSession) -> None:
    """Wait for ever; raise an unexpected error of one of the session's tasks."""
    failed = asyncio.Event()
    session.subscribe(lambda _old, new: failed.set() if new.failure is not None else None)
    await failed.wait()
    assert session.state.failure is not None
    raise session.state.failure
