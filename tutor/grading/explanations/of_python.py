"""Errors of Python itself: names, lists, and what a run has no access to."""

from __future__ import annotations

from tutor.grading.explanations.rows import Match, Row, known_names
from tutor.wire.events import ErrorFacts


def _name_slug(match: Match, error: ErrorFacts) -> str:
    return "undefined-name" if match.group(1).strip("_") else "blank-left-in"


def _name(match: Match, error: ErrorFacts) -> str:
    name = match.group(1)
    if not name.strip("_"):
        return f"One of the blanks `{name}` is still there. Replace it by your code."
    if error.nearest:
        return f"`{name}` does not exist here. Known names close to it: {known_names(error)}."
    return (
        f"`{name}` does not exist here. Is it misspelt, not imported, or given a value only "
        "further down?"
    )


ROWS: tuple[Row, ...] = (
    Row(r"[Nn]ame '(\w+)' is not defined", _name_slug, _name),
    Row(
        r"local variable '?(\w+)'?.*(?:not associated with a value|referenced before assignment)",
        "undefined-name",
        "`{1}` gets its value inside this function, but only further down. A name that a function "
        "assigns is its own: pass the outer value in as an argument.",
    ),
    Row(
        r"can't multiply sequence by non-int of type",
        "list-arithmetic",
        "Lists are no vectors: Python does not multiply them number by number. Use "
        "`np.array(…)` or `torch.tensor(…)` first, or loop with `zip`.",
    ),
    Row(
        r"unsupported operand type\(s\) for \S+: '(list|tuple)' and|"
        r"unsupported operand type\(s\) for \S+: '\w+' and '(list|tuple)'|"
        r"can only concatenate list",
        "list-arithmetic",
        "Lists are no vectors: Python does not calculate with them number by number. Use "
        "`np.array(…)` or `torch.tensor(…)` first.",
    ),
    Row(
        r"unsupported operand type\(s\) for (\S+): '([\w.]+)' and '([\w.]+)'",
        "wrong-operands",
        "Python cannot work out `{1}` between `{2}` and `{3}`. Print both sides: is one of them "
        "not yet computed, or text?",
    ),
    Row(
        r"can only concatenate str|must be str, not (\w+)",
        "text-not-number",
        "Text and a number cannot be joined by `+`. For printing use commas, or an f-string: "
        '`print(f"loss {{loss}}")`.',
    ),
    Row(
        r"must be real number, not (\w+)",
        "scalar-only",
        "The functions of `math` take one number, and this has the type `{1}`. For whole tensors "
        "and arrays there are `torch.exp` and `np.exp`.",
    ),
    Row(
        r"ZeroDivisionError",
        "division-by-zero",
        "Something is divided by 0. Print what stands below the line.",
    ),
    Row(
        r"math range error|OverflowError",
        "unstable-softmax",
        "A number became too large for a float: exp of about 710 is the limit. "
        "In softmax subtract the maximum first.",
    ),
    Row(
        r"maximum recursion depth exceeded",
        "endless-recursion",
        "A function calls itself and never comes to an end. Does a function of yours have the name "
        "of the one it should call?",
    ),
    Row(
        r"KeyError: (.+)",
        "no-such-key",
        "The dict has no entry {1}. Print its `.keys()` to see which there are.",
    ),
    Row(
        r"No module named '([\w.]+)'",
        "no-such-module",
        "There is no module `{1}` here. torch, nn, F, optim and np are imported already.",
    ),
    Row(
        r"cannot import name '(\w+)' from '([\w.]+)'",
        "no-such-module",
        "`{2}` has no `{1}`.{nearest} Is it misspelt? Capitals count.",
    ),
    Row(
        r"EOFError",
        "no-keyboard",
        "`input()` waits for the keyboard, and a run has none. Write the value into the program.",
    ),
    Row(
        r"(?:FileNotFoundError|PermissionError|IsADirectoryError)",
        "no-such-file",
        "A run works in an empty folder of its own and sees no other files. "
        "The exercise needs none.",
    ),
    Row(
        r"AssertionError",
        "assertion-failed",
        "An `assert` of your program says that its condition does not hold.",
    ),
    Row(
        r"can't start new thread|Resource temporarily unavailable",
        "too-many-processes",
        "The run started more threads or processes than it may. None are needed here.",
    ),
)
