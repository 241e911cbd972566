"""The private parts of torch and Python are where we look for them, and so are their fallbacks."""

from __future__ import annotations

import pytest

from tests.support.engine import loaded, run

pytestmark = pytest.mark.xdist_group("torch")


def test_torch_still_has_one_engine_call() -> None:
    loaded()
    from tutor.worker import torch_private

    assert torch_private.has_one_engine_call()


@pytest.mark.parametrize("private", [True, False])
def test_both_ways_of_watching_see_the_same(private: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded()
    import torch

    from tutor.worker import torch_private

    seen: list[tuple[int, bool]] = []
    for name in ("_engine_run_backward", "backward", "grad"):
        monkeypatch.setattr(torch.autograd, name, getattr(torch.autograd, name))
    monkeypatch.setattr(torch_private, "has_one_engine_call", lambda: private)
    begun: list[int] = []

    def wrap(run: torch_private.RunBackward) -> torch_private.RunBackward:
        def wrapped(outputs: torch_private.Outputs, *args: object, **kwargs: object) -> object:
            begun.append(len(seen))
            result = run(outputs, *args, **kwargs)
            seen.append((len(outputs), kwargs["accumulate_grad"] is True))
            return result

        return wrapped

    torch_private.wrap_backward(wrap)
    x = torch.ones(1, requires_grad=True)
    torch.autograd.backward((x * x).sum())
    torch.autograd.backward([x.sum(), x.sum()])
    torch.autograd.grad((x * x).sum(), x)
    with pytest.raises(RuntimeError):
        torch.autograd.backward(torch.ones(1).sum())
    assert seen == [(1, True), (2, True), (1, False)]
    assert begun == [0, 1, 2, 3], "before each, also before the one that raised"


def test_the_operation_of_a_loss_is_found_below_its_constants() -> None:
    loaded()
    import torch

    from tutor.worker import torch_private

    loss = torch.ones(2, requires_grad=True).sum()
    number = torch_private.operation_number(loss)
    assert number is not None
    assert torch_private.operation_number(loss.detach()) is None
    assert torch_private.scale_of(loss / 4 * 3, [number]) == 0.75
    assert torch_private.scale_of(loss / 4 * 3, [number - 1]) == 1.0
    assert torch_private.scale_of(loss + 1, [number]) == 1.0


def test_modules_are_read_without_their_methods() -> None:
    loaded()
    from torch import nn

    from tutor.worker import torch_private

    class Hostile(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(2, 1)
            self.bn = nn.BatchNorm1d(1)

        def __getattr__(self, name: str) -> nn.Module:
            raise ValueError(name)

    class Unready(nn.Module):
        def __init__(self) -> None:
            pass

    hostile = Hostile()
    assert list(torch_private.own_children(hostile)) == ["fc", "bn"]
    fc, bn = torch_private.own_children(hostile).values()
    assert list(torch_private.own_parameters(fc)) == ["weight", "bias"]
    assert "running_mean" in torch_private.own_buffers(bn)
    assert torch_private.own_parameters(Unready()) == {}


def test_copying_at_once_and_one_by_one_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded()
    import torch

    from tutor.worker import torch_private

    sources = [torch.ones(2), torch.zeros(1, 3)]
    for copy in (torch_private._copy_all, torch_private._copy_one_by_one):
        monkeypatch.setattr(torch_private, "_copy_all", copy)
        targets = [torch.empty_like(source) for source in sources]
        torch_private.copy_into(targets, sources)
        assert all(map(torch.equal, targets, sources))
    torch_private.copy_into([], [])


def test_both_ways_of_switching_gradients_do_so() -> None:
    loaded()
    import torch

    from tutor.worker import torch_private

    for switch in (torch_private.switch_gradients, torch_private._switch_gradients):
        for is_on in (False, True):
            switch(is_on)
            assert torch.is_grad_enabled() is is_on


def test_leaves_are_found_through_shared_parts_and_up_to_a_limit() -> None:
    loaded()
    import torch

    from tutor.worker import torch_private

    a, b = torch.ones(1, requires_grad=True), torch.ones(1, requires_grad=True)
    c = a * b
    leaves = torch_private.graph_leaves([(c + c * b).sum()], 100)
    assert len(leaves) == 2
    assert {id(leaf) for leaf in leaves} == {id(a), id(b)}
    assert torch_private.graph_leaves([(c + c * b).sum()], 1) == []


def test_python_has_its_private_parts_where_we_look() -> None:
    """If this fails, the fingerprint compares everything: slower, and as right."""
    from tutor.worker import python_private

    assert python_private.can_read()


def test_hooks_leave_no_sign() -> None:
    served = run(
        "import inspect, traceback\n"
        "name = optim.SGD.zero_grad.__name__\n"
        "signature = str(inspect.signature(nn.Module.zero_grad))\n"
        "w = torch.ones(1, requires_grad=True)\nw.sum().backward()\n"
        "optimizer = optim.SGD([w], lr=1.0)\noptimizer.step()\noptimizer.zero_grad()\n",
        "name, signature, w.item(), w.grad",
    )
    assert (
        served.answers[0].shown
        == "('zero_grad', '(self, set_to_none: bool = True) -> None', 0.0, None)"
    )
