"""Signal handlers by plain numbers, from the module that `signal` itself uses.

The functions of `signal` convert each number to an enum member and back. For all 64 signals that
takes longer than setting their handlers.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from typing import Any

_plain: Any = sys.modules["_signal"]

set_handler: Callable[[int, object], object] = _plain.signal
"""`signal.signal` with plain numbers."""
handler_of: Callable[[int], object] = _plain.getsignal
"""`signal.getsignal` with plain numbers."""
DEFAULT, IGNORE = int(signal.SIG_DFL), int(signal.SIG_IGN)
"""The handlers for a signal's default action and for ignoring it."""
SIGNALS = tuple(sorted(map(int, signal.valid_signals())))
"""The numbers of all signals."""
