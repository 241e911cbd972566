"""In a real terminal: first paint, typing, Check, Run, Stop, resize."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.conftest import Start, open_code, write_draft
from tests.support.terminal import Terminal

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120), pytest.mark.xdist_group("terminal")]

ANSWER = "sigmoid = nn.Sigmoid()\nprobability = sigmoid(input_tensor)\n"


def _quit(terminal: Terminal) -> None:
    terminal.press("ctrl+q")
    assert terminal.wait_for_end() == 0
    assert terminal.was_restored()
    terminal.wait_for_no_process_left()


def test_the_first_start_shows_the_first_step_and_has_no_torch(start: Start) -> None:
    terminal = start()
    terminal.wait_for("Welcome to nntutor", "Watch it learn")
    terminal.press("enter")
    terminal.wait_for("200 points lie on two half circles", "F8 Next")
    maps = Path(f"/proc/{terminal.process.pid}/maps").read_text()
    assert "libtorch" not in maps
    assert "numpy" not in maps
    _quit(terminal)


def test_a_typed_answer_is_checked(start: Start) -> None:
    terminal = start("open", "sigmoid")
    open_code(terminal, "sigmoid = ...")
    terminal.write("\x0b" * 16)  # Ctrl+K: each takes what is left of a line, then the line
    terminal.wait_until(lambda: not terminal.shows("sigmoid = ..."), "an empty editor")
    terminal.write(ANSWER.replace("\n", "\r"))
    terminal.press("f4")
    terminal.wait_for("Right")
    _quit(terminal)


def test_a_wrong_answer_gets_its_reason_with_its_own_number(start: Start, tmp_path: Path) -> None:
    wrong = "sigmoid = lambda x: 1 / (1 + torch.exp(x))\nprobability = sigmoid(input_tensor)\n"
    write_draft(tmp_path, "sigmoid", wrong)
    terminal = start("open", "sigmoid")
    open_code(terminal, "torch.exp(x)")
    terminal.press("ctrl+t")
    terminal.wait_for("Not yet", "0.083")
    _quit(terminal)


def test_an_endless_loop_is_stopped_and_the_next_run_works(start: Start, tmp_path: Path) -> None:
    write_draft(tmp_path, "sigmoid", "print('it has', 'begun')\nwhile True:\n    pass\n")
    terminal = start("open", "sigmoid")
    open_code(terminal, "while True")
    terminal.press("f5")
    terminal.wait_for("it has begun")
    terminal.press("f9")
    terminal.wait_for("stopped")
    terminal.write("\x0b" * 6 + "print(input_tensor.item() > 2)\r")
    terminal.press("f5")
    terminal.wait_for("True")
    _quit(terminal)


def test_training_is_drawn(start: Start, tmp_path: Path) -> None:
    loop = (
        "for epoch in range(5):\n"
        "    optimizer.zero_grad()\n"
        "    output = model(input_tensor)\n"
        "    loss = criterion(output, output_tensor)\n"
        "    loss.backward()\n"
        "    optimizer.step()\n"
    )
    write_draft(tmp_path, "training-loop", loop)
    terminal = start("open", "training-loop", columns=120, rows=35)
    terminal.wait_for("loss.backward()")
    terminal.press("f5")
    terminal.wait_for("Loss", "Tensor", "model[0].weight")
    _quit(terminal)


@pytest.mark.parametrize("columns_rows", [(120, 35), (60, 16), (200, 50)])
def test_a_resize_redraws_the_whole(start: Start, columns_rows: tuple[int, int]) -> None:
    terminal = start("open", "sigmoid")
    open_code(terminal, "sigmoid = ...")
    terminal.resize(*columns_rows)
    columns, _ = columns_rows
    terminal.wait_until(
        lambda: (
            terminal.shows("sigmoid = ...") and len(terminal.text.splitlines()[0]) > columns / 2
        ),
        "the new size",
        20,
    )
    _quit(terminal)


def test_a_terminal_that_is_too_small_is_told_so_until_it_is_enlarged(start: Start) -> None:
    terminal = start("open", "sigmoid")
    open_code(terminal, "sigmoid = ...")
    terminal.resize(50, 12)
    terminal.wait_for("60x16")
    terminal.resize(80, 24)
    terminal.wait_for("sigmoid = ...")
    _quit(terminal)


def test_ctrl_c_does_not_end_the_app(start: Start) -> None:
    terminal = start("open", "sigmoid")
    open_code(terminal, "sigmoid = ...")
    terminal.press("ctrl+c")
    terminal.press("f1")
    terminal.wait_for("Check")
    assert terminal.process.poll() is None
    terminal.press("escape")
    _quit(terminal)


def test_what_a_program_says_does_not_command_the_terminal(start: Start, tmp_path: Path) -> None:
    title = r"\x1b]0;taken over\x07"
    program = f"print('{title}printed')\nimport sys\nprint('{title}', file=sys.stderr)\n"
    write_draft(tmp_path, "sigmoid", program + f"raise ValueError('{title}raised')\n")
    terminal = start("open", "sigmoid")
    open_code(terminal, "raise ValueError")
    for key in ("f5", "f4"):
        terminal.press(key)
        terminal.wait_for("ValueError:", "raised")
    assert b"taken over\x07" not in terminal.sent
    assert b"\x1b]0;taken" not in terminal.sent
    _quit(terminal)
