"""Names that the editor can offer: of the libraries, of the lessons, of the last run.

The worker is asked for the index of its libraries once; it is never woken for it. What is not known
yet is left out, and nobody waits for it.
"""

from __future__ import annotations

import asyncio
from collections import Counter

from tutor.completion.facts import run_names
from tutor.completion.library import NO_LIBRARY, Entry, Library, read_entries
from tutor.completion.referents import RunNames
from tutor.completion.taught import names_in, names_in_text
from tutor.course.kinds import scaffold_of
from tutor.course.model import Step
from tutor.session.core import Hub
from tutor.session.opening import BREATH_S
from tutor.wire.commands import ObserveAll, Program, Question
from tutor.wire.values import Missing, SequenceValue, TextValue, Value

INDEX = "library_index()"
DOCUMENTATION = "library_documentation({path!r})"
"""Questions to the worker, which `tutor.worker.library_index` answers."""

AT_ONCE = 400
"""Names that are read at once: some two milliseconds."""

MAX_ATTEMPTS = 3
"""Maximum requests for the index while the worker has none: each costs half a second."""


class KnownNames:
    """The names that are known to one session."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.library: Library = NO_LIBRARY
        self._taught: tuple[str, Counter[str]] = "", Counter()
        """A step's id, and the names that were taught before it."""
        self.is_reading = False
        self._attempts = 0

    async def read_library(self) -> None:
        if not self.can_read:
            return
        self.is_reading = True
        self._attempts += 1
        try:
            entries: list[Entry] = []
            for entry in read_entries(await self._answer(INDEX)):
                entries.append(entry)
                if len(entries) % AT_ONCE == 0:
                    await asyncio.sleep(BREATH_S)
            self.library = Library(entries)
        finally:
            self.is_reading = False

    async def documentation(self, path: str) -> str:
        answer = await self._answer(DOCUMENTATION.format(path=path))
        lines = answer.items if isinstance(answer, SequenceValue) else ()
        return "\n".join(line.value for line in lines if isinstance(line, TextValue))

    def taught(self, step: Step) -> Counter[str]:
        """Return how often programs of the steps before use each name, and this one's text.

        Not those of its own solution: what is offered must not tell it.
        """
        step_id, names = self._taught
        if step_id != step.id or not names:
            earlier = self._hub.opening.earlier_exercises(step)
            names = names_in(text for each in earlier for text in (each.given, each.answer))
            self._taught = step.id, names
        return names + names_in((step.exercise.given, scaffold_of(step))) + names_in_text(step.text)

    def left_by_run(self) -> RunNames:
        """Return what the newest run left that left anything, by name."""
        records = (self._hub.timeline.current, self._hub.timeline.previous)
        left = (each.inventory for each in records if each is not None and each.inventory)
        return run_names(next(left, ()))

    @property
    def is_unread(self) -> bool:
        """True while the worker may still list the names of its libraries."""
        return not self.library and self._attempts < MAX_ATTEMPTS

    @property
    def can_read(self) -> bool:
        return self.is_unread and not self.is_reading and self._is_ready

    @property
    def _is_ready(self) -> bool:
        client = self._hub.worker.client
        return client is not None and client.state.phase == "ready"

    async def _answer(self, question: str) -> Value:
        client = self._hub.worker.client
        if client is None or not self._is_ready:
            return Missing()
        command = ObserveAll((Program(),), (Question(question),), step_log=False)
        for observation in await client.observe_all(command):
            for answer in observation.answers:
                return answer.value
        return Missing()
