"""Expressions on what a program has left: their values, and that none changes or ends anything."""

from __future__ import annotations

import pytest

from tests.support.engine import PRELUDE, serve
from tutor.session.asking import lines_as_expression
from tutor.wire.commands import Evaluate, Execute, Limits, Program
from tutor.wire.events import MAX_SHOWN, Done, Evaluated, Evaluation
from tutor.worker import evaluation

pytestmark = pytest.mark.xdist_group("torch")

LEFT = """
x = torch.arange(6.0).reshape(2, 3).requires_grad_()
model = nn.Sequential(nn.Linear(3, 1))
model(x).sum().backward()
def fails(y):
    return y @ x
"""


def ask(*expressions: str, source: str = LEFT, columns: int = 0) -> list[Evaluation]:
    """What came of the expressions, one after the other, on what the program has left."""
    command = Execute(Program(PRELUDE, "", source), Limits(seconds=60), keep=True)
    asked = [Evaluate(number, each, columns) for number, each in enumerate(expressions)]
    served = serve(command, evaluations=asked)
    kinds = [type(event) for event in served.events]
    assert kinds[kinds.index(Done) :] == [Done, *[Evaluated] * len(asked)]
    answers = served.all(Evaluated)
    assert [each.number for each in answers] == [each.number for each in asked]
    assert served.output == ""
    return [each.evaluation for each in answers]


def test_a_value_is_shown_as_python_shows_it() -> None:
    shape, gradient, nothing, text = ask("x.shape", "  x.grad.sum() ", "x.zero_", "'a' + \"b\"")
    assert shape == Evaluation("value", "torch.Size([2, 3])")
    assert gradient.shown.startswith("tensor(")
    assert nothing.shown.startswith("<built-in method zero_")
    assert text == Evaluation("value", "'ab'")


def test_what_is_printed_is_told_beside_the_value() -> None:
    printed, both, neither = ask("print(1, 2)", "print('a') or 7", "None")
    assert printed == Evaluation("value", "", "1 2\n")
    assert both == Evaluation("value", "7", "a\n")
    assert neither == Evaluation("value", "None")


def test_lines_go_on_from_what_the_program_has_left_and_change_nothing() -> None:
    step = "optimizer = optim.SGD(model.parameters(), lr=0.1)\noptimizer.step()\n"
    changed, weight, failed, again = ask(
        lines_as_expression(f"{step}print('moved')\nmodel[0].weight.sum().item()"),
        "model[0].weight.sum().item()",
        lines_as_expression("\n\nz = x @ x\n"),
        "'z' in globals()",
    )
    assert (changed.outcome, changed.printed) == ("value", "moved\n")
    assert changed.shown != weight.shown
    assert failed.error is not None
    assert (failed.error.line, failed.error.type_name) == (3, "RuntimeError")
    assert again.shown == "False"


def test_an_expression_changes_nothing() -> None:
    *_, last, again, numbers = ask(
        "globals().pop('x')", "model.zero_grad()", "x.shape", "torch.rand(1)", "torch.rand(1)"
    )
    assert last.outcome == "value"
    assert again == numbers
    gradient = ask("model.zero_grad()", "model[0].weight.grad is None")[1]
    assert gradient == Evaluation("value", "False")


def test_after_an_error_what_was_made_before_it_can_be_asked_for() -> None:
    (made,) = ask("x.shape", source="x = torch.ones(2)\nx @ torch.ones(3)")
    assert made == Evaluation("value", "torch.Size([2])")


def test_a_program_that_is_no_python_has_left_nothing() -> None:
    (told,) = ask("1 + 1", source="x = (")
    assert told == Evaluation("not-run")


def test_errors_have_their_facts() -> None:
    unknown, shapes, syntax = ask("xx.shape", "fails(x)", "x.shape)")
    assert unknown.error is not None
    assert (unknown.outcome, unknown.error.type_name) == ("raised", "NameError")
    assert (unknown.error.line, "x" in unknown.error.nearest) == (None, True)
    assert shapes.error is not None
    assert (shapes.error.type_name, shapes.error.line) == ("RuntimeError", 6)
    assert syntax.error is not None
    assert (syntax.error.type_name, syntax.error.source_line) == ("SyntaxError", "x.shape)")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("y = 3", "assignment"),
        ("x += 1", "assignment"),
        ("import os", "import"),
        ("from os import path", "import"),
        ("for n in x: n", "other"),
        ("del x", "other"),
        ("x; x", "other"),
        ("# x.shape", "none"),
    ],
)
def test_statements_are_refused(text: str, kind: str) -> None:
    assert [(each.outcome, each.statement) for each in ask(text)] == [("statement", kind)]


