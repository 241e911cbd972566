"""Lines of JSON, an object a line, for `grade`, `check` and `list`.

The output is always valid UTF-8, whatever the texts hold. NaN and infinities, which JSON does not
have, are neither written nor read.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping


def json_line(record: Mapping[str, object]) -> bytes:
    """Return a record as a line of UTF-8, with its newline."""
    # Half of a surrogate pair cannot be encoded: the error handler writes it as JSON's own escape.
    text = json.dumps(record, ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", "backslashreplace") + b"\n"


def read_json(line: bytes) -> object:
    """Parse a line; raise ValueError with a reason if it is not JSON in UTF-8."""
    try:
        return json.loads(
            line.decode("utf-8-sig"), parse_constant=_refuse_constant, parse_float=_finite
        )
    except UnicodeDecodeError as error:
        raise ValueError(f"is not UTF-8: byte {error.start + 1} is not text") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"is not JSON: {error.msg} at character {error.colno}") from error
    except RecursionError as error:
        raise ValueError("is nested too deeply") from error


def _refuse_constant(name: str) -> None:
    raise ValueError(f"is not JSON: {name} is not a number in JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"is not valid: the number is too large: {text} is too large")
    return number
