"""Which names are offered at a place of a program, and in which order."""

from __future__ import annotations

import pytest

from tests.completion.sample import offered, texts, tip
from tutor.completion.library import TENSOR
from tutor.completion.referents import RunName

NET = """class Net(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.hidden = nn.Linear(width, 2)
    def forward(self, x):
        return self.hidden(x)
"""

MODEL = "model = nn.Sequential(nn.Linear(2, 3), nn.ReLU())\n"

LAST_RUN = {
    "x": RunName(TENSOR, "(1, 8) float32", elements=8),
    "loss": RunName(TENSOR, "() float32", has_gradient=True, elements=1),
    "model": RunName("torch.nn.Net", "Net", is_module=True),
    "model.hidden.weight": RunName(TENSOR, "(2, 8) float32", elements=16),
    "layers": RunName("torch.nn.Sequential", "Sequential", is_module=True),
    "layers[0].weight": RunName(TENSOR, "(4, 8) float32", elements=32),
}


@pytest.mark.parametrize(
    "code",
    [
        'x = "tor|',
        "x = 'a' 'tor|",
        "x = 1  # tor|",
        '"""\ntor|\n"""',
        "'''\ntext\ntor|",
        "x = 1.|",
        "def tor|",
        "class tor|",
        "for tor|",
        "import torch as tor|",
        "with f() as tor|",
        "x = unknown.|",
        "x = unknown().tor|",
        "x = 'a {tor|",
        "x = f'a tor|",
        "x = f'{{tor|",
        "x = f'{torch} tor|",
        "x = f'{torch:tor|",
        "x = f'{torch!tor|",
        "x = f'{torch[\"tor|",
        "buf = 1\nx = buf '{tor|",
    ],
)
def test_nothing_is_offered_where_no_known_name_can_stand(code: str) -> None:
    assert texts(code) == []


@pytest.mark.parametrize(
    ("code", "first"),
    [
        ("x = tor|", "torch"),
        ('x = "a" + tor|', "torch"),
        ("x = '\\'' + tor|", "torch"),
        ("# a comment\ntor|", "torch"),
        ('"""text"""\ntor|', "torch"),
        ("x = torch.si|", "sigmoid"),
        ("layer = nn.lin|", "Linear"),
        ("y = F.re|", "relu"),
        ("from torch import opt|", "optim"),
        ("from torch.nn import (Linear, Re|", "ReLU"),
        ("import torch.n|", "nn"),
        ("from torch.o|", "optim"),
        ("from torch import |", "nn"),
        ("from torch.nn import |", "Linear"),
        ("from torch.nn import (\n    Linear,\n    |", "Linear"),
        ("def f():\n    from torch.nn import Linear, Re|", "ReLU"),
        ("x = f'{tor|", "torch"),
        ('x = rf"a {{ {torch} {tor|', "torch"),
        ("x = f'{torch!r:>{width}} {tor|", "torch"),
        ("x = f'{torch:>{tor|", "torch"),
        ('x = f\'{d["a}"]}, {d[1:tor|', "torch"),
        ("x = f'''\n{nn}\n{tor|", "torch"),
        ("x = f'{torch.si|", "sigmoid"),
        ("x = f'{torch != tor|", "torch"),
        ("imp|", "import"),
        ("pri|", "print"),
        ("first_value = 1\nfir|", "first_value"),
        ("optimizer = optim.SGD([])\nopt|", "optimizer"),
        ("opt|\noptimizer = optim.SGD([])", "optimizer"),
        ("opt|", "optim"),
        ("optimizer = opt|", "optim"),
        ("def f():\n    optimizer = opt|", "optim"),
        ("optimizer = 1\noptimizer = opt|", "optimizer"),
        ("optimizer = 1\nx = f(\n    optimizer=opt|", "optimizer"),
        ("def later():\n    return ear|\ndef earlier(): pass", "earlier"),
        ("def f(width):\n    return wi|", "width"),
        ("for batch in []:\n    bat|", "batch"),
        ("with open('x') as source:\n    sou|", "source"),
        ("try:\n    pass\nexcept ValueError as problem:\n    prob|", "problem"),
        ("inputs, targets = 1, 2\ntar|", "targets"),
        ("layer = nn.Linear(2, 3, bi|", "bias="),
        ("layer = nn.Linear(\n    2,\n    out_|", "out_features="),
        ("net = nn.Sequential(nn.Linear(1, 2), nn.Re|)", "ReLU"),
        ("x = [torch.si| for _ in y]", "sigmoid"),
    ],
)
def test_the_first_name_that_fits(code: str, first: str) -> None:
    assert texts(code)[0] == first


