"""The table of views that ask the program for data, each with what finds it.

The names are those of panes. A view that draws only what every run reports has no row.
"""

from __future__ import annotations

from collections.abc import Mapping

from tutor.worker.class_probe import ClassProbe
from tutor.worker.graph_probe import GraphProbe
from tutor.worker.map_probe import MapProbe
from tutor.worker.view_probes import MakeProbe

PROBES: Mapping[str, MakeProbe] = {"map": MapProbe, "model": ClassProbe, "graph": GraphProbe}
