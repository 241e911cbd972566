"""The examination of `nntutor doctor`: the machine's capabilities, and their consequences.

Only cli uses it. It changes nothing that it examines; `nntutor clean` uses the same code to find
the folders that it removes.
"""

from tutor.doctor.disk import bytes_in, remove_caches
from tutor.doctor.examination import examine
from tutor.doctor.findings import Finding, healthy, report
from tutor.doctor.terminal import inspect_terminal

__all__ = [
    "Finding",
    "bytes_in",
    "examine",
    "healthy",
    "inspect_terminal",
    "remove_caches",
    "report",
]
