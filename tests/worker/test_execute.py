"""A program's run: what it bound, changed, printed and warned of, and how it ended."""

from __future__ import annotations

import pytest

from tests.support.engine import PRELUDE, Served, run, serve
from tutor.wire.commands import Execute, Program
from tutor.wire.events import (
    Answered,
    BatchObserved,
    Done,
    Executed,
    GivenChange,
    InventoryTaken,
    WarningFacts,
)
from tutor.wire.models import ModelsDescribed
from tutor.wire.values import (
    BoolValue,
    FloatValue,
    IntValue,
    Missing,
    ModuleValue,
    TensorValue,
    TextValue,
)

pytestmark = pytest.mark.xdist_group("torch")

SIGMOID = "input_tensor = torch.tensor([[2.4]])\n"


def _bound(served: Served) -> dict[str, object]:
    return {bound.name: bound.value for bound in served.executed.bound}


def _changes(served: Served) -> set[tuple[str, str]]:
    return {(change.name, change.how) for change in served.executed.given_changes}


def test_the_sigmoid_exercise() -> None:
    served = run(
        "sigmoid = nn.Sigmoid()\nprobability = sigmoid(input_tensor)\nprint(probability)\n",
        "probability",
        "sigmoid(given.input_tensor)",
        given=SIGMOID,
    )
    assert [type(event) for event in served.events] == [Executed, Answered, Answered, Done]
    assert served.executed.outcome == "finished"
    assert served.executed.replaced == ()
    assert _bound(served)["sigmoid"] == ModuleValue("Sigmoid", "Sigmoid()", 0)
    probability = _bound(served)["probability"]
    assert isinstance(probability, TensorValue)
    assert probability.shape == (1, 1)
    assert [answer.value for answer in served.answers] == [probability, probability]
    assert served.answers[0].shown == "tensor([[0.91683]])"
    assert served.output == "tensor([[0.9168]])\n"


@pytest.mark.parametrize(
    ("source", "outcome"),
    [
        ("x = 1", "finished"),
        ("1 / 0", "raised"),
        ("import sys\nsys.exit(3)", "exited"),
        ("exit()", "exited"),
        ("raise KeyboardInterrupt", "stopped"),
        ("class Stop(KeyboardInterrupt): pass\nraise Stop", "stopped"),
        ("import os\nos.kill(os.getpid(), 2)\nwhile True:\n    pass", "stopped"),
        ("raise MemoryError", "memory"),
        ("torch.empty(2 ** 50)", "memory"),
        ("np.empty(2 ** 50)", "memory"),
        ('raise RuntimeError("can\'t start new thread")', "processes"),
        ("raise BlockingIOError(11, 'Resource temporarily unavailable')", "processes"),
        ("raise GeneratorExit", "raised"),
        ("raise RuntimeError('another')", "raised"),
    ],
)
def test_how_a_program_ends(source: str, outcome: str) -> None:
    served = run(source, "1 + 1")
    assert served.executed.outcome == outcome
    assert served.answers[0].value == IntValue(2), "questions are answered after any ending"


def test_a_main_module_that_lies_about_its_names() -> None:
    source = (
        "import sys\nclass Lie(type(sys)):\n    def __getattribute__(self, name): return 'lie'\n"
        "sys.modules['__main__'].__class__ = Lie\nx = 1\n"
    )
    served = run(source, "x")
    assert served.answers[0].value == IntValue(1)


def test_names_are_those_of_the_top_level_that_the_code_binds() -> None:
    served = run(
        "import math\nfrom math import pi\ny = 1\nfor i in range(3):\n    k, *rest = i, i\n"
        "def f():\n    inner = 1\nwith open('/dev/null') as file:\n    pass\n"
        "z: int = 5\nkept = [w for w in (1, 2)]\nif (n := 3):\n    pass\nbuilt = globals()\n"
        "globals()['late'] = 1\n",
        given="y = 1\nuntouched = 2\n",
    )
    assert [bound.name for bound in served.executed.bound] == [
        *("y", "i", "k", "rest", "f", "file", "z", "kept", "n", "built", "pi", "late"),
    ]


def test_at_most_forty_values_are_told() -> None:
    served = run("\n".join(f"x{i} = {i}" for i in range(60)), "len(trace.assigned)")
    assert len(served.executed.bound) == 40
    assert served.answers[0].value == IntValue(60)


