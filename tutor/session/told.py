"""Checksums of what a run tells bit by bit, so that two runs that tell the same can be known.

However the run cuts its output or its losses into events, the checksum is the same. It must not
keep what was told: that is in the timeline.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from zlib import crc32

from tutor.wire.events import LossesRecorded, OutputWritten, RunEvent

Told = Mapping[type[RunEvent], int]
"""For each type of event that comes bit by bit, the checksum of all that it told."""


def add_told(told: Told, events: tuple[RunEvent, ...]) -> Told:
    """Return the checksums after these events as well."""
    added = dict(told)
    for event in events:
        match event:
            case OutputWritten(text=text):
                data = text.encode(errors="surrogatepass")
            case LossesRecorded(losses=losses):
                data = array("d", losses).tobytes()
            case _:
                continue
        added[type(event)] = crc32(data, added.get(type(event), 0))
    return added
