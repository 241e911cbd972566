"""Text as it is to be heard: signs that a screen reader skips or spells become words.

Plain mode says all prose by it, and the linter asks authors for the words of what it only guesses.
Code stays as it was written: it must not come in here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping

Spoken = Mapping[str, str]
"""The words of a lesson's formulas, by the formula as it stands in its text."""

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵃᵇᶜᵈᵉᵏˣʸᶻᵀ", "0123456789+−=()niabcdekxyzT")
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉₊₋ₐₑₒₓᵢⱼₖₙ", "0123456789+−aeoxijkn")
_HIGH = "[⁰¹²³⁴-⁹⁺⁻⁼⁽⁾ⁿⁱᵃᵇᶜᵈᵉᵏˣʸᶻᵀ]"
_LOW = "[₀-₉₊₋ₐₑₒₓᵢⱼₖₙ]"
_LOST = re.compile(rf"{_HIGH}|{_LOW}|[Σ∂‖√∫∇∏^]|\) ?/|/ ?\(")
"""Signs that are not heard as they are meant: raised and lowered ones, and a fraction's end."""

_CODE = r"(?:^(?:```|~~~).*?^(?:```|~~~)|(?P<ticks>`+).*?(?P=ticks))"
_FRACTION = re.compile(r"\s*/ ?\(((?:[^()]|\([^()]*\))*)\)")

_WORDS: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"[“”„]", '"'),
    (r"^\s*–\s*$", "none"),
    (rf"{_HIGH}+(?:·{_HIGH}+)?", lambda found: _power(found[0])),
    (rf"{_LOW}+", lambda found: f" {found[0].translate(_SUBSCRIPTS)} "),
    (r"‖([^‖]*)‖", r" the length of \1 "),
    (r"(?<!\w)\|(\w+)\|", r" the size of \1 "),
    (r"Σ", " the sum of "),
    (r"∂(\w+)\s*/\s*∂(\w+)", r" the derivative of \1 by \2 "),
    (r"√", " the root of "),
    (r"\^", " to the power of "),
    (r"(\d)e([+-]?)0*(\d+)\b", lambda found: _scientific(found)),
    (r"(?<![\w.)\]])-(?=[\d.]*\d)", " minus "),
    (r"−", " minus "),
    (r"±", " plus or minus "),
    (r"·|×", " times "),
    (r"≈", " about "),
    (r"≤|<=", " at most "),
    (r"≥|>=", " at least "),
    (r"≠", " is not "),
    (r"(?<=\s)==?(?=\s)", " equals "),
    (r"(?<=\s)<(?=\s)", " is less than "),
    (r"(?<=\s)>(?=\s)", " is more than "),
    (r"(?<=\s)\+(?=\s|$)|(?<=\d)\+(?=\d)", " plus "),
    (r"(?<=\s)\+(?=\d)", " plus "),
    (r"(?<=\s)/(?=\s)", " over "),
    (r"(?<=\d)\s?%", " percent"),
    (r"→", " to "),
    (r"←", " becomes "),
    (r"∞", " infinity "),
    (r"(?<=\d)–(?=\d)", " to "),
    (r"(?<=\s)[–—](?=\s)", ", "),
    (r"…|\.{3,}", " and so on "),
    (r"[◆•▪■□●○✓✔✗✘▶◀]", " "),
    (r"(?<![\d.])(\d{1,3}) (000)\b", r"\1,\2"),
)
_PATTERNS = tuple((re.compile(pattern), words) for pattern, words in _WORDS)
_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "η": "eta",
    "θ": "theta", "λ": "lambda", "μ": "mu", "π": "pi", "ρ": "rho", "σ": "sigma", "φ": "phi",
}  # fmt: skip
_LETTER = re.compile(f"([{''.join(_GREEK)}])(\\((?=[\\w.]+\\)))?")


