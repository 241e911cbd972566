"""Explain errors of Python itself: names, lists, and resources that a run cannot use."""

from __future__ import annotations

import re

from tutor.grading.explanations.calls import FUNCTION_TYPES, not_a_function
from tutor.grading.explanations.rows import ExplanationRow, Match, did_you_mean, modules
from tutor.grading.explanations.well_known import LAYERS, advice_on, advise_second_call
from tutor.wire.events import ErrorFacts


def _name_slug(match: Match, error: ErrorFacts) -> str:
    return "undefined-name" if match.group(1).strip("_") else "blank-left-in"


def _name(match: Match, error: ErrorFacts) -> str:
    name = match.group(1)
    if not name.strip("_"):
        return f"One of the blanks `{name}` is still there. Replace it with your code."
    advice = advice_on(name)
    if error.nearest and not advice:
        return f"`{name}` does not exist here.{did_you_mean(error)}"
    more = advice or "Is it misspelt, not imported, deleted, or given a value only further down?"
    return f"`{name}` does not exist here. {more}"


def _operands_slug(match: Match, error: ErrorFacts) -> str:
    is_layer = any(group in {*LAYERS, *FUNCTION_TYPES} for group in match.groups())
    return "function-not-applied" if is_layer or _uncalled(match, error) else "wrong-operands"


def _uncalled(match: Match, error: ErrorFacts) -> str:
    """Return the layer that is used in a calculation; "" if there is none."""
    return next((m.name for m in modules(error) if m.type_name in match.groups()), "")


def _operands(match: Match, error: ErrorFacts) -> str:
    operator, left, right = (group for group in match.groups() if group)
    layer = _uncalled(match, error)
    if layer:
        return (
            f"`{layer}` is a layer or a model, not a value to calculate with. Call it with the "
            f"data: `{layer}(…)`."
        )
    built = next((group for group in (left, right) if group in LAYERS), "")
    if built:
        advice = advise_second_call(built)
        return f"The calculation uses the layer `{built}` itself, not what it computes. {advice}"
    if {left, right} & {*FUNCTION_TYPES}:
        return f"Python cannot compute `{operator}` with a function. {not_a_function(error)}"
    cannot = f"Python cannot compute `{operator}` between `{left}` and `{right}`."
    quoted = re.search(r"\b(\w+)\s*=\s*(['\"])(-?[\d.]+)\2", error.source_line)
    if "str" in (left, right) and quoted:
        name, _, number = quoted.groups()
        return (
            f"`{name}` is text, because of the quotes, and should be a number. Leave them out: "
            f"`{name}={number}`."
        )
    if "str" in (left, right):
        return f"{cannot} `str` is text. Turn it into a number first: `float(…)`."
    return f"{cannot} Print both sides: which of them is not what you meant?"


def _refused_by_library(match: Match, error: ErrorFacts) -> str:
    library = error.raised_in.partition(".")[0]
    where = f" in line {error.line}" if error.line else ""
    return (
        f"`{library}` checks its arguments before it computes, and rejects those that your "
        f"program passes{where}. Its message names what it needs."
    )