@pytest.mark.parametrize(
    "before",
    [
        "x = torch.randn(3)",
        "x = torch.randn(3).abs()",
        "w = torch.randn(3)\nx = 2 * w",
        "w = torch.randn(3)\nx = w @ w.T - 1",
        "x = nn.Linear(2, 3)(0)",
        "x = nn.Linear(2, 3).weight",
        "w, x = 1, torch.relu(2)",
        "x = torch.randn(3)\nx = x.sum()",
        "x = -torch.randn(3)[0]",
        "x = torch.randn(2) > 0",
        "for x in nn.Linear(1, 1).parameters():\n    pass",
        "for x in torch.randn(3):\n    pass",
        f"{NET}x = Net(3)(1)",
        f"{NET}x = Net(3).hidden.weight.grad",
    ],
)
def test_members_of_a_tensor_are_offered_before_a_run(before: str) -> None:
    names = texts(f"{before}\nx.|")
    assert names[:4] == ["shape", "sum", "argmax", "item"]
    assert names[-1] == "add_", "what changes the tensor itself comes last"


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("x = [1]\nx.app|", ["append"]),
        ("x = 'a'\nx.upp|", ["upper"]),
        ("x = {}\nx.ite|", ["items"]),
        ("x = torch.randn(3)\nx.shape.|", ["numel"]),
        ("x = np.array([1])\nx.to|", ["tolist"]),
        ("o = optim.SGD([1])\no.|", ["step", "zero_grad", "state_dict"]),
        ("m = nn.Linear(1, 1)\nm.in_|", ["in_features"]),
        (f"{NET}\nnet = Net(3)\nnet.hid|", ["hidden"]),
        (f"{NET}\nnet = Net(3)\nnet.hidden.in|", ["in_features"]),
        ("class A:\n    def f(self):\n        self.size = 1\n        self.|", ["f", "size"]),
        (f"{MODEL}model[0].in_|", ["in_features"]),
        (f"{MODEL}model[0].weight.T.arg|", ["argmax"]),
        (f"{MODEL}model[-1].in_|", []),
        (f"{MODEL}first = model[0]\nfirst.in_|", ["in_features"]),
        ("m = nn.Sequential(nn.Sequential(nn.Linear(1, 1)))\nm[0][0].in_|", ["in_features"]),
        ("m = nn.ModuleList([nn.Linear(1, 1)])\nm[0].in_|", ["in_features"]),
        ("layers = [nn.ReLU(), nn.Linear(1, 1)]\nlayers[1].in_|", ["in_features"]),
        (
            f"{NET}class Two:\n    def __init__(self):\n        self.n = [Net(1)]\nTwo().n[0].hid|",
            ["hidden"],
        ),
    ],
)
def test_members_of_other_objects(code: str, names: list[str]) -> None:
    assert texts(code) == names


def test_own_layers_and_methods_come_before_those_of_every_module() -> None:
    names = texts(f"{NET}net = Net(3)\nnet.|")
    assert names[:2] == ["hidden", "forward"]
    assert "parameters" in names


def test_names_of_the_last_run_are_told_with_their_shapes() -> None:
    rows = offered("x = 1\nloss = 2\n\nlo|", LAST_RUN).rows
    assert rows[0][:2] == ("loss", "() float32")


def test_a_name_that_only_the_last_run_had_is_not_offered() -> None:
    assert "loss" not in texts("y = 1\n\nlo|", LAST_RUN)


