"""Explain syntax errors: brackets, colons, quotes, indentation, other languages' habits.

Patterns are searched in "Class: message", a line break, and the line of the program. Rows about the
line come first: they are more specific than Python's message.
"""

from __future__ import annotations

import re

from tutor.grading.explanations.rows import ExplanationRow, Match
from tutor.wire.events import ErrorFacts

SLUG = "syntax-error"

_KEYWORDS = (
    "and|as|assert|async|await|break|class|continue|def|del|elif|else|except|finally|for|from|"
    "global|if|import|in|is|lambda|nonlocal|not|or|pass|raise|return|try|while|with|yield"
)
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_PLAIN = {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "−": "-", "–": "-", "—": "-", "×": "*"}


def _never_closed(match: Match, error: ErrorFacts) -> str:
    opened = match.group(1)
    return (
        f"The bracket `{opened}` in line {error.line} is never closed. "
        f"Put `{_CLOSING[opened]}` where it ends."
    )


def _closed_otherwise(match: Match, error: ErrorFacts) -> str:
    closed, opened = match.groups()
    return (
        f"In line {error.line} the bracket `{opened}` is closed with `{closed}`. Each bracket is "
        f"closed by its own kind: here that is `{_CLOSING[opened]}`, or one is missing before it."
    )


def _printed(match: Match, error: ErrorFacts) -> str:
    what = match.group(1).strip()
    shown = f"`print({what})`" if 0 < len(what) <= 40 else "`print(…)`"
    return f"In line {error.line} `print` has no parentheses. It is a function: {shown}."


def _character(match: Match, error: ErrorFacts) -> str:
    found = match.group(1)
    plain = _PLAIN.get(found)
    instead = f"Type a plain `{plain}` instead." if plain else "Type it again from the keyboard."
    return (
        f"Line {error.line} has the character {found}, which came with copied text or another "
        f"keyboard layout. {instead}"
    )


def _no_block(match: Match, error: ErrorFacts) -> str:
    what, opened = match.groups()
    name = what.replace("function definition", "`def`").replace("class definition", "`class`")
    name = re.sub(r"'(\w+)' statement", r"`\1`", name)
    return (
        f"The {name} in line {opened} has no lines that belong to it. Indent the lines below it by "
        "four spaces; a comment alone is not enough."
    )


def _indented(match: Match, error: ErrorFacts) -> str:
    if error.line == 1:
        return "Line 1 begins with spaces. Move it to the left edge."
    return (
        f"Line {error.line} is indented, but the line above it opens no block. Align it with that "
        "line."
    )


def _not_a_name(match: Match, error: ErrorFacts) -> str:
    dashed = re.match(r"\s*([A-Za-z_]\w*(?:-[A-Za-z_]\w*)+)\s*=", error.source_line)
    if dashed:
        name = dashed.group(1)
        return (
            f"In line {error.line}, `{name}` is not a name: Python reads `-` as minus. "
            f"Write `{name.replace('-', '_')}`."
        )
    return (
        f"Line {error.line} has {_sort(match.group(1))} where a value is stored, and that takes a "
        "name: `name = value`. To compare, write `==`."
    )


def _sort(target: str) -> str:
    if target in ("True", "False", "None", "...", "ellipsis"):
        return f"`{target}` of Python's own"
    if target == "literal":
        return "a text or a number"
    article = "an" if target[:1] in "aeiou" else "a"
    return f"{article} {target}"


def _no_quote(match: Match, error: ErrorFacts) -> str:
    start = f"The text in line {error.line} has no closing quote."
    if error.source_line.count("'") >= 3:
        return f"{start} A `'` inside a text ends it: put such a text between `\"`."
    return f"{start} Close it with the same quote that opens it."


def _null(match: Match, error: ErrorFacts) -> str:
    where = f"Line {error.line}" if error.line else "A line"
    return (
        f"{where} has a null byte: a character that cannot be seen, and that Python does not read. "
        "It came with copied text. Type the line again."
    )


def _unreadable(match: Match, error: ErrorFacts) -> str:
    near = _near(error)
    if near and error.line:
        start = f"Python gets stuck at `{near}` in line {error.line}."
    else:
        start = f"Python cannot read {f'line {error.line}' if error.line else 'some part of this'}."
    return (
        f"{start} Something there or just before it is missing or "
        "extra: an `=`, a comma, a sign such as `*`, a bracket. Plain text needs `#` in front."
    )


def _near(error: ErrorFacts) -> str:
    """Return the word at which Python gave up; "" if unknown."""
    if error.column is None or "`" in error.source_line:
        return ""
    rest = error.source_line[max(error.column - 1, 0) :].strip()
    word = re.match(r"\d[\w.]*|\w+|[^\w\s]{1,3}", rest)
    return word.group()[:30] if word else ""


