"""Programs that name a graphics card in their code, and programs that do not."""

from __future__ import annotations

import pytest

from tutor.authoring.check_rules import asks_for_a_card

ASKS = 'device = "cuda" if torch.cuda.is_available() else "cpu"\n'


@pytest.mark.parametrize(
    "source",
    [
        ASKS,
        "x = x.cuda()",
        "x.to('cuda:0')",
        "n = torch.cuda.device_count()",
        "x.to(device='cuda')",
    ],
)
def test_naming_the_card_asks_for_it(source: str) -> None:
    assert asks_for_a_card(source)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "x.to('cpu')",
        "# no cuda here\nx = 1",
        "print('cuda is a word')",
        "barracuda = 1",
        "cuda(",
    ],
)
def test_a_word_alone_does_not(source: str) -> None:
    assert not asks_for_a_card(source)