def test_what_became_of_the_givens() -> None:
    given = (
        "same = torch.ones(2)\nagain = torch.ones(2)\nother = torch.ones(2)\n"
        "inside = torch.ones(2)\nrow = [1, 2]\ngone = 1\nnan = float('nan')\n"
        "nans = torch.tensor([float('nan')])\nlayer = nn.Linear(2, 1)\nmodel = nn.Linear(2, 1)\n"
        "fixed_model = nn.Linear(2, 1)\nstate = {'lr': 0.1}\n"
    )
    source = (
        "again = torch.ones(2)\nother = torch.zeros(2)\ninside[0] = 5\nrow.append(3)\ndel gone\n"
        "nan = float('nan')\nstate['lr'] = 1\n"
        "with torch.no_grad():\n    layer.weight += 1\n    fixed_model.weight += 1\n"
        "model = model.eval()\n"
    )
    served = run(source, given=given, fixed=("fixed_model", "model"))
    assert _changes(served) == {
        ("other", "rebound"),
        ("inside", "changed"),
        ("row", "changed"),
        ("gone", "deleted"),
        ("layer", "changed"),
        ("state", "changed"),
    }
    rebuilt = run("model = nn.Linear(3, 1)", given="model = nn.Linear(2, 1)", fixed=("model",))
    assert rebuilt.executed.given_changes == (GivenChange("model", "rebound"),)


MADE = """
import torch.optim as optim
from torch.utils.data import DataLoader, TensorDataset
net = nn.Sequential(nn.Linear(2, 3), nn.Dropout(0.2), nn.Linear(3, 1))
criterion = nn.CrossEntropyLoss()
optimizer = optim.SGD(net.parameters(), lr=0.1)
rows = TensorDataset(torch.arange(6.0).reshape(3, 2))
loader = DataLoader(rows, batch_size=2, shuffle=True)
make = lambda: 1
rate, share = 0.3, torch.tensor([0.3, 2.0])
table = np.array([0.3, 2.0])
"""
"""Givens with settings, a function, and decimal numbers."""


@pytest.mark.parametrize(
    ("source", "how"),
    [
        # the same settings, and the same layers with other numbers
        ("criterion = nn.CrossEntropyLoss(reduction='mean')", None),
        ("optimizer = optim.SGD(list(net.parameters()), 0.1, momentum=0)", None),
        ("loader = DataLoader(rows, 2, True)", None),
        ("loader = DataLoader(TensorDataset(torch.arange(6.0).reshape(3, 2)), 2, True)", None),
        ("net = nn.Sequential(nn.Linear(2, 3), nn.Dropout(0.2), nn.Linear(3, 1))", "remade"),
        # other last digits
        ("rate = 0.1 + 0.2", "remade"),
        ("share = torch.tensor([0.300001, 2.0])", "remade"),
        ("table = np.array([0.1 + 0.2, 2.0])", "remade"),
        ("rate, share, table = 0.3001, share * 1.001, table.astype('f')", "rebound"),
        # what is used is not bound again
        ("optimizer.param_groups[0]['lr'] = 5", None),
        ("next(iter(loader))\nnet.eval()", None),
        # other settings, layers, parameters or rows
        ("criterion = nn.CrossEntropyLoss(label_smoothing=0.1)", "rebound"),
        ("criterion = nn.CrossEntropyLoss(weight=torch.ones(3))", "rebound"),
        ("criterion = nn.MSELoss()", "rebound"),
        ("criterion = lambda scores, labels: 0", "rebound"),
        ("criterion.reduction = 'sum'", "changed"),
        ("optimizer = optim.SGD(net.parameters(), lr=0.2)", "rebound"),
        ("optimizer = optim.SGD(net.parameters(), lr=0.1, weight_decay=0.1)", "rebound"),
        ("optimizer = optim.SGD([*net.parameters()][-2:], lr=0.1)", "rebound"),
        ("optimizer = optim.Adam(net.parameters(), lr=0.1)", "rebound"),
        (
            "optimizer = optim.SGD(net.parameters(), lr=0.1)\noptimizer.param_groups = [3]",
            "rebound",
        ),
        ("loader = DataLoader(rows, batch_size=2)", "rebound"),
        ("loader = DataLoader(rows, batch_size=3, shuffle=True)", "rebound"),
        ("loader = DataLoader(TensorDataset(torch.ones(3, 2)), 2, True)", "rebound"),
        ("net = nn.Sequential(nn.Linear(2, 3), nn.Dropout(0.5), nn.Linear(3, 1))", "rebound"),
        ("net = nn.Sequential(nn.Linear(2, 4), nn.Dropout(0.2), nn.Linear(4, 1))", "rebound"),
        ("net = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))", "rebound"),
        # what cannot be compared
        ("make = lambda: 1", "replaced"),
        ("loader = DataLoader([*rows], batch_size=2, shuffle=True)", "replaced"),
    ],
)
def test_a_given_is_another_one_by_its_settings(source: str, how: str | None) -> None:
    assert {how for _, how in _changes(run(source, given=MADE))} == {how} - {None}


