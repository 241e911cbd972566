"""JSON, one object a line: always valid UTF-8, whatever the texts hold. For grade and check."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping


def json_line(record: Mapping[str, object]) -> bytes:
    """One line. Half of a surrogate pair, which UTF-8 cannot hold, is written as JSON's escape."""
    text = json.dumps(record, ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", "backslashreplace") + b"\n"


def read_json(line: bytes) -> object:
    """What one line says. Raises ValueError if it is not JSON in UTF-8."""
    try:
        return json.loads(
            line.decode("utf-8-sig"), parse_constant=_refuse_constant, parse_float=_finite
        )
    except UnicodeDecodeError as error:
        raise ValueError(f"is not UTF-8: byte {error.start + 1} is no text") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"is not JSON: {error.msg} at character {error.colno}") from error
    except RecursionError as error:
        raise ValueError("is nested too deeply") from error


def _refuse_constant(name: str) -> None:
    raise ValueError(f"is not JSON: {name} is no number there")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"is not JSON that can be kept: {text} is too large")
    return number