def test_large_values_are_cut() -> None:
    corners, text, numbers = ask("torch.ones(50, 50)", "'a' * 100_000", "list(range(100_000))")
    assert len(corners.shown.splitlines()) < 10
    assert not corners.is_cut
    assert (len(text.shown), text.is_cut) == (MAX_SHOWN, True)
    assert (len(numbers.shown), numbers.is_cut) == (MAX_SHOWN, True)


def test_lines_are_as_long_as_there_is_room() -> None:
    narrow, wide = (ask("torch.ones(20)", columns=columns)[0] for columns in (30, 120))
    assert max(map(len, narrow.shown.splitlines())) <= 30
    assert len(wide.shown.splitlines()) < len(narrow.shown.splitlines())


def test_what_does_harm_ends_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "EVALUATION_SECONDS", 1.0)
    hostile = [
        "all(iter(lambda: True, False))",
        "__import__('os')._exit(3)",
        "__import__('os').kill(__import__('os').getpid(), 11)",
        "bytearray(10**11)",
        "[print('x' * 1000) for _ in range(10**4)] and None",
        "__import__('os').closerange(0, 256)",
        "__import__('os').fork() and 'the first of two'",
        "exit()",
    ]
    answers = ask(*hostile, "x.shape")
    assert [each.outcome for each in answers] == [
        *("timeout", "ended", "ended", "memory", "value", "ended", "value", "raised"),
        "value",
    ]
    assert answers[1].detail == "exit status 3"
    assert answers[2].detail == "SIGSEGV"
    assert (len(answers[4].printed), answers[4].is_cut) == (MAX_SHOWN, True)
    assert answers[-1].shown == "torch.Size([2, 3])"


def test_threads_of_the_program_do_not_hang_it() -> None:
    source = "torch.set_num_threads(2)\nx = torch.ones(700, 700)\ny = x @ x"
    (answer,) = ask("(x @ x).shape", source=source)
    assert answer == Evaluation("value", "torch.Size([700, 700])")


OPENS_ALL = """
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (64, {hard}))
fs = []
try:
    while True:
        fs.append(open('/dev/null'))
except OSError:
    del fs[len(fs) - {free}:]
"""


@pytest.mark.parametrize(("hard", "free"), [(72, 0), (64, 2)])
def test_a_program_may_have_left_all_files_open(hard: int, free: int) -> None:
    answers = ask("len(fs) > 9", "fs[0].name", source=OPENS_ALL.format(hard=hard, free=free))
    assert answers == [Evaluation("value", "True"), Evaluation("value", "'/dev/null'")]


def test_where_no_file_can_be_opened_that_is_told() -> None:
    for told in ask("len(fs)", "len(fs)", source=OPENS_ALL.format(hard=64, free=0)):
        assert told.error is not None
        assert (told.outcome, told.error.type_name) == ("raised", "OSError")


def test_a_signal_without_a_name_is_told_by_its_number() -> None:
    (told,) = ask("__import__('os').kill(__import__('os').getpid(), 40)")
    assert told == Evaluation("ended", detail="signal 40")


def test_a_program_that_replaces_functions_is_asked_all_the_same() -> None:
    replaced = [
        "pipe",
        "read",
        "write",
        "open",
        "close",
        "dup2",
        "waitpid",
        "kill",
        "killpg",
        "setpgid",
    ]
    source = "import os, resource, select, signal\nx = 6\n" + "".join(
        f"{name} = None\n"
        for name in (*(f"os.{each}" for each in replaced), "select.poll", "signal.Signals")
    )
    source += "resource.setrlimit = resource.getrlimit = None\n"
    assert ask("x", source=source) == [Evaluation("value", "6")]


def test_nothing_of_an_expression_is_left_out() -> None:
    assert ask("+".join("1" * 600)) == [Evaluation("value", "600")]
