"""The entry point of a worker: `python -P -m tutor.worker`. Only `tutor.client` starts it."""

from __future__ import annotations

import sys

from tutor.worker import zygote

zygote.main(sys.argv[1:])
