"""Letters and signs of formulas in ASCII, for terminals that have no others.

A text is transcribed before its layout, since σ takes more room as `sigma`. Characters that could
be mistaken for Markdown are left to the filter that draws cell for cell: `−` and `·`, and `│` for
the bars of a norm. Letters of other languages stay.
"""

from __future__ import annotations

import re

from tutor.first_screen.glyphs import GlyphName

_GREEK = {
    "α": "alpha",
    "β": "beta",
    "γ": "gamma",
    "δ": "delta",
    "ε": "epsilon",
    "ζ": "zeta",
    "η": "eta",
    "θ": "theta",
    "ι": "iota",
    "κ": "kappa",
    "λ": "lambda",
    "μ": "mu",
    "ν": "nu",
    "ξ": "xi",
    "ο": "omicron",
    "π": "pi",
    "ρ": "rho",
    "σ": "sigma",
    "τ": "tau",
    "υ": "upsilon",
    "φ": "phi",
    "χ": "chi",
    "ψ": "psi",
    "ω": "omega",
}
_WORDS = {
    "Σ": "sum",
    "∑": "sum",
    "∏": "prod",
    "√": "sqrt",
    "∂": "d",
    "∇": "grad ",
    "∞": "inf",
    "→": "->",
    "←": "<-",
    "≥": ">=",
    "≤": "<=",
    "≠": "!=",
    "≈": "~",
    "‖": "││",
    "…": "...",
    "½": "1/2",
    "¼": "1/4",
    "ŷ": "y_hat",
    **_GREEK,
    "Δ": "Delta",
    "Θ": "Theta",
    "Ω": "Omega",
}
_RAISED = dict(
    zip(
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁱⁿᵃᵇᶜᵈᵉᵏˡᵐᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀ",
        "0123456789+-=()inabcdeklmoprstuvwxyzT",
        strict=True,
    )
)
_LOWERED = dict(
    zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "0123456789+-=()aeijklmnoprstuvx", strict=True)
)
_POINT = "·"
"""Decimal point between superscript digits: e²·⁴ is e^2.4."""
_RAISED_RUN = re.compile(f"[{''.join(_RAISED)}]+(?:{_POINT}[{''.join(_RAISED)}]+)*")
_LOWERED_RUN = re.compile(f"[{''.join(_LOWERED)}]+")
_WORD = re.compile("|".join(_WORDS))

IN_ONE_CELL = {
    **{letter: word[0] for letter, word in _WORDS.items()},
    **_RAISED,
    **_LOWERED,
    "→": ">",
    "‖": "|",
    "…": "~",
}
"""Single-cell replacement of each transcribed character."""


def transcribed(text: str, glyphs: GlyphName) -> str:
    """Return the text with formulas in ASCII, such as e^-z for e⁻ᶻ, or as it is for Unicode."""
    if glyphs == "unicode" or text.isascii():
        return text
    text = _RAISED_RUN.sub(lambda run: "^" + _letters(run[0], _RAISED), text)
    text = _LOWERED_RUN.sub(lambda run: "_" + _letters(run[0], _LOWERED), text)
    return _WORD.sub(lambda word: _WORDS[word[0]], text)


def _letters(run: str, table: dict[str, str]) -> str:
    return "".join(table.get(character, ".") for character in run)
