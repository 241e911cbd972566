"""Which names and arguments of PyTorch are taken for misspelt; no right program has any."""

from __future__ import annotations

import pytest

from tests.grading.test_code_markers import ended
from tests.support.libraries import installed_library
from tutor.grading.code_markers import MarkerSearch

pytestmark = pytest.mark.xdist_group("torch")

GIVENS = """import numpy as np
import torch
import torch.nn.functional as F
from torch import nn, optim
x = torch.ones(3)
"""


def marked(source: str) -> list[str]:
    search = MarkerSearch(GIVENS, installed_library())
    lines = source.split("\n")
    markers = ended(search.search(source)).markers
    return [f"{each.row}: {lines[each.row][each.start : each.end]}" for each in markers]


@pytest.mark.parametrize(
    ("source", "places"),
    [
        ("y = torch.zeross(3)", ["0: zeross"]),
        ("layer = nn.Liner(2, 3).weight", ["0: Liner"]),
        ("größe = F.rellu(x)", ["0: rellu"]),
        ("layer = nn.Linear(\n    2,\n    3,\n    bais=True,\n)", ["3: bais"]),
        ("y = torch.zeros(3, dtyp=torch.float23)", ["0: dtyp", "0: float23"]),
        ("y = torch.randn(3, requires_gradd=True)", ["0: requires_gradd"]),
        ("y = torch.sum(x, dimm=0)", ["0: dimm"]),
        ("o = optim.Sgd(nn.Linear(1, 1).parameters(), lr=1)", ["0: Sgd"]),
        ("def f():\n    with torch.no_gard():\n        return x", ["1: no_gard"]),
        ("from torch.nn import Linear, Secuential", ["0: Secuential"]),
        ("import torch.nn.functionl", ["0: functionl"]),
        ("from torch.utils.dat import DataLoader", ["0: dat"]),
        ("import torch as t\nt.zeross(3)", ["1: zeross"]),
        ("del x\nx = torch.ones(3)\ndel x\ny = x", ["3: x"]),
        ("del x\ndef f():\n    return x", ["2: x"]),
    ],
)
def test_what_is_misspelt_is_marked(source: str, places: list[str]) -> None:
    assert marked(source) == places


RIGHT = [
    "y = torch.sum(x, axis=0, keepdims=True)",
    "y = torch.add(x, other=x, alpha=2)",
    "y = torch.zeros(size=(2, 3), names=None)",
    "y = F.max_pool1d(x[None, None], kernel_size=2, ceil_mode=True)",
    "lstm = nn.LSTM(input_size=1, hidden_size=2, num_layers=1, batch_first=True)",
    "o = optim.Adam([x], lr=1, betas=(0.9, 0.999), amsgrad=True)",
    "device = torch.device('cuda' if torch.cuda.is_available() else 'cpu')",
    "y = torch.fft.rfft(x)\nz = torch.special.expit(x)",
    "torch.set_grad_enabled(False)\nt = torch.FloatTensor(3)",
    "from torch.nn.modules import linear\nfrom torch.nn.utils import clip_grad_norm_",
    "from torch.utils.tensorboard import SummaryWriter",
    "import torch.onnx\ntorch.onnx.export",
    "torch.zeross = torch.zeros\ny = torch.zeross(3)",
    "setattr(torch, 'zeross', torch.zeros)\ny = torch.zeross(3)",
    "y = torch.zeross(3) if hasattr(torch, 'zeross') else torch.zeros(3)",
    "try:\n    y = torch.zeross(3)\nexcept AttributeError:\n    y = torch.zeros(3)",
    "try:\n    from torch import zeross\nexcept ImportError:\n    from torch import zeros",
    "def f(nn):\n    return nn.Liner",
    "class torch:\n    zeross = 1\ny = torch.zeross",
    "for nn in [x]:\n    y = nn.shap",
    "import my_torch as torch\ny = torch.zeross(3)",
    "from . import nn\ny = nn.Liner",
    "options = {'bias': False}\nlayer = nn.Linear(2, 3, **options)",
    "class Linear(nn.Linear):\n    def __init__(self, bais):\n        pass\nLinear(bais=1)",
    "layer = nn.____(2, 3)\ny = torch.___",
    "model = nn.Sequential()\nmodel.add_modul = 1\nmodel.add_modul",
    "y: torch.Tensr = x",
    "del x\nx = 2\ny = x",
    "y = x\ndel y\nfor y in [1]:\n    print(y)",
    "if x is None:\n    del x\ny = x",
    "for i in range(1):\n    z = x\n    del z",
    "def f():\n    global w\n    w = 1\nw = 2\ndel w\nf()\ny = w",
    "list = [1]\ndel list\ny = list(x)",
    "del x\ndef f():\n    return x\nx = 1\nf()",
    "@torch.no_grad()\ndef f(x, /, *, dim=0):\n    return torch.softmax(x, dim=dim)",
]


@pytest.mark.parametrize("source", RIGHT)
def test_an_odd_program_that_is_right_has_no_marker(source: str) -> None:
    assert marked(source) == []


def test_without_the_names_of_the_libraries_nothing_is_said_of_them() -> None:
    assert ended(MarkerSearch(GIVENS).search("y = torch.zeross(3)")).markers == ()


def test_what_the_givens_misspell_is_not_marked() -> None:
    search = MarkerSearch(f"{GIVENS}y = torch.zeross(3)", installed_library())
    assert ended(search.search("z = 1")).markers == ()


def test_a_name_that_is_being_written_is_let_be() -> None:
    search = MarkerSearch(GIVENS, installed_library())
    source = "y = torch.zeross"
    found = ended(search.search(source, (0, len(source))))
    assert (found.markers, found.holds_back) == ((), True)
    assert len(ended(search.search(f"{source}\n", (1, 0))).markers) == 1
