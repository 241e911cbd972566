"""Answers questions about a program that has ended: expressions in its namespace.

For the engine. The program's names are there, but `given`, `trace`, torch, nn, F, np and the
vocabulary win over them, and Python's builtins are those of before.
"""

from __future__ import annotations

import builtins
from types import ModuleType

import numpy as np
import torch
from torch import nn

from tutor.wire.commands import Question
from tutor.wire.events import Answer
from tutor.wire.values import Missing
from tutor.worker.error_facts import error_facts
from tutor.worker.execute import ProgramRun
from tutor.worker.format_value import format_value
from tutor.worker.global_state import reset_interpreter, seed_everything
from tutor.worker.stack import QUESTION_FILE
from tutor.worker.streams import silence
from tutor.worker.value_reader import to_value
from tutor.worker.vocabulary import vocabulary_for

_BUILTINS = dict(vars(builtins))
_LIBRARIES: dict[str, ModuleType] = {"torch": torch, "nn": nn, "F": nn.functional, "np": np}
_QUESTION_SEED = 20_011


class Expressions:
    """Of one run."""

    def __init__(self, run: ProgramRun) -> None:
        trace = run.trace()
        self._run = run
        self._names: dict[str, object] = {
            **_LIBRARIES,
            **vocabulary_for(run, trace),
            "given": run.givens.copies,
            "trace": trace,
            "__builtins__": _BUILTINS,
        }

    def answer(self, question: Question) -> Answer:
        """Never raises: what the expression raised is in the answer."""
        names = {**self._run.namespace, **self._names}
        try:
            with silence(), torch.enable_grad():
                seed_everything(_QUESTION_SEED)  # as for the other program that is asked this
                code = compile(
                    f"({question.expression.strip()}\n)", QUESTION_FILE, "eval", dont_inherit=True
                )
                result = eval(code, names)
        except BaseException as error:
            facts = error_facts(error, self._run.namespace, self._run.program.source)
            return Answer(Missing(), error=facts)
        finally:
            reset_interpreter()
        value = to_value(result)
        return Answer(value, format_value(value))
