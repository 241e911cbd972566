"""Answers questions about a program that has ended, by evaluating expressions in its namespace.

Expressions can use the program's names, but `given`, `trace`, torch, nn, F, np and the vocabulary
take precedence, and the builtins are those from before the program: it must not change the meaning
of a question. Questions do not affect each other: each has the same seed, and the mode and the
buffers of the program's models are restored after it.
"""

from __future__ import annotations

import builtins
from contextlib import suppress
from types import CodeType, ModuleType

import numpy as np
import torch
from torch import nn

from tutor.wire.commands import Question
from tutor.wire.events import Answer
from tutor.wire.question_code import compile_question
from tutor.wire.values import Missing
from tutor.worker.error_facts import error_facts
from tutor.worker.execute import ProgramRun
from tutor.worker.format_value import format_value
from tutor.worker.global_state import reset_interpreter, seed_everything
from tutor.worker.library_index import library_documentation, library_index
from tutor.worker.model_states import ModelStates
from tutor.worker.streams import silence
from tutor.worker.torch_private import is_module
from tutor.worker.value_reader import to_value
from tutor.worker.vocabulary import vocabulary_for

_BUILTINS = dict(vars(builtins))
_LIBRARIES: dict[str, ModuleType] = {"torch": torch, "nn": nn, "F": nn.functional, "np": np}
_QUESTION_SEED = 20_011
_OF_THE_APP = {each.__name__: each for each in (library_index, library_documentation)}
"""Functions by which the app reads the libraries; it runs an empty program for them."""


class Expressions:
    """The evaluator of expressions about one run that has ended."""

    def __init__(self, run: ProgramRun) -> None:
        trace = run.trace()
        self._run = run
        self._models = _states_of_models(run)
        self._names: dict[str, object] = {
            **_LIBRARIES,
            **_OF_THE_APP,
            **vocabulary_for(run, trace),
            "given": run.givens.copies,
            "trace": trace,
            "__builtins__": _BUILTINS,
        }

    def answer(self, question: Question, code: CodeType | None = None) -> Answer:
        """Return the value of the question's expression, or the exception that it raised.

        `code` is the compiled expression, if it is known already.
        """
        names = {**self._run.namespace, **self._names}
        try:
            with silence(), torch.enable_grad():
                # The solution is asked the same in another process, and must get the same numbers.
                seed_everything(_QUESTION_SEED)
                result = eval(code or compile_question(question.expression), names)
        except BaseException as error:
            facts = error_facts(error, self._run.namespace, self._run.program.source)
            return Answer(Missing(), error=facts)
        finally:
            reset_interpreter()
            with suppress(Exception):  # a buffer that cannot be written has not changed
                self._models.put_back()
        value = to_value(result)
        return Answer(value, format_value(value))


def _states_of_models(run: ProgramRun) -> ModelStates:
    objects = (*run.namespace.values(), *vars(run.givens.copies).values())
    try:
        return ModelStates([each for each in objects if is_module(each)])
    except Exception:  # models that cannot be read are used as they are
        return ModelStates([])