ROWS: tuple[ExplanationRow, ...] = (
    ExplanationRow(r"[Nn]ame '(\w+)' is not defined", _name_slug, _name),
    ExplanationRow(
        r"local variable '?(\w+)'?.*(?:not associated with a value|referenced before assignment)",
        "undefined-name",
        "`{1}` is given a value somewhere in this function, and has none yet when this line runs. "
        "If an outer `{1}` is meant: a name that a function assigns is its own, so pass the value "
        "in as an argument.",
    ),
    ExplanationRow(
        r"can't multiply sequence by non-int of type",
        "list-arithmetic",
        "Lists are not vectors, and text is not a number: Python does not multiply either number "
        "by number. Use `np.array(…)` or `torch.tensor(…)` first, or loop with `zip`.",
    ),
    ExplanationRow(
        r"unsupported operand type\(s\) for \S+: '(list|tuple)' and|"
        r"unsupported operand type\(s\) for \S+: '\w+' and '(list|tuple)'|"
        r"can only concatenate list",
        "list-arithmetic",
        "Lists are not vectors: Python does not calculate with them number by number. Use "
        "`np.array(…)` or `torch.tensor(…)` first.",
    ),
    ExplanationRow(
        r"unsupported operand type\(s\) for \^=?: '(?:float|int|numpy\.\w+)' and '[\w.]+'|"
        r"\"bitwise_xor_cpu\" not implemented|ufunc 'bitwise_xor' not supported",
        "wrong-operands",
        "In Python `^` is not a power: it compares the bits of whole numbers. Write `**`, as in "
        "`2 ** 3`. For e to the power of x there is `exp(x)`.",
    ),
    ExplanationRow(
        r"unsupported operand type\(s\) for (\S+): '([\w.]+)' and '([\w.]+)'|"
        r"'(\S+)' not supported between instances of '([\w.]+)' and '([\w.]+)'",
        _operands_slug,
        _operands,
    ),
    ExplanationRow(
        r"bad operand type for unary (\S+): '(?:list|tuple)'",
        "list-arithmetic",
        "Lists are not vectors: Python does not put `{1}` in front of every number in one. Use "
        "`np.array(…)` or `torch.tensor(…)` first.",
    ),
    ExplanationRow(
        r"bad operand type for unary (\S+): '([\w.]+)'",
        "wrong-operands",
        "Python cannot compute `{1}` of a value of type `{2}`. Print it: is it computed "
        "already, or text?",
    ),
    ExplanationRow(
        r"can only concatenate str|must be str, not (\w+)",
        "text-not-number",
        "Text and a number cannot be joined by `+`. For printing use commas, or an f-string: "
        '`print(f"loss {{loss}}")`.',
    ),
    ExplanationRow(
        r"must be real number, not (\w+)",
        "scalar-only",
        "The functions of `math` take one number, but this is of type `{1}`. For whole tensors "
        "and arrays, use `torch.exp` and `np.exp`.",
    ),
    ExplanationRow(
        r"ZeroDivisionError",
        "division-by-zero",
        "Something is divided by 0. Print the denominator.",
    ),
    ExplanationRow(
        r"math range error",
        "unstable-softmax",
        "A number became too large for a float: exp of about 710 is the limit. "
        "In softmax, subtract the maximum first.",
    ),
    ExplanationRow(
        r"cannot convert float (infinity|NaN) to integer",
        "not-a-whole-number",
        "The number is {1} here, and a whole number cannot be. The cause is a division by 0, a "
        "logarithm of 0 or a training that diverged: print the values that it was computed from.",
    ),
    ExplanationRow(
        r"maximum recursion depth exceeded",
        "endless-recursion",
        "A function calls itself without end. Does a function of yours have the name of the one it "
        "should call?",
    ),
    ExplanationRow(
        r"KeyError: (.+)",
        "no-such-key",
        "The dict has no entry {1}. Print its `.keys()` to see which there are.",
    ),
    ExplanationRow(
        r"cannot import name '(\w+)' from '([\w.]+)'",
        "no-such-module",
        "`{2}` has no `{1}`.{nearest} Capital letters matter.",
    ),
    ExplanationRow(
        r"EOFError: EOF when reading a line",
        "no-keyboard",
        "`input()` waits for the keyboard, and a run has none. Write the value into the program.",
    ),
    ExplanationRow(
        r"PermissionError.*'.+'|Read-only file system",
        "not-allowed",
        "A run may write only into a folder of its own, and the large files there can only be "
        "read. Use a new file name without a folder in front; the file is gone after the run.",
    ),
    ExplanationRow(
        r"PermissionError|ConnectionRefusedError|ConnectionError|Network is unreachable|gaierror",
        "not-allowed",
        "A run has no access to the network, to other programs or to files that are not "
        "its own. The exercise needs none of these.",
    ),
    ExplanationRow(
        r"KeyboardInterrupt",
        "quits-the-program",
        "Your program interrupted itself, as the Stop key does. Remove that line.",
    ),
    ExplanationRow(
        r"expected sequence of length (\d+) at dim (\d+) \(got (\d+)\)",
        "shapes-do-not-fit",
        "The rows have different lengths: one has {1:number}, another {3}. A tensor is a full "
        "table, so give all rows the same length.",
    ),
    ExplanationRow(
        r"invalid literal for int\(\).*: (.+)",
        "text-not-number",
        "`int` reads whole numbers only, and {1} is not one. For decimal numbers, use `float(…)`.",
    ),
    ExplanationRow(
        r"FileNotFoundError.*'\.\./",
        "no-such-file",
        "There is nothing above the folder of a run. Put that file, or its folder, beside the "
        "program and leave out `../`.",
    ),
    ExplanationRow(
        r"(?:FileNotFoundError|IsADirectoryError)",
        "no-such-file",
        "There is no such file for this run. It works in a folder of its own and sees only the "
        "files of Python and of the folder that nntutor was started in, or of the file you try. Is "
        "the name right?",
    ),
    ExplanationRow(
        r"AssertionError",
        "assertion-failed",
        "An `assert` in the given code failed. Look at the values that your program passes to it "
        "in line {line}.",
        inside=r"(?:before|given)\.py",
    ),
    ExplanationRow(
        r"AssertionError",
        "assertion-failed",
        "Your program compares two values in line {line}, and they differ. The message says how.",
        inside=r"(?:torch|numpy)\.testing|unittest",
    ),
    ExplanationRow(
        r"AssertionError",
        "library-refuses",
        _refused_by_library,
        inside=r".",
    ),
    ExplanationRow(
        r"AssertionError",
        "assertion-failed",
        "An `assert` in your program failed: its condition is not true.",
    ),
    ExplanationRow(
        r"can't start new thread|Resource temporarily unavailable",
        "too-many-processes",
        "The run started more threads or processes than are allowed. None are needed here.",
    ),
)