def test_members_of_what_the_last_run_left() -> None:
    found = offered("x = read()\nx.|", LAST_RUN)
    names = [row.text for row in found.rows]
    assert found.heading == "x (1, 8) float32, last run"
    assert "item" not in names, "it has 8 numbers"
    assert "grad" not in names, "it has none"
    assert {"item", "grad"} <= set(texts("loss = read()\nloss.|", LAST_RUN))


def test_layers_of_a_model_of_the_last_run_come_first() -> None:
    assert texts("model = make()\nmodel.|", LAST_RUN)[:2] == ["hidden", "parameters"]
    rows = offered("layers = make()\nlayers[0].|", LAST_RUN).rows
    assert rows[0][:2] == ("weight", "(4, 8) float32")


def test_names_that_the_lessons_have_used_come_first() -> None:
    assert texts("torch.sig|") == ["sigmoid", "sign"]
    assert texts("torch.sig|", taught="sign") == ["sign", "sigmoid"]
    assert texts("torch.sig|", taught="sigmoid sign sign") == ["sign", "sigmoid"]
    assert texts("torch.sig|", taught="sigmoid sigmoid sign") == ["sigmoid", "sign"]


def test_then_come_those_that_most_programs_use() -> None:
    assert texts("nn.|") == [
        *("Linear", "Sequential", "ReLU", "Module", "functional"),
        "ModuleList",
    ]
    assert texts("nn.|", taught="functional")[:2] == ["functional", "Linear"]
    assert texts("torch.|")[:3] == ["nn", "randn", "sigmoid"]


def test_an_item_that_cannot_be_told_is_a_layer_of_any_kind() -> None:
    for code in ("model[9].|", "model[i].|", "nn.Sequential(*layers)[0].|"):
        assert "parameters" in texts(f"{MODEL}{code}"), code


def test_hidden_names_are_offered_to_those_who_type_the_underscore() -> None:
    assert texts("_secret = 1\nx = s|")[:1] != ["_secret"]
    assert texts("_secret = 1\nx = _s|") == ["_secret"]


def test_names_with_the_same_case_come_first() -> None:
    assert texts("linear = 1\nLine = 2\nx = lin|") == ["linear", "Line"]


def test_a_word_is_complete_when_it_is_a_name_already() -> None:
    assert offered("x = torch.sign|").is_complete
    assert not offered("x = torch.sig|").is_complete


def test_an_own_name_is_told_with_the_class_of_its_object() -> None:
    rows = offered("width = 3\nweights = torch.randn(3)\nx = w|").rows
    assert [row[:2] for row in rows if row.detail] == [("weights", "Tensor"), ("width", "int")]


def test_a_name_of_a_program_that_does_not_end_is_found() -> None:
    code = "value = 1\nclass A:\n    def f(self):\n        inner = 1\n        x = (inn|\n"
    assert texts(code)[0] == "inner"
    assert texts("value = 1\n\ndef f(:\n    pass\n\nx = val|")[0] == "value"


@pytest.mark.parametrize(
    ("code", "called", "argument"),
    [
        ("nn.Linear(|", "Linear", "in_features"),
        ("nn.Linear(2, |", "Linear", "out_features"),
        ("nn.Linear(2, device=|", "Linear", "device=None"),
        ("nn.Linear((1, 2), [3, 4][0], |", "Linear", "bias=True"),
        ("nn.Linear('a, b', |", "Linear", "out_features"),
        ("nn.Sequential(1, 2, 3, |", "Sequential", "*args"),
        ("torch.randn(1, 2, dtype=|", "randn", "dtype=None"),
        ("torch.relu(torch.randn(3), |", "relu", ""),
        ("torch.relu(torch.randn(|", "randn", "*size"),
        ("x = torch.randn(3)\nx.sum(0, |", "sum", "keepdim=False"),
        ("def f(a, b=(1, 2), *, c): pass\nf(1, |", "f", "b=(1, 2)"),
        (f"{NET}net = Net(|", "Net", "width"),
        (f"{NET}net = Net(3)\nnet(|", "net", "x"),
        ("layer = nn.Linear(2, 3)\nlayer(|", "layer", "input"),
        ("nn.Linear(\n    2,  # (\n    |", "Linear", "out_features"),
        ("nn.Linear((|", "Linear", "in_features"),
        ("range(|", "range", "stop"),
        ("range(1, |", "range", "stop"),
        ("range(1, 9, |", "range", "[step]"),
        ("max(1, |", "max", "arg2"),
        ("torch.median(|", "median", "input"),
        ("torch.median(x, |", "median", "dim"),
        ("torch.median(x, other=|", "median", "other"),
        (
            "class A(nn.Linear):\n    def __init__(self):\n        super().__init__(|",
            "__init__",
            "in_features",
        ),
    ],
)
def test_the_tip_of_a_call(code: str, called: str, argument: str) -> None:
    found = tip(code)
    assert found is not None
    assert (found.called, found.signature[found.start : found.end]) == (called, argument)


