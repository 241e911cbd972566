"""The shapes at the lines of a program: in loops, too, and of no object that would answer."""

from __future__ import annotations

import pytest

from tests.support.engine import PRELUDE, Served, run, serve
from tutor.wire.commands import Execute, Program
from tutor.wire.events import LineShape

pytestmark = pytest.mark.xdist_group("torch")

Found = list[tuple[int, str, tuple[int, ...], tuple[int, ...] | None]]


def shapes(source: str, *, given: str = "") -> Found:
    """Line, name, first and last shape of what a program binds."""
    return found(run(source, given=given, shapes=True))


def found(served: Served) -> Found:
    return [(each.line, each.name, each.first, each.last) for each in served.executed.shapes]


def at_lines(source: str) -> dict[int, str]:
    """The shapes of a program by line, each as it stayed."""
    texts: dict[int, list[str]] = {}
    for line, name, first, last in shapes(source):
        assert last == first
        texts.setdefault(line, []).append(f"{name} {first}".strip())
    return {line: ", ".join(each) for line, each in texts.items()}


def test_a_name_bound_twice_has_the_shape_of_each_line() -> None:
    source = """
x = torch.ones(5, 3)
h = torch.tanh(
    x @ torch.ones(3, 2)
)
h = h.sum()
n, f, m, s = 3, 0.5, nn.Linear(1, 1), np.float64(1)
"""
    assert at_lines(source) == {2: "(5, 3)", 3: "(5, 2)", 6: "()"}


def test_a_line_that_binds_several_tells_their_names() -> None:
    source = """
values, where = torch.ones(4, 3).max(dim=1)
a, n = torch.ones(2), 5
b = c = np.ones((2, 1))
x = torch.ones(1); y = torch.ones(2)
for i, row in enumerate(torch.ones(2, 7)): pass
"""
    assert at_lines(source) == {
        2: "values (4,), where (4,)",
        3: "a (2,)",
        4: "b (2, 1), c (2, 1)",
        5: "x (1,), y (2,)",
        6: "row (7,)",
    }


def test_attributes_and_items_have_the_shape_of_what_is_bound() -> None:
    source = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(4, 1))
        self.fc = nn.Linear(3, 4)
        self.fixed = torch.ones(7)
    def forward(self, x):
        h = self.fc(x)
        return h @ self.weight
net = Net()
net.fc.weight.data = torch.ones(4, 3)
net.weight.grad = torch.ones(4, 1)
out = net(torch.ones(2, 3))
params = {}
params["w"] = torch.ones(2, 2)
several = [1, 2]
several[-1] = torch.ones(6)
"""
    assert at_lines(source) == {
        5: "(4, 1)",
        7: "(7,)",
        9: "(2, 4)",
        12: "(4, 3)",
        13: "(4, 1)",
        14: "(2, 1)",
        16: "(2, 2)",
        18: "(6,)",
    }


def test_where_a_part_of_a_tensor_is_bound_the_whole_is_named() -> None:
    source = """
grid = np.zeros((2, 3))
grid[0] = 1
t = torch.ones(4)
t[t > 0] += 1
t[1:] = 3
"""
    expected = {2: "(2, 3)", 3: "grid (2, 3)", 4: "(4,)", 5: "t (4,)", 6: "t (4,)"}
    assert at_lines(source) == expected


def test_of_a_loop_the_first_and_the_last_shape_are_told() -> None:
    source = """
for batch in torch.ones(10, 2).split(4):
    twice = batch * 2
    total = batch.sum()
"""
    assert shapes(source) == [
        (2, "", (4, 2), (2, 2)),
        (3, "", (4, 2), (2, 2)),
        (4, "", (), ()),
    ]


def test_a_long_loop_is_followed_to_its_end_where_that_can_be_read_off_its_name() -> None:
    source = """
for k in range(1000):
    alone = torch.ones(k + 1)
    again = torch.ones(k + 1)
again = torch.ones(3)
def f():
    for k in range(1000):
        inner = torch.ones(k + 1)
        same = torch.ones(2)
f()
"""
    assert shapes(source) == [
        (3, "", (1,), (1000,)),
        (4, "", (1,), None),
        (5, "", (3,), (3,)),
        (8, "", (1,), None),
        (9, "", (2,), (2,)),
    ]


def test_up_to_an_error_the_shapes_are_told() -> None:
    served = run("x = torch.ones(2, 3)\ny = x @ x\nz = torch.ones(1)", shapes=True)
    assert served.executed.outcome == "raised"
    assert served.executed.error
    assert served.executed.error.line == 2
    assert found(served) == [(1, "", (2, 3), (2, 3))]


def test_only_a_run_that_asks_is_told_and_only_of_its_own_lines() -> None:
    assert run("x = torch.ones(2)").executed.shapes == ()
    assert run("x = ", shapes=True).executed.shapes == ()
    assert shapes("b = a", given="a = torch.ones(2)\n") == [(1, "", (2,), (2,))]


def test_under_a_mode_of_torch_shapes_are_read_without_it() -> None:
    source = """