def test_a_class_that_is_defined_again_makes_the_same_model() -> None:
    given = "class Net(nn.Module):\n    pass\nclass Rows:\n    pass\nnet, rows = Net(), Rows()\n"
    replaced = {("Net", "replaced"), ("Rows", "replaced"), ("rows", "replaced")}
    assert _changes(run(given, given=given)) == replaced | {("net", "remade")}
    assert ("net", "rebound") in _changes(run("net = nn.ReLU()\n", given=given))


def test_copies_of_the_givens_stay_one_where_they_were_one() -> None:
    given = (
        "w = torch.ones(2, requires_grad=True)\nmodel = nn.Linear(2, 1)\nalias = model.weight\n"
        "output = model(w)\noutput.sum().backward()\nstrange = (i for i in range(3))\n"
    )
    served = run(
        "alias.data.zero_()\nmodel.weight.grad.zero_()",
        "given.alias is given.model.weight",
        "bool((given.alias != 0).all())",
        "given.output.requires_grad",
        "given.w.requires_grad",
        "torch.equal(given.model.weight.grad, given.w.detach().reshape(1, 2))",
        "given.model.weight is model.weight",
        given=given,
    )
    expected = [True, True, False, True, True, False]
    assert [answer.value for answer in served.answers] == [*map(BoolValue, expected)]


def test_warnings_are_told_once_each_with_the_learners_line() -> None:
    served = run(
        "import warnings\nx = torch.ones(2, 2)\nfor _ in range(3):\n    nn.Softmax()(x)\n"
        "warnings.warn('mine')\nnp.exp(np.array([1000.0]))\ny = 1 is 1\n",
        "'Implicit dimension' in trace.warnings",
    )
    told = {(fact.category, fact.line) for fact in served.executed.warnings}
    assert told == {
        ("SyntaxWarning", 7),
        ("UserWarning", 4),
        ("UserWarning", 5),
        ("RuntimeWarning", 6),
    }
    assert WarningFacts("UserWarning", "mine", 5) in served.executed.warnings
    assert served.answers[0].value == BoolValue(True)
    assert served.output == ""


def test_every_run_starts_from_the_seed() -> None:
    source = "import random\nx = [torch.rand(1).item(), float(np.random.rand()), random.random()]"
    first, again, other = (_bound(run(source, seed=seed)) for seed in (1, 1, 2))
    assert first == again != other


def test_the_learners_layer_is_not_the_given_one() -> None:
    served = run(
        "b = nn.Linear(3, 3)", "torch.equal(a.weight, b.weight)", given="a = nn.Linear(3, 3)"
    )
    assert served.answers[0].value == BoolValue(False)


def test_the_program_is_main_and_its_source_can_be_read() -> None:
    served = run(
        "import inspect, pickle, sys\n"
        "class Box:\n    pass\n"
        "text = inspect.getsource(Box)\nname = __name__\n"
        "kept = type(pickle.loads(pickle.dumps(Box()))) is Box\n"
        "main = sys.modules['__main__'].__dict__ is globals()\n",
        "(name, kept, main, text)",
    )
    assert served.answers[0].shown.startswith("('__main__', True, True, 'class Box:")


def test_a_program_is_given_its_command_line() -> None:
    program = Program(
        source="import sys\ntold = sys.argv", command_line=("train.py", "--epochs", "3")
    )
    assert serve(Execute(program), ("told",)).answers[0].shown == "['train.py', '--epochs', '3']"
    assert run("import sys\ntold = sys.argv", "told").answers[0].shown == "['exercise.py']"


def test_logs_and_the_program_itself_name_its_own_file() -> None:
    source = (
        "import io, logging\nout = io.StringIO()\n"
        "logging.basicConfig(stream=out, force=True, format='%(filename)s:%(lineno)d')\n"
        "logging.warning('…')\ntold = (out.getvalue(), __file__)"
    )
    program = Program(source=source, command_line=("train.py",))
    assert serve(Execute(program), ("told",)).answers[0].shown == "('train.py:4\\n', 'train.py')"


