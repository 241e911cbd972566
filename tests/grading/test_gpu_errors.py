"""What a program that asks for a graphics card runs into, and what of it counts against the answer.

The messages are those of PyTorch 2.13 with CUDA.
"""

from __future__ import annotations

import pytest

from tests.grading.steps import GIVEN, SOLUTION, sigmoid_step
from tests.support.python_runner import PythonRunner
from tutor.course.step_tables import Note, Variation
from tutor.grading.compare import is_same
from tutor.grading.errors import explain_ending, explain_or_quote
from tutor.grading.grade import grade
from tutor.wire.commands import Execute, Limits, Question
from tutor.wire.events import ErrorFacts, Executed, Observation, Operand
from tutor.wire.values import TensorValue

OUT = (
    "CUDA out of memory. Tried to allocate {asked}. GPU 0 has a total capacity of 79.11 GiB of "
    "which {free} is free. Process 12 has 8.25 GiB memory in use. 2.00 GiB allowed; Of the "
    "allocated memory {held} is allocated by PyTorch, and {reserved} is reserved by PyTorch but "
    "unallocated. If reserved but unallocated memory is large try setting "
    "PYTORCH_ALLOC_CONF=expandable_segments:True to avoid fragmentation."
)
OWN = "The program asked for more than 2048 MB of the graphics card's memory in line 3."
FULL = "The graphics card had no memory left for the program in line 3: others use it as well."


def out(asked: str, held: str, free: str = "70.10 GiB", reserved: str = "12.50 MiB") -> str:
    return OUT.format(asked=asked, held=held, free=free, reserved=reserved)


ENDINGS = [
    (out("3.73 GiB", "0 bytes"), OWN),
    (out("512.00 MiB", "1.75 GiB"), OWN),
    (out("512.00 MiB", "1.75 GiB", "10.00 MiB"), OWN),
    (out("20.00 MiB", "1.75 GiB", "10.00 MiB"), FULL),
    (out("20.00 MiB", "1.75 GiB", reserved="240.00 MiB"), OWN),
    (out("2.00 MiB", "512 bytes", "0 bytes"), FULL),
    ("CUDA out of memory. Tried to allocate 20.00 MiB.", FULL),
    ("CUDA error: out of memory\nCUDA kernel errors might be asynchronously reported", FULL),
    ("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`", FULL),
]


def ended(message: str) -> Observation:
    error = ErrorFacts("OutOfMemoryError", message, line=3, source_line="x = big.cuda()")
    return Observation("memory", Executed("memory", error=error))


@pytest.mark.parametrize(("message", "said"), ENDINGS)
@pytest.mark.parametrize("judging", [True, False])
def test_memory_of_a_card_is_told_with_the_line_and_what_to_do(
    message: str, said: str, judging: bool
) -> None:
    explanation = explain_ending(ended(message), Limits(), judging=judging)
    assert explanation.slug == "out-of-memory"
    assert explanation.message.startswith(said)
    assert explanation.message.endswith(("`.item()`.", "Try again in a while."))


class Ending(PythonRunner):
    """A runner by which each program of the learner ends alike."""

    def __init__(self, observation: Observation) -> None:
        super().__init__()
        self._ending = observation

    async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
        return self._ending


class EndingUnderVariations(Ending):
    """A runner by which the learner's programs end alike where the givens are not the base's."""

    async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
        if command.program.given == GIVEN:
            return await PythonRunner.observe(self, command, questions)
        return self._ending


@pytest.mark.parametrize(("message", "said"), ENDINGS)
async def test_who_finds_the_card_full_is_not_refused(message: str, said: str) -> None:
    verdict = await grade(sigmoid_step(gpu=True), SOLUTION, Ending(ended(message)))
    kind = "reject" if said == OWN else "tutor-fault"
    assert (verdict.kind, verdict.slug, verdict.outcome) == (kind, "out-of-memory", "memory")
    assert said in verdict.message


async def test_who_finds_the_card_full_under_other_givens_is_not_refused() -> None:
    noted = (Variation(given={"x": "-1.3"}, note="narrow"),)
    notes = (Note(id="narrow", say="It holds for this x only."),)
    for step in (sigmoid_step(gpu=True), sigmoid_step(gpu=True, variations=noted, notes=notes)):
        runner = EndingUnderVariations(ended(out("2.00 MiB", "0 bytes")))
        verdict = await grade(step, SOLUTION, runner)
        assert (verdict.kind, verdict.slug) == ("tutor-fault", "out-of-memory")
        assert FULL in verdict.message


NO_CARD = [
    "Torch not compiled with CUDA enabled",
    "No CUDA GPUs are available",
    "Found no NVIDIA driver on your system. Please check that you have an NVIDIA GPU",
]


@pytest.mark.parametrize("message", NO_CARD)
async def test_where_there_is_no_card_a_step_that_asks_for_one_refuses_nobody_who_needs_it(
    message: str,
) -> None:
    program = f"raise RuntimeError({message!r})"
    verdict = await grade(sigmoid_step(gpu=True), program, PythonRunner())
    assert (verdict.kind, verdict.slug) == ("not-attempted", "no-such-device")
    assert "torch.cuda.is_available()" in verdict.message
    assert verdict.line == 1
    other = await grade(sigmoid_step(), program, PythonRunner())
    assert (other.kind, other.slug) == ("reject", "no-such-device")


async def test_other_errors_are_refused_as_ever() -> None:
    apart = "raise RuntimeError('Expected all tensors to be on the same device, but got cuda:0')"
    verdict = await grade(sigmoid_step(gpu=True), apart, PythonRunner())
    assert (verdict.kind, verdict.slug) == ("reject", "no-such-device")


async def test_a_card_used_in_a_worker_is_not_told_as_none() -> None:
    source = "raise RuntimeError('Cannot re-initialize CUDA in forked subprocess. To use …')"
    verdict = await grade(sigmoid_step(gpu=True), source, PythonRunner())
    assert (verdict.kind, verdict.slug) == ("reject", "card-in-workers")


def test_tensors_on_different_devices_are_told_by_their_names() -> None:
    error = ErrorFacts(
        "RuntimeError",
        "Expected all tensors to be on the same device, but found at least two devices, cuda:0 and "
        "cpu!",
        line=1,
        operands=(
            Operand("x", "Tensor", (2, 2), "float32", "cuda:0"),
            Operand("model", "Linear", (1, 2), "float32"),
        ),
    )
    message = explain_or_quote(error).message
    assert "Here `x` is on `cuda:0` and `model` is on the CPU." in message
    assert "leave the devices out" not in message


def test_the_device_of_a_value_is_not_compared() -> None:
    here = TensorValue("float32", "float", (1,), bytes(8))
    there = TensorValue("float32", "float", (1,), bytes(8), device="cuda:0")
    assert is_same(there, here)
