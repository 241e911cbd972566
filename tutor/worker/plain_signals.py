"""The handlers of signals by plain numbers, from the module that `signal` itself uses.

The functions of `signal` make a member of an enumeration of each number, in and out: for all 64
that takes longer than to set their handlers.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from typing import Any

_plain: Any = sys.modules["_signal"]

set_handler: Callable[[int, object], object] = _plain.signal
"""`signal.signal`, by plain numbers."""
handler_of: Callable[[int], object] = _plain.getsignal
"""`signal.getsignal`, by plain numbers."""
DEFAULT, IGNORE = int(signal.SIG_DFL), int(signal.SIG_IGN)
"""The handlers for a signal's default action and for ignoring it."""
SIGNALS = tuple(sorted(map(int, signal.valid_signals())))
"""The numbers of all signals."""