def test_questions_see_the_program_but_not_the_other_way_round() -> None:
    served = run(
        "len = lambda x: 99\ntorch = None\ngiven = 5\nrun = 'mine'\nx = [1, 2]\n"
        "seen = [name for name in dir(__builtins__) if 'linear_shapes' in name]\n",
        "len(x)",
        "__builtins__['len'](x)",
        "torch.ones(2).sum()",
        "given.y",
        "callable(run)",
        "seen",
        "missing_name",
        "1 +",
        "[len(x) for _ in\n  range(2)]",
        given="y = 7\n",
    )
    values = [answer.value for answer in served.answers]
    assert values[0] == IntValue(99), "the learner's own callables are theirs"
    assert values[1] == IntValue(2)
    assert values[3] == IntValue(7)
    assert values[4] == BoolValue(True)
    assert [answer.shown for answer in served.answers[5:6]] == ["[]"]
    assert values[6] == values[7] == Missing()
    errors = [answer.error.type_name for answer in served.answers if answer.error]
    assert errors == ["NameError", "SyntaxError"]
    assert served.answers[8].shown == "[99, 99]"


def test_what_questions_print_is_no_output_of_the_program() -> None:
    served = run("def f():\n    print('asked')\n    return 1\nprint('ran')", "f()", "trace.printed")
    assert served.output == "ran\n"
    assert served.answers[1].value == TextValue("ran\n")


def test_a_broken_output_is_the_programs_own_trouble() -> None:
    served = run("import sys\nprint('before')\nsys.stdout.close()\nsys.stdout = None\nx = 1")
    assert served.status == 0
    assert "x" in _bound(served)
    assert served.output == "before\n"


def test_settings_of_the_interpreter_do_not_outlive_the_program() -> None:
    served = run(
        "import sys\nsys.settrace(lambda *a: None)\nsys.setprofile(lambda *a: None)\n"
        "np.seterr(all='raise')\ntorch.set_default_device('meta')\ntorch.set_grad_enabled(False)\n"
        "x = np.array([1.0, 0.0])\ny = torch.ones(2, device='cpu')\n"
        "sys.setrecursionlimit(60)\n",
        "x",
        "y",
        "__import__('sys').gettrace() or __import__('sys').getprofile()",
    )
    assert served.status == 0
    assert [answer.shown for answer in served.answers] == [
        "array([1.0, 0.0])",
        "tensor([1.0, 1.0])",
        "None",
    ]


def test_a_fork_of_the_program_says_nothing() -> None:
    served = run(
        "import os, torch.multiprocessing as mp\n"
        "w = torch.ones(1, requires_grad=True)\n"
        "child = os.fork()\n"
        "if child == 0:\n    w.sum().backward()\n    os._exit(0)\n"
        "status = os.waitpid(child, 0)[1]\n",
        "status",
        "trace.backwards",
        live=True,
    )
    assert [answer.value for answer in served.answers] == [IntValue(0), IntValue(0)]


def test_a_rehearsal_leaves_nothing_behind() -> None:
    source = (
        "import signal, sys, os\nos.write(1, b'direct ')\nprint('printed')\n"
        "handler = signal.getsignal(signal.SIGINT).__name__\nnames = sorted(globals())\n"
        "number = torch.rand(1).item()\n"
    )
    command = Execute(Program("import torch", "", source))
    questions = ("handler, names", "number", "trace.backwards, trace.warnings")
    plain, rehearsed = (serve(command, questions, rehearsed=before) for before in (False, True))
    assert "default_int_handler" in plain.answers[0].shown
    assert rehearsed.answers == plain.answers
    assert rehearsed.output == plain.output == "direct printed\n"


def test_an_empty_ask_ends_the_process() -> None:
    served = serve(Execute(Program(source="x = 1")))
    assert [type(event) for event in served.events] == [Executed, Done]


def test_nothing_is_imported_when_a_program_trains() -> None:
    served = run(
        "import sys\nbefore = set(sys.modules)\n"
        "model = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 1))\n"
        "optimizer = optim.SGD(model.parameters(), lr=0.1)\n"
        "loss = nn.MSELoss()(model(torch.ones(1, 2)), torch.ones(1, 1))\n"
        "loss.backward()\noptimizer.step()\nnew = sorted(set(sys.modules) - before)\n",
        "new",
    )
    assert served.answers[0].shown == "[]"


def test_a_live_run_ends_with_the_inventory() -> None:
    served = run("model = nn.Linear(2, 1)\nx = torch.ones(3)\nlr = 0.5", live=True)
    kinds = [type(event) for event in served.events]
    assert kinds == [ModelsDescribed, InventoryTaken, Executed, Done]
    entries = {entry.name: entry for entry in served.only(InventoryTaken).entries}
    assert list(entries) == ["model", "model.weight", "model.bias", "x", "lr"]
    assert entries["lr"].value == FloatValue(0.5)


