"""The examination of `nntutor doctor`: what this machine offers, and what follows from it.

Only cli uses it. It changes nothing of what it looks at; what `nntutor clean` removes is found by
the same code that tells of it.
"""

from tutor.doctor.disk import bytes_in, remove_caches, size_words
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
    "size_words",
]
