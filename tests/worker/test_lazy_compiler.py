"""Programs see no difference between torch's compiler and the stand-in, which stays a small one."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from collections.abc import Mapping

import pytest

from tests.support.engine import run
from tests.support.sampling import drawn

pytestmark = [pytest.mark.xdist_group("torch"), pytest.mark.timeout(180)]

PROGRAMS = {
    "each optimizer": """
for name, kind in sorted(vars(optim).items()):
    if isinstance(kind, type) and issubclass(kind, optim.Optimizer) and name != "Optimizer":
        w = torch.ones(2, 2, requires_grad=True)
        try:
            optimizer = kind([w])
            for _ in range(3):
                optimizer.zero_grad()
                loss = (w * w).sum()
                loss.backward()
                optimizer.step(lambda: loss)
            print(name, w.tolist(), copy.deepcopy(optimizer.state_dict())["param_groups"])
        except Exception as error:
            print(name, type(error), error)
""",
    "optimizers that are copied, saved and extended": """
w, v = torch.ones(2, requires_grad=True), torch.ones(1, requires_grad=True)
optimizer = optim.Adam([w], lr=0.1)
w.sum().backward()
optimizer.step()
optimizer.add_param_group({"params": [v]})
again = pickle.loads(pickle.dumps(optimizer))
again.load_state_dict(optimizer.state_dict())
optim.lr_scheduler.StepLR(again, 1)
print(again, copy.deepcopy(again).state_dict())
""",
    "errors in an optimizer": """
w = torch.ones(2, requires_grad=True)
optimizer = optim.SGD([w], lr=0.1)
for wrong in (
    lambda: optimizer.add_param_group({"params": [w]}),
    lambda: optimizer.load_state_dict({"param_groups": [], "state": {}}),
    lambda: optimizer.zero_grad(1, 2, 3),
    lambda: optim.SGD([w], lr=-1),
):
    try:
        wrong()
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        mark = os.path.join("torch", "_dynamo", "eval_frame.py")
        print([(f.filename, f.name, f.line) for f in frames if not f.filename.endswith(mark)])
        print(repr(error))
""",
    "seeds, modes and traces": """
from torch.utils._python_dispatch import TorchDispatchMode
class Logged(TorchDispatchMode):
    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        print(function)
        return function(*args, **(kwargs or {}))
with Logged():
    torch.ones(2) + 1
with torch.device("meta"):
    print(nn.Linear(2, 1).weight.device)
print(torch.manual_seed(3).initial_seed(), torch.rand(1), torch.manual_seed.__name__)
print(torch.manual_seed is torch.random.manual_seed, inspect.signature(torch.manual_seed))
print(torch.jit.trace(nn.ReLU(), torch.ones(1))(torch.ones(1)))
""",
    "what is compiled, with marks from before": """
w = torch.ones(2, requires_grad=True)
optimizer = optim.SGD([w], lr=0.1)
(w * w).sum().backward()
optimizer.step()
def step():
    optimizer.zero_grad()
    (w * w).sum().backward()
    optimizer.add_param_group({"params": [torch.ones(1, requires_grad=True)]})
    optimizer.step()
    torch.manual_seed(0)
    return w * 2
@torch.compile(backend="eager")
def f(x):
    return (x * 2).sin()
logging.disable()
print(f(torch.ones(2)), torch.compile(step, backend="eager")())
print(torch._dynamo.utils.counters["graph_break"].values())
print(torch._dynamo.explain(step)().break_reasons)
print(torch.export.export(nn.Linear(2, 1), (torch.ones(3, 2),)).graph)
""",
    "other parts that use it": """
from torch.func import functional_call, grad, jacrev, vmap
model = nn.Linear(2, 1)
values = {name: torch.ones_like(p) for name, p in model.named_parameters()}
print(functional_call(model, values, torch.ones(1, 2)))
print(grad(lambda x: (x * x).sum())(torch.ones(2)), vmap(torch.sum)(torch.ones(2, 2)))
from torch.utils.checkpoint import checkpoint
x = torch.ones(2, requires_grad=True)
for reentrant in (True, False):
    checkpoint(torch.sin, x, use_reentrant=reentrant).sum().backward()
    print(x.grad)
""",
    "a module inside of it first": """
