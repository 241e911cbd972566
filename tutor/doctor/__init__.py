"""The examination of `nntutor doctor`: what this machine offers, and what follows from it.

Only cli uses it. It changes nothing of what it looks at.
"""

from tutor.doctor.examination import examine
from tutor.doctor.findings import Finding, healthy, report
from tutor.doctor.terminal import inspect_terminal

__all__ = ["Finding", "examine", "healthy", "inspect_terminal", "report"]