def test_a_tip_has_all_forms_of_a_call_the_one_that_fits_first() -> None:
    found = tip("torch.median(x, keepdim=|")
    assert found is not None
    assert found.signature == (
        "(input, dim, keepdim=False)  or  (input) -> Tensor  or  (input, other)"
    )


@pytest.mark.parametrize(
    "code", ["x = (|", "f(|", "def g(|", "nn.Linear(2, 3)|", "print('(|", "x = 1  # nn.Linear(|"]
)
def test_there_is_no_tip_without_a_call_of_something_known(code: str) -> None:
    assert tip(code) is None


DEEP = "\n".join(f"class C{n}(C{n - 1}): pass" for n in range(1, 2000))
WIDE = "\n".join(f"class C{n}(D{n - 1}, C{n - 1}): pass\nD{n} = C{n}" for n in range(40))
ENDLESS = {
    "made of each other by a second class of the name": (
        "class A: pass\nclass B(A): pass\nclass A(B): pass\nB.|"
    ),
    "made of each other": "class A(B): pass\nclass B(A): pass\nA.|",
    "made of members of each other": "class A(B.x): pass\nclass B(A.x): pass\nA.|",
    "made of what its own object gives": "class A(A().f()): pass\nA.|",
    "many, one made of the other": f"{DEEP}\nC1999.|",
    "made of each other in many ways": f"{WIDE}\nC39.|",
    "named by each other in many ways": "u = v\nv = " + " < ".join("u" * 200) + "\nu.|",
    "a long sum": f"({' + '.join('u' * 900)}).|",
    "a long sum of numbers": f"({' + '.join('1' * 3000)}).|",
    "parts of parts": f"u{'[0]' * 2000}.|",
    "made of parts of parts": f"class A(u{'[0]' * 600}): pass\nA.|",
    "items of themselves": "u = [u]\nv = v[0]\nu[0][0].v[0].|",
    "many lists of each other": "\n".join(f"u{n} = [u{n + 1}[0]]" for n in range(99)) + "\nu0[0].|",
    "a long default": f"def f(u={'+'.join('1' * 900)}): pass\nf.|",
}
"""Programs, most of them valid, in which what a name stands for seems to have no end."""


@pytest.mark.parametrize("code", ENDLESS.values(), ids=ENDLESS)
def test_what_never_comes_to_an_end_has_no_members(code: str) -> None:
    assert texts(code, LAST_RUN) == []


def test_a_class_that_is_made_of_another_has_the_members_of_the_library() -> None:
    code = "class A(nn.Linear): pass\nclass B(A): pass\n"
    assert "in_features" in texts(f"{code}B(1, 2).in_|")


@pytest.mark.parametrize(
    ("code", "signature"),
    [
        ("l = nn.Linear(2, 3)\nl(|", "(input) -> Tensor"),
        ("r = nn.ReLU()\nr(|", "(*input)"),
    ],
)
def test_a_layer_is_called_as_its_forward_is(code: str, signature: str) -> None:
    told = tip(code)
    assert told is not None
    assert told.signature == signature