import torch._dynamo.config as config
from torch._dynamo import config as other
import torch._dynamo.eval_frame
print(config is other is torch._dynamo.config is sys.modules["torch._dynamo.config"])
print(config.__spec__.name, config.__loader__.name, torch._dynamo.eval_frame.DisableContext)
for wrong in ("torch._dynamo.nothing", "import torch._dynamo.nothing"):
    try:
        exec(wrong)
    except Exception as error:
        print(repr(error), error.name)
print(hasattr(torch._dynamo, "nothing"))
""",
    "one module, before and after": """
import torch._dynamo as before
print(repr(before), before.__path__, sorted(dir(before)))
print(before is torch._dynamo is sys.modules["torch._dynamo"], type(before) is type(sys))
print(type(before.__spec__.loader), before.__spec__.loader is before.__loader__)
""",
    "its marks, and something put into it": """
@torch._dynamo.disable
def f(x):
    "Double it."
    return x * 2
print(f(2), f.__name__, f._torchdynamo_disable, torch._dynamo.disable.__module__)
print(type(torch._dynamo.disable(nn.Linear(1, 1))), inspect.signature(torch._dynamo.disable))
from torch._dynamo import *
print(graph_break.__module__)
torch._dynamo.graph_break = print
torch._dynamo.graph_break("broken")
""",
    "a new import": """
del sys.modules["torch._dynamo"]
import torch._dynamo
print(torch._dynamo.config.verbose, torch._dynamo is sys.modules["torch._dynamo"])
""",
    "threads": """
import threading
seen = []
def look():
    seen.append(torch._dynamo.config.verbose)
threads = [threading.Thread(target=look) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(seen)
""",
    "an import that is interrupted": """
real = sys.modules.get("torch._dynamo.eval_frame")
class Interrupting:
    def find_spec(self, name, path, target=None):
        if name == "torch._dynamo.eval_frame":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupting())
try:
    torch._dynamo.config.verbose
    if real:
        raise KeyboardInterrupt
except KeyboardInterrupt:
    print("interrupted")
w = torch.ones(1, requires_grad=True)
w.sum().backward()
optim.SGD([w], lr=1.0).step()
del sys.meta_path[0]
print(w, torch._dynamo.config.verbose, torch._dynamo.disable.__module__)
""",
}
"""By what they use of it. Each prints what it sees."""

SOME = {name: PROGRAMS[name] for name in drawn(list(PROGRAMS), 2, "uses of the compiler")}
"""Those of this run: in most of them the compiler is imported, which takes seconds each time."""

_RUN_ALL = """
import json, os, sys, tempfile
import torch
if sys.argv[1] == "real":
    import torch._dynamo
from tutor.worker import engine
engine.load()
engine.warm()
PRELUDE = '''
import copy, inspect, logging, os, pickle, sys, traceback, warnings
import torch
from torch import nn, optim
warnings.simplefilter("ignore")
torch.manual_seed(0)
'''
def outcome(source):
    with tempfile.TemporaryFile() as output:
        pid = os.fork()
        if pid == 0:
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
            try:
                exec(compile(PRELUDE + source, "exercise.py", "exec"), {"__name__": "__main__"})
            except BaseException:
                import traceback
                traceback.print_exc()
            sys.stdout.flush()
            os._exit(0)
        os.waitpid(pid, 0)
        output.seek(0)
        return output.read().decode()
kind = type(sys.modules["torch._dynamo"]).__name__
print(json.dumps([kind, {name: outcome(source) for name, source in json.load(sys.stdin).items()}]))
"""


@functools.cache
def _printed(how: str) -> tuple[str, Mapping[str, str]]:
    """Run the programs in forks of a warmed process; return what the compiler is, and the output.

    `how` is "real" if the compiler is to be imported before, "deferred" if not.
    """
    kind, outputs = json.loads(_python(_RUN_ALL, how, given=json.dumps(SOME)))
    return kind, outputs


def _python(program: str, *arguments: str, given: str = "") -> str:
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(
        command, input=given, stdout=subprocess.PIPE, text=True, check=True
    ).stdout


def test_one_of_the_two_has_a_stand_in() -> None:
    assert _printed("real")[0] == "module"
    assert _printed("deferred")[0] == "_StandIn"


@pytest.mark.parametrize("name", SOME)
def test_a_program_sees_no_difference(name: str) -> None:
    deferred = _printed("deferred")[1][name]
    assert deferred == _printed("real")[1][name]
    assert deferred


_WARMED = """
import sys
from tutor.worker import engine
engine.load()
engine.warm()
from tutor.worker.global_state import restore_libraries
restore_libraries()
import linecache
print(len(linecache.cache))
print("sympy" in sys.modules, [name for name in sys.modules if name.startswith("torch._dynamo")])
import torch
torch._dynamo.config
print("sympy" in sys.modules)
"""


def test_no_compiler_and_no_source_lies_in_memory_before_a_program_uses_it() -> None:
    assert _python(_WARMED) == "0\nFalse ['torch._dynamo']\nTrue\n"


@pytest.mark.parametrize(
    "source",
    [
        "torch._dynamo.config.verbose",
        "import torch._dynamo.config",
        "torch.use_deterministic_algorithms(True)",
        "torch.utils.checkpoint.checkpoint(torch.sin, torch.ones(1), use_reentrant=False)",
    ],
)
def test_to_use_the_compiler_replaces_nothing(source: str) -> None:
    served = run(source, "torch.sigmoid(torch.zeros(1)).item()")
    assert served.executed.error is None
    assert served.executed.replaced == ()
    assert served.answers[0].shown == "0.5"


LAYOUTS = {
    "as it is": "",
    "there is no compiler": "sys.modules['torch._dynamo'] = None",
    "it is imported already": "import torch._dynamo",
    "there are no marks": "del torch._disable_dynamo",
    "marks are kept elsewhere": """