def speak(text: str) -> str:
    """Return prose with words for its signs, in one line; `text` has no code and no marks."""
    text = _FRACTION.sub(r" over, \1, end over ", f" {' '.join(text.split())} ")
    for pattern, words in _PATTERNS:
        text = pattern.sub(words, text)
    text = _LETTER.sub(lambda found: _GREEK[found[1]] + (" of (" if found[2] else ""), text)
    text = re.sub(r"(\w+ of) \(([\w.]+)\)", r"\1 \2", text)
    text = re.sub(r"\s+([,.;:!?)\]])", r"\1", re.sub(r"([(\[])\s+", r"\1", text))
    return " ".join(re.sub(r",(?:\s*,)+", ",", text).split())


def with_spoken(markdown: str, spoken: Spoken) -> str:
    """Return the Markdown with the words of its formulas in their place, except in code."""
    if not spoken:
        return markdown
    formulas = sorted(spoken, key=len, reverse=True)
    words = {_squeezed(formula): said for formula, said in spoken.items()}
    found = "|".join(r"\s+".join(map(re.escape, each.split())) for each in formulas)
    pattern = re.compile(rf"(?P<formula>{found})|{_CODE}", re.DOTALL | re.MULTILINE)
    return pattern.sub(
        lambda match: words[_squeezed(match["formula"])] if match["formula"] else match[0], markdown
    )


def unspoken_in(markdown: str, spoken: Spoken) -> Iterator[str]:
    """Yield each piece of the text, outside of code, of which something would not be heard."""
    rest = with_spoken(markdown, dict.fromkeys(spoken, ""))
    prose = re.sub(_CODE, " ", rest, flags=re.DOTALL | re.MULTILINE)
    for line in prose.splitlines():
        words = [word for word in re.findall(r"[^\s|]+", line) if _LOST.search(word)]
        if line.lstrip().startswith(">") and _LOST.search(line):
            yield line.lstrip("> ").strip()
        elif words:
            yield from (word.rstrip(".,;:!?)").lstrip("(") for word in words)
        elif _LOST.search(line):
            yield line.strip()


def unused_in(texts: str, spoken: Spoken) -> list[str]:
    """Return the formulas that are said in none of the texts, since they stand only in code."""
    return [formula for formula in spoken if with_spoken(texts, {formula: ""}) == texts]


def spoken_number(number: float) -> str:
    """Return a number with three digits, as it is said: `minus 0.31`, `5 times 10 to the minus 5`.

    Whole numbers below a million have all their digits.
    """
    if math.isnan(number):
        return "not a number"
    if math.isinf(number):
        return "minus infinity" if number < 0 else "infinity"
    sign = "minus " if number < 0 else ""
    size = abs(number)
    if size == int(size) and size < 1_000_000:
        return f"{sign}{int(size)}"
    if 0.001 <= size < 1_000_000:
        decimals = max(0, 2 - math.floor(math.log10(size)))
        text = f"{size:.{decimals}f}"
        return sign + (text.rstrip("0").rstrip(".") if decimals else text)
    start, _, power = f"{size:.2e}".partition("e")
    start = start.rstrip("0").rstrip(".")
    return f"{sign}{start} times 10 to the {speak(str(int(power)))}"


def spoken_shape(shape: tuple[int, ...]) -> str:
    """Return the shape in words: `3 rows, 4 columns`, or `3 by 4 by 5`."""
    if not shape:
        return "a single number"
    if len(shape) == 1:
        return f"{shape[0]} number{'s' if shape[0] != 1 else ''}"
    if len(shape) == 2:
        rows, columns = shape
        return (
            f"{rows} row{'s' if rows != 1 else ''}, {columns} column{'s' if columns != 1 else ''}"
        )
    return " by ".join(map(str, shape))


def _power(raised: str) -> str:
    exponent = raised.translate(_SUPERSCRIPTS).replace("·", ".")
    return {"2": " squared ", "3": " cubed "}.get(exponent, f" to the {exponent} ")


def _scientific(found: re.Match[str]) -> str:
    sign = "minus " if found[2] == "-" else ""
    return f"{found[1]} times 10 to the {sign}{found[3]}"


def _squeezed(text: str) -> str:
    return " ".join(text.split())
