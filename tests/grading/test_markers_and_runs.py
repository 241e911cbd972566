"""A marker says what a run says: the same sentence, of the same line."""

from __future__ import annotations

import pytest

from tests.grading.test_code_markers import GIVENS, ended
from tests.support.engine import run
from tests.support.libraries import installed_library
from tutor.grading.code_markers import MarkerSearch
from tutor.grading.errors import explain_or_quote

pytestmark = pytest.mark.xdist_group("torch")

PROGRAMS = [
    "y = trch.exp(input_tensor)",
    "x = 1\ny = input_tenser * x",
    "weights = [1]\nprint(weigths)",
    "def f(x):\n    return y_hat\nf(1)",
    "for i in rnge(3):\n    print(i)",
    "y = nothing_like_it",
    "y = sgmoid(input_tensor)",
    "x = (1 2)",
    "for i in range(3)\n    print(i)",
    "x = [1, 2\ny = 3",
    "if input_tensor is None:\nx = 1",
    "a = 1\n  b = 2",
    "print('abc)",
    "return 3",
    "x = 'a' = 3",
    "loss-fn = 3",
    "else:\n    x = 1",
    "def f(x=1, y):\n    pass",
    "x = 3,,4",
    "try:\n    x = 1\nx = 2",
    "größe = (1 2)",
    "x = 1\n\tprint(x)",
    "x = 1\ndel x\nprint(x)",
    "y = torch.zeross(3)",
    "layer = nn.Liner(2, 3)",
    "y = torch.nn.functionl.relu(input_tensor)",
    "layer = nn.Linear(2, 3, bais=False)",
    "y = torch.nn.functional.softmax(input_tensor, dmi=1)",
    "o = torch.optim.SGD([], lrr=0.1)",
    "from torch.nn import Liner",
    "import torch.nn.functionl as F",
    "import numpy as np\ny = np.zeross(3)",
]


@pytest.mark.parametrize("source", PROGRAMS)
def test_a_marker_says_what_a_run_says(source: str) -> None:
    executed = run(source, prelude=GIVENS).executed
    assert executed.error is not None
    search = MarkerSearch(GIVENS, installed_library())
    marker, *_ = ended(search.search(source)).markers
    assert search.explain(marker) == explain_or_quote(executed.error).message
    assert marker.error.line == executed.error.line