def mark(function, recursive=True):
    marked = []
    def inner(*args):
        if not marked:
            import torch._dynamo
            marked.append(torch._dynamo.disable(function, True))
        return marked[0](*args)
    return inner
vars(torch._compile)["mark"] = torch._disable_dynamo = in_torch(mark)
""",
    "marks are asked for with other arguments": """
def mark(function, recursive=True):
    def inner(*args):
        import torch._dynamo
        function.__dynamo_disable = torch._dynamo.disable(function, True, reason="none")
        return function.__dynamo_disable(*args)
    return inner
torch._disable_dynamo = in_torch(mark)
""",
    "marks have another name": """
def mark(function, recursive=True):
    def inner(*args):
        import torch._dynamo
        function.__dynamo_disable = torch._dynamo.decorators.disable(function)
        return function.__dynamo_disable(*args)
    return inner
torch._disable_dynamo = in_torch(mark)
""",
    "marks are asked for by another module": """
def mark(function, recursive=True):
    def inner(*args):
        import torch._dynamo
        function.__dynamo_disable = torch._dynamo.disable(function, True, wrapping=False)
        return function.__dynamo_disable(*args)
    return inner
torch._disable_dynamo = mark
""",
    "marking fails": """
def mark(function, recursive=True):
    raise RuntimeError("no marks today")
torch._disable_dynamo = mark
""",
}
"""Other ways in which torch could have its compiler. `in_torch` moves a function into it."""

_EACH_LAYOUT = """
import json, os, sys
from types import FunctionType
import torch, torch.utils.data
from tutor.worker import lazy_compiler
def in_torch(function):
    return FunctionType(function.__code__, vars(torch._compile), None, function.__defaults__)
def outcome(source):
    reader, writer = os.pipe()
    if os.fork() == 0:
        exec(source)
        found = list(sys.meta_path)
        deferred = lazy_compiler.defer_compiler()
        imported = sys.modules.get("torch._dynamo")
        w = torch.ones(1, requires_grad=True)
        w.sum().backward()
        try:
            torch.optim.SGD([w], lr=1.0).step()
        except Exception:
            pass  # the compiler is not there, or it misses what is not there
        left = sys.meta_path == found
        os.write(writer, json.dumps([deferred, type(imported).__name__, left, w.item()]).encode())
        os._exit(0)
    os.close(writer)
    with open(reader) as file:
        return json.load(file)
print(json.dumps({name: outcome(source) for name, source in json.load(sys.stdin).items()}))
"""


def test_it_steps_aside_where_torch_is_otherwise() -> None:
    seen = json.loads(_python(_EACH_LAYOUT, given=json.dumps(LAYOUTS)))
    assert seen == {
        "as it is": [True, "_StandIn", False, 0.0],
        "there is no compiler": [False, "NoneType", True, 1.0],
        "it is imported already": [False, "module", True, 0.0],
        "there are no marks": [False, "NoneType", True, 1.0],
        "marks are kept elsewhere": [False, "NoneType", True, 0.0],
        "marks are asked for with other arguments": [False, "module", True, 0.0],
        "marks have another name": [False, "module", True, 0.0],
        "marks are asked for by another module": [False, "module", True, 0.0],
        "marking fails": [False, "NoneType", True, 1.0],
    }
