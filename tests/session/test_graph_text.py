"""The graph of a loss in words."""

from __future__ import annotations

from tutor.session.words.graph_text import graph_lines, graph_words
from tutor.wire.graphs import GraphDescribed, GraphRow


def test_of_many_parameters_out_of_reach_a_few_are_named() -> None:
    names = tuple(f"w{number}" for number in range(7))
    few, many = (GraphDescribed("loss", 1.0, (), unreached=names[:n]) for n in (2, 7))
    assert graph_words(few).endswith("It does not reach w0 and w1.")
    assert graph_words(many).endswith("It does not reach w0, w1, w2, w3 and 3 more.")


def test_rows_are_indented_by_branches_and_repeated_ones_say_so() -> None:
    rows = GraphRow(0, "Mul"), GraphRow(1, "w", (), None), GraphRow(1, "Add", is_repeated=True)
    graph = GraphDescribed("loss", 1.0, rows, is_cut=True)
    assert [*graph_lines(graph)] == ["Mul", "  w (): gradient —", "  Add, as above", "…"]
    assert "through 1 operation or more to 1 leaf." in graph_words(graph)
