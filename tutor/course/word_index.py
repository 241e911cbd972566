"""An index of the words in the texts of steps, for the search of the outline.

It stores each word once, with the steps that have it, since the texts of thousands of steps would
take much memory and time. It reads no files.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet


class WordIndex:
    """An index that can be extended and searched at any time."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        """Number of each step."""
        self._steps: dict[str, int] = {}
        """For each word, its steps as a bit mask of their numbers."""
        self._words = ""
        """All words, each on a line between newlines; "" after another word was added."""

    def __eq__(self, other: object) -> bool:
        """Return True if the other index finds the same steps, regardless of their order."""
        return isinstance(other, WordIndex) and self._found() == other._found()

    __hash__ = None  # type: ignore[assignment] # it grows

    def add(self, step_id: str, text: str) -> None:
        """Add the text of a step, unless the step has been added before."""
        if step_id in self._ids:
            return
        bit = 1 << self._ids.setdefault(step_id, len(self._ids))
        for word in set(text.casefold().split()):
            self._steps[word] = self._steps.get(word, 0) | bit
        self._words = ""

    def find(self, part: str) -> AbstractSet[str]:
        """Return the ids of the steps that have a word with this part, ignoring case."""
        part, words = part.casefold(), self._all_words()
        all_steps, found = (1 << len(self._ids)) - 1, 0
        at = words.find(part) if part.split() == [part] else -1
        while at >= 0 and found != all_steps:
            end = words.index("\n", at)
            found |= self._steps[words[words.rindex("\n", 0, at + 1) + 1 : end]]
            at = words.find(part, end)
        return self._ids_of(found)

    def _found(self) -> dict[str, AbstractSet[str]]:
        return {word: self._ids_of(found) for word, found in self._steps.items()}

    def _ids_of(self, found: int) -> AbstractSet[str]:
        return {step_id for step_id, number in self._ids.items() if found >> number & 1}

    def _all_words(self) -> str:
        if not self._words:
            self._words = "\n".join(("", *self._steps, ""))
        return self._words