_LINE_ROWS: tuple[ExplanationRow, ...] = (
    ExplanationRow(
        r"\n\s*(?:>>>|\.\.\. |In ?\[\d+\]:)",
        SLUG,
        "Line {line} begins with the prompt of an interactive session. Copy only the code after "
        "it.",
    ),
    ExplanationRow(
        r"\n\s*(?:```|~~~)",
        SLUG,
        "Line {line} belongs to a text around the code. Remove the lines with the three marks.",
    ),
    ExplanationRow(
        r"\n\s*([!%])\s*[A-Za-z]",
        SLUG,
        "Line {line} begins with `{1}`: that is a command for a notebook, not Python. "
        "Remove the line; PyTorch is here already.",
    ),
    ExplanationRow(
        r"\n\s*(?:else\s+if|elseif|elsif)\b",
        SLUG,
        "In line {line}, Python writes “else if” as one word: `elif`.",
    ),
    ExplanationRow(
        r"\n\s*(?:function|func|fn)\s+\w+\s*\(",
        SLUG,
        "In line {line}: a function begins with `def` in Python, and its lines are indented.",
    ),
    ExplanationRow(
        r"\n\s*for\s*\(.*;",
        SLUG,
        "Line {line} has the loop of another language. In Python it is `for i in range(5):`.",
    ),
    ExplanationRow(
        r"\n[^#\"'=]*\)\s*\{\s*$",
        SLUG,
        "Line {line} opens a block with a brace. In Python a block begins with a colon, and its "
        "lines are indented.",
    ),
    ExplanationRow(
        rf"invalid syntax.*\n\s*({_KEYWORDS})\s*(?:=|,\s*\w+\s*=)[^=]",
        SLUG,
        "In line {line}, `{1}` is a keyword of Python and cannot be a name. "
        "Choose another name, such as `{1}_`.",
    ),
    ExplanationRow(
        rf"invalid syntax.*\n\s*(?:def|class|for|import)\s+({_KEYWORDS})\b",
        SLUG,
        "In line {line}, `{1}` is a keyword of Python and cannot be a name. "
        "Choose another name, such as `{1}_`.",
    ),
    ExplanationRow(
        r"invalid syntax.*\n[^#\"']*(\+\+|--)\s*;?\s*$",
        SLUG,
        "In line {line}: Python has no `{1}`. To add one, write `x += 1`.",
    ),
    ExplanationRow(
        r"invalid syntax.*\n[^#\"']*(&&|\|\|)",
        SLUG,
        "In line {line}: Python has no `{1}`. It writes the words `and` and `or`.",
    ),
    ExplanationRow(
        r"invalid syntax.*\n[^#\"']*?(=>|= +=|=<|= +>|:=)",
        SLUG,
        "In line {line}, `{1}` does not belong there. `=` stores a value, `==` compares, and "
        "`>=` and `<=` have the `=` last.",
    ),
    ExplanationRow(
        r"invalid syntax.*\n.*(?<![=\w])([-+*/@=,]|==|"
        r"\b(?:and|or|not|in|is|as|import|from|lambda))\s*(?:#.*)?$",
        SLUG,
        "Line {line} ends with `{1}`, and what should come after it is missing.",
    ),
)

