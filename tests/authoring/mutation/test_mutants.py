"""What a solution becomes in its mutants."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from tutor.authoring.mutation.mutants import Mutant, mutants_of


def changed(source: str, **more: object) -> dict[str, str]:
    """The mutants of a program by their change, without its line."""
    mutants = mutants_of(dedent(source), **more)  # type: ignore[arg-type] # as mutants_of takes
    return {mutant.change.partition(": ")[2]: mutant.source for mutant in mutants}


@pytest.mark.parametrize(
    ("solution", "mutants"),
    [
        ("y = f(2)", ["y = f(3)", "y = f(1)", "y = f(-2)"]),
        ("y = 0.5", ["y = 1.0", "y = 1.5", "y = -0.5", "y = 0.0"]),
        ("y = f(x, dim=1)", ["y = f(x, dim=2)", "y = f(x, dim=0)", "y = f(x, dim=-1)"]),
        ("y = f(x, dim=-1)", ["y = f(x, dim=1)", "y = f(x, dim=-2)"]),
        ("y = f(x, keepdims=True)", ["y = f(x, keepdims=False)", "y = f(x)"]),
        ("y = f(a, b)", ["y = f(b, a)", "y = f(a)", "y = f(b)", "y = a", "y = f", "y = -f(a, b)"]),
        ("y = a - b", ["y = a + b", "y = b - a", "y = a", "y = b"]),
        ("y = a / b", ["y = a * b", "y = b / a"]),
        ("y = a @ b", ["y = a * b"]),
        ("y = -x", ["y = x"]),
        ("y = a < b", ["y = a <= b", "y = a > b"]),
        ("y = x.sum(dim=0)", ["y = x.mean(dim=0)", "y = x.max(dim=0)", "y = x", "y = x.sum"]),
        ("y = sum(x)", ["y = max(x)"]),
        ("f = nn.MSELoss()", ["f = nn.MSELoss(reduction='sum')", "f = nn.MSELoss"]),
        ("w = layer.weight", ["w = layer"]),
        ("w = model[0]", ["w = model", "w = model[1]", "w = model[-1]"]),
    ],
)
def test_an_expression_becomes_its_neighbours(solution: str, mutants: list[str]) -> None:
    sources = changed(solution).values()
    assert [mutant for mutant in mutants if mutant not in sources] == []


def test_statements_are_missing_doubled_and_in_another_order() -> None:
    mutants = changed("first()\nsecond()\n")
    assert mutants["`first()` is missing"] == "second()"
    assert mutants["`second()` stands twice"] == "first()\nsecond()\nsecond()"
    assert mutants["`first()` comes after the next statement"] == "second()\nfirst()"


def test_the_last_statement_of_a_loop_comes_after_it() -> None:
    mutants = changed(
        """
        for x in data:
            f()
            g()
        h()
        """
    )
    moved = mutants["`g()` comes after its block"]
    assert moved == "for x in data:\n    f()\ng()\nh()"
    assert not any("f()` comes after its block" in change for change in mutants)


def test_the_only_statement_of_a_block_leaves_pass() -> None:
    assert changed("for x in data:\n    f()")["`f()` is missing"] == "for x in data:\n    pass"


def test_sizes_that_must_fit_become_others_together() -> None:
    mutants = changed("m = S(L(4, 3), L(3, 1))")
    assert mutants["3 becomes 4 everywhere"] == "m = S(L(4, 4), L(4, 1))"
    assert mutants["`3` becomes `2`"] == "m = S(L(4, 2), L(3, 1))"
    assert mutants["`4` becomes `5`"] == "m = S(L(5, 3), L(3, 1))"
    assert "4 becomes 5 everywhere" not in mutants


def test_a_given_is_typed_in_wherever_it_is_read() -> None:
    mutants = changed("x = lr\ny = lr * z", typed_in={"lr": "0.1", "unread": "1"})
    assert mutants["`lr` becomes its value, typed in"] == "x = 0.1\ny = 0.1 * z"
    assert not any("unread" in change for change in mutants)


def test_a_name_is_called_otherwise_wherever_it_stands() -> None:
    mutants = changed("y = 1\ndef f(x):\n    return y + x\nz = f(y)", names=("y", "f", "none"))
    assert mutants["`y` is called `y_`"] == ("y_ = 1\n\ndef f(x):\n    return y_ + x\nz = f(y_)")
    assert mutants["`f` is called `f_`"].endswith("z = f_(y)")
    assert not any("none" in change for change in mutants)


def test_free_numbers_become_what_they_may_be() -> None:
    free = mutants_of("o = SGD(p, lr=0.01)\nx = 0.01", free=[("0.01", 0.9)])
    mutant = next(each for each in free if each.change == "line 1: `lr=0.01` becomes `lr=0.9`")
    assert (mutant.constant, mutant.name, mutant.becomes) == ("0.01", "lr", 0.9)
    assert not mutant.is_all_of_it
    assert mutant.source == "o = SGD(p, lr=0.9)\nx = 0.01"
    assert any(each.is_all_of_it and each.becomes == 0.9 for each in free)


def test_what_means_the_same_is_dropped() -> None:
    solution = "y = x - -1\nz = y\n"
    forms = [ast.unparse(ast.parse(mutant.source)) for mutant in mutants_of(solution)]
    assert len(forms) == len(set(forms))
    assert "y = x - - -1" not in forms
    assert ast.unparse(ast.parse(solution)) not in forms


def test_of_two_equal_parts_of_a_line_it_is_told_which() -> None:
    names = [mutant.change for mutant in mutants_of("y = f(1) + g(1)")]
    assert len(names) == len(set(names))
    assert "line 1: `1` becomes `2` (number 2 of these)" in names


def test_a_value_that_nobody_uses_has_no_sign() -> None:
    assert "-f(x)" not in changed("f(x)").values()
    assert "y = -f(x)" in changed("y = f(x)").values()


def test_a_long_part_is_told_shortened() -> None:
    mutants = mutants_of(f"y = f({', '.join(f'name_{i}' for i in range(40))})")
    assert max(len(mutant.change) for mutant in mutants) < 150


def test_mutants_come_in_the_order_of_the_lines() -> None:
    lines = [mutant.line for mutant in mutants_of("a = 1\nb = 2\nc = f(a, b)")]
    assert lines == sorted(lines)
    assert set(lines) == {1, 2, 3}


def test_a_mutant_is_plain_data() -> None:
    assert mutants_of("pass") == (Mutant("line 1: `pass` stands twice", 1, "pass\npass"),)
