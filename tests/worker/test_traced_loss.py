"""What a program without a module trains, as its source tells."""

from __future__ import annotations

import ast

import pytest

from tutor.worker.traced_loss import Kind, traced_loss

KINDS: dict[str, Kind] = {
    **dict.fromkeys(("w", "b", "f", "first", "second"), "trained"),
    **dict.fromkeys(("x", "y", "other"), "data"),
    "made": "computed",
}

TRACED = {
    "loss = F.mse_loss(f(x), y)": ("f(the_input)", "x", "y"),
    "pred = x @ w\npred += b\nloss = ((pred - y) ** 2).mean()": ("the_input @ w + b", "x", "y"),
    "h = first(x)\nloss = criterion(second(h), y)": ("second(first(the_input))", "x", "y"),
    "loss = ((y - x @ w) ** 2).mean() + 0.1 * (w ** 2).sum()": ("the_input @ w", "x", "y"),
    "p = f(x)\nloss = -(y * p.log() + (1 - y) * torch.log(1 - p)).mean()": (
        "f(the_input)",
        "x",
        "y",
    ),
    "loss = criterion(f(x[i:j]), y[i:j])": ("f(the_input)", "x[i:j]", "y[i:j]"),
    "loss = criterion(f(x.reshape(-1, 1)), y.float())": (
        "f(the_input)",
        "x.reshape(-1, 1)",
        "y.float()",
    ),
    "loss = penalty(f(x))": ("f(the_input)", "x", None),
    "loss = criterion(f(x), y) * other.mean()": ("f(the_input)", "x", None),
}
NOT_TRACED = (
    "loss = ((y - x @ w - b) ** 2).mean()",
    "loss = ((f(x) - 1) ** 2).mean()",
    "loss = criterion(f(x), f(other))",
    "loss = criterion(f(x + other), y)",
    "loss = criterion(made + x @ w, y)",
    "for layer in layers:\n    made = layer(made)\nloss = criterion(made, y)",
    "loss = criterion((lambda x: x @ w)(x), y)",
    "loss = criterion(sum(w * x for w in ws), y)",
    "h = f(x)\nmu, sigma = first(h), second(h)\nloss = criterion(mu, sigma, y)",
    "loss = 3",
)


def traced(source: str) -> tuple[str, str, str | None] | None:
    found = traced_loss(source, lambda name: KINDS.get(name, "other"))
    if found is None:
        return None
    target = ast.unparse(found.target) if found.target is not None else None
    return ast.unparse(found.prediction), ast.unparse(found.given), target


@pytest.mark.parametrize("loss", TRACED)
@pytest.mark.parametrize(
    "around",
    [
        "for step in range(9):\n    LOSS\n    loss.backward()",
        "def train():\n    LOSS\n    w.grad, = torch.autograd.grad(loss, [w])",
        "while True:\n    with torch.enable_grad():\n        LOSS\n        loss.backward()",
    ],
)
def test_the_answer_is_what_all_that_is_trained_comes_through(loss: str, around: str) -> None:
    line = next(each for each in around.split("\n") if "LOSS" in each)
    indent = line[: line.index("LOSS")]
    assert traced(around.replace("LOSS", loss.replace("\n", "\n" + indent))) == TRACED[loss]


@pytest.mark.parametrize("loss", NOT_TRACED)
def test_what_cannot_be_told_is_not_guessed(loss: str) -> None:
    assert traced(f"{loss}\nloss.backward()") is None


@pytest.mark.parametrize(
    "source",
    [
        "",
        "if (",
        "loss = F.mse_loss(f(x), y)",
        "a = F.mse_loss(f(x), y)\na.backward()\nb = F.mse_loss(f(x), y)\nb.backward()",
    ],
)
def test_without_one_backward_pass_there_is_nothing_to_follow(source: str) -> None:
    assert traced(source) is None


def test_what_grows_without_end_is_given_up() -> None:
    source = "h = f(x)\n" + "h = h * h + h\n" * 40 + "loss = criterion(h, y)\nloss.backward()"
    assert traced(source) is None