def test_answers_that_fill_a_frame_are_told_as_such() -> None:
    from tutor.wire.commands import ObserveAll, Question

    program = Program("import torch", "", "x = [torch.ones(65_000)] * 4\ny = x")
    small, large = (
        serve(ObserveAll((program,), (Question("x[0]"),) * count)).only(BatchObserved)
        for count in (8, 9)
    )
    assert small.executed.bound == ()
    assert isinstance(small.answers[7].value, TensorValue)
    assert {answer.error.type_name for answer in large.answers if answer.error} == {"ValueTooLarge"}


SECOND = "x = torch.ones(1)\nprint('two')\ncan_train = torch.is_grad_enabled()"


def test_the_authors_programs_do_not_see_each_other() -> None:
    from tutor.wire.commands import ObserveAll, Question

    programs = (
        Program(
            "import torch, warnings",
            "a = torch.rand(1)",
            "torch.set_default_dtype(torch.float64)\ntorch.set_grad_enabled(False)\n"
            "leaked = 1\nprint('one')\ntorch.sigmoid = None\nwarnings.warn('one')",
        ),
        Program("import torch", "a = torch.rand(1)", SECOND),
        Program("", "", "1 / 0"),
        Program("", "", "def ("),
    )
    questions = tuple(map(Question, ("a", "x.dtype", "can_train", "leaked", "trace.warnings")))
    served = serve(ObserveAll(programs, questions))
    one, two, raised, no_python = served.all(BatchObserved)
    assert isinstance(served.events[-1], Done)
    assert served.output == ""
    assert (one.output, two.output) == ("one\n", "two\n")
    assert one.executed.replaced == ("torch.sigmoid",)
    assert two.executed.replaced == ()
    assert one.answers[0] == two.answers[0]
    assert two.answers[1].shown == "torch.float32"
    assert two.answers[2].value == BoolValue(True)
    assert two.answers[3].value == Missing()
    assert two.answers[4].value == TextValue("")
    assert [batch.executed.outcome for batch in (raised, no_python)] == ["raised", "raised"]


PRINTING = "print(torch.rand(40) * 1e6, np.arange(40.0) ** 3, sep='\\n')"


@pytest.mark.parametrize("columns", [30, 66, 140])
def test_printed_tensors_and_arrays_are_as_wide_as_the_place_that_shows_them(columns: int) -> None:
    served = serve(Execute(Program(PRELUDE, source=PRINTING), columns=columns))
    widths = [len(line) for line in served.output.splitlines()]
    assert max(widths) <= columns
    assert max(widths) > columns - 14  # another number would not fit


def test_without_a_width_torch_and_numpy_print_as_everywhere() -> None:
    lines = run(PRINTING).output.splitlines()
    arrays = next(index for index, line in enumerate(lines) if line.startswith("["))
    assert 66 < max(map(len, lines[:arrays])) <= 80
    assert 61 < max(map(len, lines[arrays:])) <= 75


def test_the_prelude_leaves_nothing_but_names() -> None:
    before = (
        f"{PRELUDE}\nimport warnings\nprint('before')\nwarnings.warn('before')\n"
        "def total(values):\n    return values.sum()\n"
        "weight = nn.Parameter(torch.rand(3))\n"
        "optimizer = torch.optim.SGD([weight], lr=0.1)\n"
        "total(weight).backward()\noptimizer.step()\n"
    )
    questions = ("total(x)", "trace.steps", "trace.given.steps", "trace.warnings", "trace.printed")
    plain = run("y = x", "x.sum()", given="x = torch.rand(2)")
    served = run("print('mine')", *questions, given="x = torch.rand(2)", prelude=before)
    values = [answer.value for answer in served.answers]
    assert values[0] == plain.answers[0].value
    assert values[1:] == [IntValue(0), IntValue(0), TextValue(""), TextValue("mine\n")]
    assert served.output == "mine\n"
    assert (served.executed.warnings, served.executed.given_changes) == ((), ())


def test_an_error_in_the_prelude_is_none_of_the_learners() -> None:
    served = run("x = 1", prelude="first = 1\nmissing_name")
    error = served.executed.error
    assert error is not None
    assert (error.from_given, error.line, error.raised_in) == (True, None, "before.py")
    assert [(frame.file, frame.line, frame.text) for frame in error.frames] == [
        ("before.py", 2, "missing_name")
    ]
