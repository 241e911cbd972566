"""The graph of the last loss: its rows, its leaves with their gradients, and where it is cut."""

from __future__ import annotations

from tests.support.engine import serve
from tutor.wire.commands import Execute, Program
from tutor.wire.graphs import MAX_ROWS, GraphDescribed, GraphRow

CHAIN = """
import torch
w = torch.tensor(3.0, requires_grad=True)
a = 2 * w
loss = (a + 1) ** 2
"""


def graphs(source: str) -> list[GraphDescribed]:
    command = Execute(Program(source=source), live=True, views=("graph",))
    return serve(command).all(GraphDescribed)


def graph_of(source: str) -> GraphDescribed:
    (graph,) = graphs(source)
    return graph


def names(graph: GraphDescribed) -> list[tuple[int, str]]:
    return [(row.depth, row.name) for row in graph.rows]


def test_a_chain_leads_from_the_loss_to_its_leaf() -> None:
    graph = graph_of(CHAIN)
    assert (graph.name, graph.loss) == ("loss", 49.0)
    assert names(graph) == [(0, "Pow"), (0, "Add"), (0, "Mul"), (0, "w")]
    assert graph.rows[-1] == GraphRow(0, "w", (), None)
    assert graph_of(CHAIN + "loss.backward()").rows[-1] == GraphRow(0, "w", (), 28.0)


def test_short_branches_are_deeper_and_named_as_the_program_does() -> None:
    net = "import torch\nnet = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Tanh())\n"
    loop = "for p in net.parameters(): p.grad = None\n"
    graph = graph_of(f"{net}{loop}loss = net(torch.ones(4, 2)).sum()\nloss.backward()")
    assert names(graph) == [
        (0, "Sum"),
        (0, "Tanh"),
        (0, "Addmm"),
        (1, "net[0].bias"),
        (0, "T"),
        (0, "net[0].weight"),
    ]
    assert graph.rows[-1].shape == (3, 2)
    assert (graph.rows[-1].gradient or 0) > 0


def test_parameters_behind_a_cut_are_out_of_reach() -> None:
    cut = (
        "import torch\nu, w = torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True)"
    )
    graph = graph_of(f"{cut}\nh = (u * 2).detach()\nloss = (h * w).sum()")
    assert graph.unreached == ("u",)


def test_an_operation_that_is_used_twice_is_told_once() -> None:
    graph = graph_of("import torch\nw = torch.ones(1, requires_grad=True)\na = w + 1\nloss = a * a")
    assert names(graph) == [(0, "Mul"), (1, "Add"), (1, "w"), (0, "Add")]
    assert [row.is_repeated for row in graph.rows] == [False, False, False, True]


def test_a_long_graph_is_cut_off_and_a_program_without_one_has_none() -> None:
    source = "import torch\nw = loss = torch.ones((), requires_grad=True)\n"
    graph = graph_of(f"{source}for _ in range(5_000): loss = loss + 1")
    assert (len(graph.rows), graph.is_cut) == (MAX_ROWS, True)
    assert not graphs("import torch\nloss = torch.ones(())")


def test_an_operation_of_the_program_has_the_name_of_its_class() -> None:
    source = """
import torch
class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        ctx.variable = x
        return x ** 3
    @staticmethod
    def backward(ctx, grad):
        return 3 * ctx.saved_tensors[0] ** 2 * grad
w = torch.tensor(2.0, requires_grad=True)
cubed = Cube.apply(w)
cubed.backward()
"""
    graph = graph_of(source)
    assert (graph.name, names(graph)) == ("cubed", [(0, "Cube"), (0, "w")])
    assert graph.rows[-1].gradient == 12.0
