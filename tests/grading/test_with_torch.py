"""Real answers to a real exercise, run by the real worker: none that is right is refused, and each
that is wrong gets its own name."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tutor.client.client import WorkerClient
from tutor.course.model import CodeStep
from tutor.course.step_tables import Check, Misconception, Note, Variation
from tutor.grading.grade import author_commands, grade

pytestmark = [
    pytest.mark.process,
    pytest.mark.xdist_group("content"),
    pytest.mark.asyncio(loop_scope="module"),
]

SOLUTION = "sigmoid = nn.Sigmoid()\nprobability = sigmoid(input_tensor)\n"
STEP = CodeStep(
    id="sigmoid",
    title="A score into a probability",
    text="Compute `probability`.",
    prelude="import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n"
    "import numpy as np\n",
    given="input_tensor = torch.tensor([[2.4]])\n",
    scaffold="sigmoid = ...\nprobability = ...\n",
    solution=SOLUTION,
    checks=(
        Check(same="probability", type="any", shape="any"),
        Check(same="sigmoid(given.input_tensor)", type="any", shape="any", note="no-function"),
    ),
    variations=(Variation(given={"input_tensor": "torch.tensor([[-1.3]])"}),),
    own_misconceptions=(
        Misconception(
            id="sign-error", say="{probability}", wrong=SOLUTION + "probability = 1 - probability"
        ),
        Misconception(
            id="precedence", say="p", wrong="probability = 1 / 1 + torch.exp(-input_tensor)"
        ),
        Misconception(
            id="softmax-for-binary", say="s", wrong="probability = input_tensor.softmax(1)"
        ),
        Misconception(id="wrong-activation", say="w", wrong="probability = input_tensor.tanh()"),
    ),
    notes=(Note(id="no-function", say="n"),),
)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def worker() -> AsyncIterator[WorkerClient]:
    client = WorkerClient()
    await client.start()
    for command in author_commands(STEP):
        await client.observe_all(command)
    yield client
    await client.close()


@pytest.mark.parametrize(
    ("source", "slug"),
    [
        (SOLUTION, None),
        ("sigmoid = torch.sigmoid\nprobability = sigmoid(input_tensor)", None),
        ("sigmoid = lambda z: 1 / (1 + torch.exp(-z))\nprobability = sigmoid(input_tensor)", None),
        ("sigmoid = F.sigmoid\nprobability = sigmoid(input_tensor)", None),
        ("sigmoid = torch.sigmoid\nprobability = input_tensor.sigmoid_()", None),
        (
            "class Sigmoid(nn.Module):\n    def forward(self, x):\n        return x.exp() / "
            "(1 + x.exp())\n\nsigmoid = Sigmoid()\nprobability = sigmoid(input_tensor)",
            None,
        ),
        (
            "import torch\nimport torch.nn as nn\n\ninput_tensor = torch.tensor([[2.4]])\n"
            + SOLUTION
            + "print(probability)",
            None,
        ),
        ("probability = torch.sigmoid(input_tensor)", "no-function"),
        (
            "def sigmoid(x):\n    return 1 / (1 + np.exp(-x))\n\n"
            "probability = sigmoid(input_tensor.numpy())",
            "framework-converted",
        ),
        (
            "import math\nsigmoid = lambda x: 1 / (1 + math.exp(-x))\n"
            "probability = sigmoid(input_tensor.item())",
            "plain-float-not-tensor",
        ),
        (
            "sigmoid = torch.sigmoid\nprobability = sigmoid(input_tensor)[0]",
            "dropped-dimension",
        ),
        (
            "sigmoid = torch.sigmoid\nprobability = sigmoid(input_tensor)[None]",
            "extra-batch-dim",
        ),
    ],
)
async def test_right(worker: WorkerClient, source: str, slug: str | None) -> None:
    verdict = await grade(STEP, source, worker)
    assert verdict.accepted, verdict.message
    assert verdict.slug == slug


CALL = "probability = sigmoid(input_tensor)"


@pytest.mark.parametrize(
    ("source", "slug"),
    [
        ("probability = 1 / (1 + torch.exp(input_tensor))", "sign-error"),
        (f"sigmoid = lambda z: 1 / 1 + torch.exp(-z)\n{CALL}", "precedence"),
        (f"sigmoid = nn.Softmax(dim=1)\n{CALL}", "softmax-for-binary"),
        (f"sigmoid = nn.Tanh()\n{CALL}", "wrong-activation"),
        ("sigmoid = nn.Sigmoid()\nprobability = sigmoid(sigmoid(input_tensor))", "applied-twice"),
        (f"sigmoid = nn.sigmoid()\n{CALL}", "wrong-case-name"),
        (f"sigmoid = nn.Sigmoid\n{CALL}", "class-not-instance"),
        ("sigmoid = nn.Sigmoid()\nprobability = sigmoid", "function-not-applied"),
        ("probability = torch.tensor([[0.9168]])", "hard-coded-answer"),
        ("probability = torch.tensor([[0.91682732]])", "hard-coded-answer"),
        ("probability = torch.sigmoid(input_tensor).round(decimals=2)", "rounded-answer"),
        ("probability = torch.sigmoid(input_tensor) > 0.5", "thresholded"),
        ("probability = str(torch.sigmoid(input_tensor))", "text-not-number"),
        ("print(torch.sigmoid(input_tensor))", "printed-not-assigned"),
        ("result = torch.sigmoid(input_tensor)", "wrong-variable-name"),
        ("probability = nn.Linear(1, 1)(input_tensor)", "random-answer"),
        ("probability = nn.Linear(2, 1)(input_tensor)", "wrong-layer-size"),
        ("probability = torch.sigmoid(inputtensor)", "undefined-name"),
        (
            "torch.sigmoid = torch.tanh\nprobability = torch.sigmoid(input_tensor)",
            "cheats-the-checker",
        ),
        (f"{SOLUTION}raise SystemExit", "quits-the-program"),
    ],
)
async def test_wrong(worker: WorkerClient, source: str, slug: str) -> None:
    verdict = await grade(STEP, source, worker)
    assert (verdict.kind, verdict.slug) == ("reject", slug)
    assert verdict.message