from torch.overrides import TorchFunctionMode
class Loud(TorchFunctionMode):
    def __torch_function__(self, function, types, args=(), kwargs=None):
        print(function.__name__)
        return function(*args, **(kwargs or {}))
with Loud():
    x = torch.ones(2)
with torch.device("cpu"):
    y = torch.ones(3)
"""
    served = run(source, shapes=True)
    assert served.output == "ones\n"
    assert found(served) == [(8, "", (2,), (2,)), (10, "", (3,), (3,))]


HOSTILE = """
class Meta(type):
    def __hash__(cls): print("hash"); return 1
    def __eq__(cls, other): print("eq"); return True
    def __instancecheck__(cls, other): print("instance"); return True
class Liar(metaclass=Meta):
    def __getattribute__(self, name): print("get", name); return torch.ones(2)
    def __getitem__(self, key): print("item"); return torch.ones(2)
    def __setitem__(self, key, value): pass
    def __setattr__(self, name, value): pass
    __class__ = torch.Tensor
    __dict__ = property(lambda self: print("dict"))
class Mine(torch.Tensor):
    @classmethod
    def __torch_function__(cls, *args, **kwargs): print("torch"); raise ValueError
liar = Liar()
liar.a = 1
liar["k"] = 1
liar["k"] = liar["k"] = 2
mine = torch.ones(2).as_subclass(Mine)
nested = torch.nested.nested_tensor([torch.ones(1), torch.ones(2)])
shape = {}
shape[Liar()] = 1
"""


def test_objects_of_the_program_are_not_asked() -> None:
    served = run(HOSTILE, shapes=True)
    plain = run(HOSTILE)
    assert served.output == plain.output
    assert found(served) == []


def test_a_program_that_replaces_builtins_is_not_disturbed() -> None:
    source = """
import builtins
builtins.type = lambda *a: print("type")
builtins.Exception = None
x = torch.ones(2)
"""
    served = run(source, shapes=True)
    assert served.output == ""
    assert found(served) == [(5, "", (2,), (2,))]


PROGRAMS = {
    "trace": """
def f(x):
    y = x * 2
    return y
g = torch.jit.trace(f, torch.ones(2))
print(g.code, g(torch.ones(3)))
""",
    "fx": """
import torch.fx
def f(x):
    y = x * 2
    return y
print(torch.fx.symbolic_trace(f).code)
""",
    "marshal": """
import marshal
def f(x):
    y = x
    return y
print(len(marshal.dumps(f.__code__)))
""",
    "vmap": """
def f(x):
    y = x * 2
    return y.sum()
print(torch.func.vmap(torch.func.grad(f))(torch.ones(2, 3)))
""",
    "recursion": """
def f(n):
    x = n
    return f(n + 1)
try:
    f(0)
except RecursionError as error:
    print(type(error.__context__))
""",
    "code": """
def f(x):
    y = x
    return y
print(f.__code__.co_names, f(1))
""",
    "copy": """
import copy, pickle
class A:
    def __init__(self): self.a = 1
print(copy.deepcopy(A()).a, pickle.loads(pickle.dumps(A())).a)
""",
}


@pytest.mark.parametrize("source", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_the_program_does_the_same_with_notes(source: str) -> None:
    noted, plain = run(source, shapes=True), run(source)
    assert noted.output == plain.output != ""
    assert noted.executed.outcome == plain.executed.outcome
    assert noted.executed.warnings == plain.executed.warnings


def test_what_a_function_sees_under_vmap_has_the_shape_it_sees() -> None:
    source = "def f(x):\n    y = x * 2\n    return y\nz = torch.func.vmap(f)(torch.ones(4, 3))"
    assert at_lines(source) == {2: "(3,)", 4: "(4, 3)"}


def test_a_warning_of_the_compiler_is_given_once() -> None:
    warned = run("x = 1 is 1", shapes=True).executed.warnings
    assert len(warned) == 1


def test_answers_to_questions_are_about_the_code_as_it_was_written() -> None:
    source = "x = torch.ones(2)\nif x.sum() > 5: x = 1"
    questions = ("code.uses('x')", "code.has_compare()", "code.mentions('take')", "trace.assigned")
    plain, noted = run(source, *questions), run(source, *questions, shapes=True)
    assert [each.value for each in noted.answers] == [each.value for each in plain.answers]


def test_a_deeply_nested_program_runs_without_shapes_if_need_be() -> None:
    source = "if 0: pass\n" + "elif 0: pass\n" * 900 + "x = torch.ones(2)\n"
    command = Execute(Program(PRELUDE, source=source), shapes=True)
    plain = serve(Execute(Program(PRELUDE, source=source))).executed
    noted = serve(command).executed
    assert noted.outcome == plain.outcome
    assert noted.shapes in ((), (LineShape(902, "", (2,), (2,)),))
