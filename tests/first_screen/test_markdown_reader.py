"""The Markdown of lessons, as blocks and as styled words."""

from __future__ import annotations

import pytest

from tutor.first_screen.lines import TextRun
from tutor.first_screen.markdown_reader import (
    Block,
    Code,
    Heading,
    Items,
    Paragraph,
    Quote,
    TextTable,
    ThematicBreak,
    read_blocks,
    read_inline,
)


def items(*texts: str, first: int | None = None, is_loose: bool = False) -> Items:
    return Items(first, tuple((Paragraph(text),) for text in texts), is_loose)


@pytest.mark.parametrize(
    ("markdown", "blocks"),
    [
        ("", []),
        ("one\ntwo\n\n\nthree\n", [Paragraph("one\ntwo"), Paragraph("three")]),
        ("one\r\ntwo", [Paragraph("one\ntwo")]),
        ("# one\ntwo\n## three ##", [Heading("one"), Paragraph("two"), Heading("three")]),
        ("one\n===\ntwo\n---\nthree", [Heading("one"), Heading("two"), Paragraph("three")]),
        ("one\n\n---\n* * *", [Paragraph("one"), ThematicBreak(), ThematicBreak()]),
        ("#no heading", [Paragraph("#no heading")]),
        (
            "```Python x\na = 1\n\n  b\n```\nend",
            [Code("python", ("a = 1", "", "  b")), Paragraph("end")],
        ),
        ("~~~\n```\n~~~~", [Code("", ("```",))]),
        ("```\nnot closed", [Code("", ("not closed",))]),
        ("  ```\n  a\n b\n  ```", [Code("", ("a", "b"))]),
        (
            "one\n\n    a\n\n    b\n\nend",
            [Paragraph("one"), Code("", ("a", "", "b")), Paragraph("end")],
        ),
        ("one\n    goes on", [Paragraph("one\n    goes on")]),
        ("> a\n> b\nlazy\n\nend", [Quote((Paragraph("a\nb\nlazy"),)), Paragraph("end")]),
        ("> a\n>\n> b", [Quote((Paragraph("a"), Paragraph("b")))]),
        ("> > a", [Quote((Quote((Paragraph("a"),)),))]),
        ("- a\n- b\n\nend", [items("a", "b"), Paragraph("end")]),
        ("- a\n\n- b", [items("a", "b", is_loose=True)]),
        ("* a\n+ b", [items("a"), items("b")]),
        ("3. a\n   goes\non\n7. b", [items("a\ngoes\non", "b", first=3)]),
        ("1) a\n1. b", [items("a", first=1), items("b", first=1)]),
        ("one\n2. no list", [Paragraph("one\n2. no list")]),
        ("one\n- a", [Paragraph("one"), items("a")]),
        ("−7 is\n- a", [Paragraph("−7 is"), items("a")]),
        (
            "- a\n  - b\n  - c\n- d",
            [Items(None, ((Paragraph("a"), items("b", "c")), (Paragraph("d"),)), False)],
        ),
        (
            "1. a\n\n   b\n\nend",
            [Items(1, ((Paragraph("a"), Paragraph("b")),), False), Paragraph("end")],
        ),
        ("1. a\n   ```\n   b\n   ```", [Items(1, ((Paragraph("a"), Code("", ("b",))),), False)]),
        (
            "| a | b |\n|---|--:|\n| c | d |\nend",
            [TextTable(("a", "b"), (("c", "d"), ("end", "")), ("<", ">"))],
        ),
        (
            "a | b\n:-:|---\n`c\\|d` | e\n\nend",
            [TextTable(("a", "b"), (("`c|d`", "e"),), ("^", "<")), Paragraph("end")],
        ),
        (
            "| | b |\n|-|-|\n| c |\n| d | e | f |",
            [TextTable(("", "b", ""), (("c", "", ""), ("d", "e", "f")), ("<", "<", "<"))],
        ),
        ("one\n| a |\n|---|", [Paragraph("one"), TextTable(("a",), (), ("<",))]),
        ("a | b\nc", [Paragraph("a | b\nc")]),
        ("a\x1b[31mb\x07", [Paragraph("a[31mb")]),
    ],
)
def test_blocks(markdown: str, blocks: list[Block]) -> None:
    assert read_blocks(markdown) == tuple(blocks)


def test_what_is_within_too_much_else_is_words() -> None:
    text = "> " * 5000 + "word"
    block: Block | None = read_blocks(text)[0]
    while isinstance(block, Quote):
        block = block.blocks[0]
    assert isinstance(block, Paragraph)
    assert block.text.endswith("word")


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("plain", [("plain",)]),
        ("a **b** c", [("a ",), ("b", "bold"), (" c",)]),
        (
            "**b *c* `d`**",
            [("b ", "bold"), ("c", "bold", "italic"), (" ", "bold"), ("d", "bold", "code")],
        ),
        (
            "*a* _b_ __c__ ~~d~~",
            [
                ("a", "italic"),
                (" ",),
                ("b", "italic"),
                (" ",),
                ("c", "bold"),
                (" ",),
                ("d", "strike"),
            ],
        ),
        ("***a***", [("a", "bold", "italic")]),
        ("**a** and **b**", [("a", "bold"), (" and ",), ("b", "bold")]),
        ("`a ** b` ** c", [("a ** b", "code"), (" ** c",)]),
        ("**`x ** 2`**", [("x ** 2", "bold", "code")]),
        ("``a ` b`` `` ` ``", [("a ` b", "code"), (" ",), ("`", "code")]),
        ("`one\ntwo`", [("one two", "code")]),
        ("`lonely", [("`",), ("lonely",)]),
        ("2*3*4 and 2 * 3 * 4", [("2*3*4 and 2 * 3 * 4",)]),
        ("input_tensor_x and __init__", [("input_tensor_x and ",), ("init", "bold")]),
        ("a\nb  \nc\\\nd", [("a",), (" ",), ("b",), ("\n",), ("c",), ("\n",), ("d",)]),
        (r"\*a\* \σ", [("*",), ("a",), ("*",), (" \\σ",)]),
        ("[a *b*](https://c.d)", [("a ", "link"), ("b", "link", "italic"), (" (https://c.d)",)]),
        ("[c.d](c.d)", [("c.d", "link")]),
        ("![a](b.png)", [("a", "link"), (" (b.png)",)]),
        ("x[0](1) [a] [b]c", [("x",), ("0", "link"), (" (1)",), (" [a] [b]c",)]),
        (
            "<https://a.b/c> see https://d.e/f.",
            [("https://a.b/c", "link"), (" see ",), ("https://d.e/f", "link"), (".",)],
        ),
        ("a < b > c <b>d</b>", [("a < b > c <b>d</b>",)]),
        ("&lt;&#963;&nonsense; & &#27;", [("<",), ("σ",), ("&nonsense;",), (" & ",), ("",)]),
        ("{key:check}", [("{key:check}",)]),
    ],
)
def test_words(text: str, runs: list[tuple[str, ...]]) -> None:
    assert [(run.text, *run.style) for run in read_inline(text)] == runs


def test_marks_that_never_close_are_soon_read() -> None:
    for mark in ("**a ", "[", "`", "_a ", "~~a", "&", "<a:", "> ", "- ", "|\n|-|\n"):
        text = mark * 3000
        assert sum(len(run.text) for run in read_inline(text)) > 0
        assert read_blocks(text)


def test_a_style_is_around_all() -> None:
    assert list(read_inline("a `b`", ("heading",))) == [
        TextRun("a ", ("heading",)),
        TextRun("b", ("heading", "code")),
    ]
