"""WHAT THIS MACHINE OFFERS, and what follows from it: `nntutor doctor`. For cli."""

from tutor.doctor.examination import examine
from tutor.doctor.findings import Finding, healthy, report
from tutor.doctor.terminal import inspect_terminal

__all__ = ["Finding", "examine", "healthy", "inspect_terminal", "report"]
