"""Read numbers and shapes as people type them, for quizzes and predict steps."""

from __future__ import annotations

import math
import re

_NUMBER = re.compile(
    r"(?P<sign>[-+]?) ?"
    r"(?P<digits>(?:\d{1,3}(?: \d{3})+|\d+)(?:[.,]\d*)?|[.,]\d+)"
    r"(?P<power>e[-+]?\d{1,9})? ?(?P<percent>%?)",
    re.ASCII | re.IGNORECASE,
)
_TIMES_TEN = re.compile(r" ?[·*×x] ?10 ?(?:\^|\*\*) ?")
_MINUS = re.compile("[−–‒﹣－]")
_OVER = re.compile(" ?[/÷⁄∕] ?")
_MAX_SIZE = 9
"""Maximum digits of an axis size that is read."""

_MAX_AXES = 16


def parse_number(text: str) -> float | None:
    """Return a number as people type it; None if it is not one, or not finite.

    It reads `0,75`, `− 3`, `92 %`, `3/4`, `1e-3`, `2·10^-3` and `1 000`.
    """
    parts = _OVER.split(_normalise(text))
    if len(parts) > 2:
        return None
    numbers = [_parse_one(part) for part in parts]
    top, bottom = numbers[0], numbers[-1] if len(parts) > 1 else 1.0
    if top is None or not bottom:
        return None
    quotient = top / bottom
    return quotient if math.isfinite(quotient) else None


def _normalise(text: str) -> str:
    plain = " ".join(_MINUS.sub("-", text).replace("_", "").split())
    return _TIMES_TEN.sub("e", plain.lstrip("=≈~ "))


def _parse_one(text: str) -> float | None:
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    digits = match["digits"].replace(" ", "").replace(",", ".")
    number = float(f"{match['sign']}{digits}{match['power'] or ''}")
    return number / 100 if match["percent"] else number


def half_unit(text: str) -> float:
    """Return half a unit of the last decimal, as typed: 0.005 for `0.75`.

    It is 0 for a whole number, which is exact, for a fraction, and for any other text.
    """
    match = _NUMBER.fullmatch(_normalise(text))
    if match is None:
        return 0.0
    _, _, decimals = match["digits"].replace(",", ".").partition(".")
    places = len(decimals) + 2 * bool(match["percent"])
    if not places:
        return 0.0
    power = int(match["power"][1:]) if match["power"] else 0
    return 0.5 * 10.0 ** (max(-300, min(300, power)) - places)


def parse_shape(text: str) -> tuple[int, ...] | None:
    """Return a shape as people type it; None if it is not one.

    It reads `(8, 16)`, `8x16`, `8 16`, `[3]`, `torch.Size([1, 4])` and `()`.
    """
    plain = text.strip().removeprefix("torch.Size").strip()
    inner = plain.strip("()[] ").rstrip(", ")
    if not inner:
        return () if plain and "," not in plain else None
    parts = re.split(r"\s*[,;xX×*]\s*|\s+", inner)
    if len(parts) > _MAX_AXES or not all(map(_is_size, parts)):
        return None
    return tuple(map(int, parts))


def _is_size(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _MAX_SIZE
