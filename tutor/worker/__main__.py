"""Where a worker starts: `python -P -m tutor.worker`. Only `tutor.client` calls it."""

from __future__ import annotations

import sys

from tutor.worker import zygote

zygote.main(sys.argv[1:])