_MESSAGE_ROWS: tuple[ExplanationRow, ...] = (
    ExplanationRow(r"'([(\[{])' was never closed", SLUG, _never_closed),
    ExplanationRow(
        r"closing parenthesis '(.)' does not match opening parenthesis '(.)'",
        SLUG,
        _closed_otherwise,
    ),
    ExplanationRow(
        r"unmatched '(.)'",
        SLUG,
        "In line {line} there is an extra `{1}`: no bracket before it is open. Remove it, or open "
        "the bracket earlier.",
    ),
    ExplanationRow(r"Missing parentheses in call to 'print'.*\n\s*print\b(.*)$", SLUG, _printed),
    ExplanationRow(
        r"Missing parentheses in call to '(\w+)'",
        SLUG,
        "In line {line} `{1}` has no parentheses. It is a function: `{1}(…)`.",
    ),
    ExplanationRow(
        r"Perhaps you forgot a comma",
        SLUG,
        "In line {line} nothing separates two values. Put a comma between two layers, numbers or "
        "arguments.",
    ),
    ExplanationRow(
        r"expected ':'",
        SLUG,
        "Line {line} needs a colon, as each `with`, `for`, `if`, `else`, `def` and `class` has one "
        "in front of its block.",
    ),
    ExplanationRow(r"invalid character '(.)' \(U\+\w+\)", SLUG, _character),
    ExplanationRow(
        r"invalid non-printable character U\+(\w+)",
        SLUG,
        "Line {line} has an invisible character (U+{1}) that came with copied text. "
        "Type the line again.",
    ),
    ExplanationRow(r"expected an indented block after (.+) on line (\d+)", SLUG, _no_block),
    ExplanationRow(r"unexpected indent", SLUG, _indented),
    ExplanationRow(
        r"unindent does not match|unexpected unindent",
        SLUG,
        "The indentation of line {line} matches no block above it. Give it as many spaces as the "
        "other lines of its block.",
    ),
    ExplanationRow(
        r"inconsistent use of tabs",
        SLUG,
        "Line {line} is indented with tabs, and other lines with spaces. Use four spaces for each "
        "level and no tabs.",
    ),
    ExplanationRow(
        r"expected an indented block",
        SLUG,
        "Line {line} has to be indented: four spaces more than the line with the colon above it.",
    ),
    ExplanationRow(
        r"unterminated triple-quoted (?:f-)?string literal",
        SLUG,
        "A text that begins with three quotes is never closed. Put three quotes at its end.",
    ),
    ExplanationRow(r"unterminated (?:f-)?string literal", SLUG, _no_quote),
    ExplanationRow(
        r"f-string:",
        SLUG,
        "In line {line}, Python cannot read what is in the braces of the f-string. Between "
        "`{{` and `}}` belongs one whole expression, as in `{{loss:.4f}}`.",
    ),
    ExplanationRow(
        r"Maybe you meant '==' or ':=' instead of '='|expression cannot contain assignment",
        SLUG,
        "In line {line} a single `=` is used where a value is needed. `=` stores; to compare, "
        "write `==`.",
    ),
    ExplanationRow(r"cannot assign to (.+?)(?: here\b|\n|$)", SLUG, _not_a_name),
    ExplanationRow(
        r"invalid decimal literal",
        SLUG,
        "In line {line} a number runs into letters or `_`. Names cannot start with a digit, and "
        "between a number and a name there is an operator: `2 * x`.",
    ),
    ExplanationRow(
        r"leading zeros in decimal integer literals",
        SLUG,
        "In line {line} a whole number begins with 0. Remove the zeros in front.",
    ),
    ExplanationRow(
        r"'return' outside function",
        SLUG,
        "The `return` in line {line} is not inside a function. Indent it into its `def`, or give "
        "the result a name.",
    ),
    ExplanationRow(
        r"'(\w+)' (?:outside|not properly in) (?:a )?(\w+)",
        SLUG,
        "The `{1}` in line {line} is outside of any {2}. Indent it into one, or remove it.",
    ),
    ExplanationRow(
        r"expected 'except' or 'finally' block",
        SLUG,
        "The `try` above line {line} has no `except`. Add `except Exception as error:` with an "
        "indented line below it, or remove the `try`.",
    ),
    ExplanationRow(
        r"positional argument follows keyword argument",
        SLUG,
        "In line {line}, arguments with a name (`dim=1`) have to come after those without.",
    ),
    ExplanationRow(
        r"non-default argument follows default argument|"
        r"parameter without a default follows parameter with a default",
        SLUG,
        "In line {line}, parameters with a default (`x=1`) have to come after those without.",
    ),
    ExplanationRow(
        r"duplicate argument '(\w+)'|keyword argument repeated: (\w+)",
        SLUG,
        "In line {line} the argument `{1}{2}` appears twice. Rename one, or remove it.",
    ),
    ExplanationRow(
        r"expected 'else' after 'if' expression",
        SLUG,
        "In line {line} the `if` inside the value needs an `else`: `a if condition else b`.",
    ),
    ExplanationRow(
        r"':' expected after dictionary key",
        SLUG,
        "In line {line} a key of the dict has no colon after it: write `key: value`.",
    ),
    ExplanationRow(
        r"unexpected character after line continuation character",
        SLUG,
        "In line {line} something comes after a `\\`, even if it is only a space. Remove the `\\`; "
        "inside brackets a line may continue without it.",
    ),
    ExplanationRow(
        r"name '(\w+)' is (?:used|assigned to) (?:prior to|before) (global|nonlocal) declaration",
        SLUG,
        "In line {line}: `{2} {1}` has to be the first line of its function, before `{1}` is used.",
    ),
    ExplanationRow(r"source code (?:string )?cannot contain null bytes", SLUG, _null),
    ExplanationRow(r"", SLUG, _unreadable),
)

ROWS: tuple[ExplanationRow, ...] = (*_LINE_ROWS, *_MESSAGE_ROWS)
"""Rows in the order in which they are tried."""
