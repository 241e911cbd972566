"""Converts LaTeX formulas in docstrings to plain text, such as `x_i / ∑_j x_j`.

Only the notation changes. Formulas that the library cannot parse stay as they are.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

_INLINE = re.compile(r":math:`([^`]*)`")
_BLOCK = re.compile(r"^( *)\.\. math::(.*(?:\n(?:\1[ \t]+\S.*|[ \t]*(?=\n)))*)", re.MULTILINE)
_ALGORITHM = r"\rule{"
"""Occurs in blocks that typeset a whole algorithm. They cannot become lines of text, so they are
left out."""
_GROUP = re.compile(r"(?<=[_^])\{([^{}]*[^{}\w\\][^{}]*)\}")
"""An index or exponent of several characters; without brackets its end would be unclear."""
_FUNCTION = re.compile(r"(\\(?:cos|exp|log|max|min|sin|tanh))\s+(?=[\\\w])")
_RELATION = re.compile(r"[ ]*([≈≠≤≥∈←→×])[ ]*")
"""Signs around which LaTeX would put space."""
_LINES = re.compile(r"\\(begin|end)\{array\}(?:\{\w*\})?")
"""The beginning or end of an array, which becomes `aligned` lines."""
_ALPHABET = re.compile(r"\\(?:mathbb|mathcal|mathscr)(?=\{\w\})")
"""Alphabets that many terminal fonts lack."""
_FIRST = (
    (_ALPHABET, r"\\mathrm"),
    (_FUNCTION, r"\1\\ "),
    (_LINES, r"\\\1{aligned}"),
    (_GROUP, r"{(\1)}"),
)


def with_readable_formulas(docstring: str) -> str:
    """Return a docstring with its formulas as text, without the marks around them."""
    told = _BLOCK.sub(lambda found: _block(found[1], found[2]), docstring)
    return _INLINE.sub(lambda found: " ".join(_text(found[1]).split()), told)


def _block(indent: str, latex: str) -> str:
    if _ALGORITHM in latex:
        return ""
    lines = (" ".join(line.split()) for line in _text(latex).split("\n"))
    return "".join(f"\n{indent}    {line}" for line in lines if line) + "\n\n"


def _text(latex: str) -> str:
    for pattern, instead in _FIRST:
        latex = pattern.sub(instead, latex)
    try:
        text: str = _reader().latex_to_text(latex)
    except Exception:  # any error of the library
        return latex
    return _RELATION.sub(r" \1 ", text)


@cache
def _reader() -> Any:  # noqa: ANN401 - the library tells no types
    from pylatexenc.latex2text import (  # imported late: few questions need it
        LatexNodes2Text,
        MacroTextSpec,
        get_default_latex_context_db,
    )

    known = get_default_latex_context_db()
    own = [MacroTextSpec("frac", _fraction), MacroTextSpec("dfrac", _fraction)]
    known.add_context_category("own", prepend=True, macros=own)
    return LatexNodes2Text(known, math_mode="text")


def _fraction(node: Any, l2tobj: Any) -> str:  # noqa: ANN401 - as the library calls it
    parts = [l2tobj.nodelist_to_text([each]).strip() for each in node.nodeargd.argnlist]
    return " / ".join(f"({each})" if re.search(r"\s", each) else each for each in parts)
