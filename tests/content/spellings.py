"""Other ways to hand in the same answer: the given code retyped, a whole file, a `main()`.

What is drawn is drawn by a seed, so that a run can be repeated.
"""

from __future__ import annotations

import ast
import builtins
import random
import re
import textwrap
from collections.abc import Callable, Sequence

from tutor.course.model import CodeStep

IMPORTS = """\
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn import CrossEntropyLoss
import torch.optim as optim
import numpy as np
"""

OTHER_NAMES = (("torch", "th"), ("nn", "layers_of_torch"), ("optim", "optimizers"))
"""Names of imports, and others that people give them."""


WORD = re.compile(r"[A-Za-z_]\w*")


def retyped(given: str, draw: random.Random) -> str:
    """Given code as somebody types it in anew: looked at, spaced and commented another way."""
    lines: list[str] = []
    for node in ast.parse(given).body:
        if draw.random() < 0.3:
            lines.append(draw.choice(["", "# given", "\n# ---", "print('---')"]))
        lines.append(_other_epochs(ast.unparse(node), draw))
        bound = [n.id for n in getattr(node, "targets", []) if isinstance(n, ast.Name)]
        if bound and draw.random() < 0.3:
            lines.append(draw.choice([f"print({bound[0]})", bound[0], f"print('{bound[0]}')"]))
    code = "\n".join(lines)
    return _under_other_names(code, draw) if draw.random() < 0.3 else IMPORTS + code


def _other_epochs(code: str, draw: random.Random) -> str:
    return re.sub(r"range\(5\)", f"range({draw.choice([3, 5, 10])})", code)


def _under_other_names(code: str, draw: random.Random) -> str:
    name, other = draw.choice(OTHER_NAMES)
    paths = {"torch": "torch", "nn": "torch.nn", "optim": "torch.optim"}
    renamed = re.sub(rf"(?<!from )(?<![\w.]){name}\.", f"{other}.", code)
    return f"{IMPORTS}import {paths[name]} as {other}\n{renamed}"


def given_above(step: CodeStep, program: str) -> str:
    """The given code; nothing above an answer that has a copy of its own."""
    given = {ast.dump(node) for node in ast.parse(step.given).body}
    try:
        copied = [ast.dump(node) in given for node in ast.parse(program).body]
    except SyntaxError:
        return step.given
    return "" if sum(copied) > 1 else step.given


def behind_givens(step: CodeStep, program: str, _: Sequence[CodeStep], draw: random.Random) -> str:
    """The answer below the given code, retyped."""
    return f"{retyped(given_above(step, program), draw)}\n\n{program}"


def in_a_file(step: CodeStep, program: str, others: Sequence[CodeStep], draw: random.Random) -> str:
    """The answer among two other exercises, whose givens do not contain its own."""
    known = [
        each
        for each in others
        if each.given
        and not _functions_in(each.solution) & _bound_in(step.solution)
        and not _functions_in(step.solution) & _bound_in(each.solution)
        and each.given not in step.given
        and not (step.given and step.given in each.given)
    ]
    above, below = draw.sample(known, 2)
    parts = [
        f"# {each.title}\n{given_above(each, code)}\n{code}"
        for each, code in ((above, above.solution), (step, program), (below, below.solution))
    ]
    return "\n\n".join([IMPORTS, *parts])


def _functions_in(code: str) -> set[str]:
    """The functions that a program defines; two exercises of one name are one answer."""
    return {node.name for node in ast.parse(code).body if isinstance(node, ast.FunctionDef)}


def _bound_in(code: str) -> set[str]:
    """The names that the statements of a program bind."""
    targets = (target for node in ast.parse(code).body for target in getattr(node, "targets", ()))
    return _functions_in(code) | {node.id for node in targets if isinstance(node, ast.Name)}


def in_main(step: CodeStep, program: str, _: Sequence[CodeStep], draw: random.Random) -> str:
    """The answer in a function that is called below, with the given code or without."""
    body = program if draw.random() < 0.5 else f"{given_above(step, program)}\n{program}"
    call = draw.choice(["main()", 'if __name__ == "__main__":\n    main()'])
    return f"{IMPORTS}\n\ndef main():\n{textwrap.indent(body, '    ')}\n\n\n{call}\n"


def with_prints(step: CodeStep, program: str, _: Sequence[CodeStep], draw: random.Random) -> str:
    """The answer in place of the scaffold's blanks, above what the scaffold prints.

    Prints of what an answer need not have, such as a helper or the weight of a layer, are left out.
    """
    asked = {word for check in step.checks for word in WORD.findall(check.same + check.true)}
    code = f"{step.prelude}\n{step.given}\n{program}"
    known = {*WORD.findall(code), *vars(builtins), *asked}
    prints = [
        line
        for line in step.scaffold.split("\n")
        if line.startswith("print(") and "__" not in line and _read_in(line) <= known
    ]
    return "\n".join([f"# {step.title}", program, *prints])


def _read_in(line: str) -> set[str]:
    """The names that a line reads, those of parameters with the name that they are looked up in."""
    nodes = [*ast.walk(ast.parse(line))]
    parameters = {
        ast.unparse(node)
        for node in nodes
        if isinstance(node, ast.Attribute) and node.attr in ("weight", "bias")
    }
    return {node.id for node in nodes if isinstance(node, ast.Name)} | parameters


Spelling = Callable[[CodeStep, str, Sequence[CodeStep], random.Random], str]

SPELLINGS: dict[str, Spelling] = {
    "behind the givens": behind_givens,
    "in a file": in_a_file,
    "in main": in_main,
    "with prints": with_prints,
}
