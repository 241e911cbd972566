"""Code from notebooks: their commands become comments, and only these; nothing unseen is left."""

from __future__ import annotations

import pytest

from tutor.progress.python_lines import foreign_language, seen_alone, without_commands


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("%matplotlib inline\nx = 1", "# %matplotlib inline\nx = 1"),
        ("x = 1\n!pip install torch\n", "x = 1\n# !pip install torch\n"),
        ("%%time\nx = 1", "# %%time\nx = 1"),
        ("torch.nn?\nx = 1", "# torch.nn?\nx = 1"),
        ("?torch", "# ?torch"),
        ("files = !ls\nx = 1", "# files = !ls\nx = 1"),
        ("for i in x:\n    %time f(i)", "for i in x:\n    pass  # %time f(i)"),
    ],
)
def test_a_command_becomes_a_comment(code: str, changed: str) -> None:
    text, commands = without_commands(code)
    assert text == changed
    assert len(commands) == 1


@pytest.mark.parametrize(
    "code",
    [
        "x = (7\n% 3)",
        'text = """\n%matplotlib inline\n!ls\nreally?\n"""',
        "x = 7 \\\n% 3",
        "x = (1,\n%matplotlib inline",  # Python stops above it
        "print('a'",
        "",
    ],
)
def test_what_is_no_command_stays_as_it_is(code: str) -> None:
    assert without_commands(code) == (code, ())


def test_many_commands_take_no_more_than_their_time() -> None:
    line = "!" + "x" * 99_999
    text, commands = without_commands("\n".join([line] * 1000))
    assert text.endswith(line)
    assert len(commands) < 10


def test_a_cell_in_another_language_is_told_by_its_command() -> None:
    assert foreign_language("%%bash\nls") == "%%bash"
    assert foreign_language("%%time\nx = 1") == ""
    assert foreign_language("x = 1") == ""


def test_what_is_not_seen_is_left_out() -> None:
    code = "x = '\x1b[31mred\x1b[0m'\u202e\r\ny\u200b = \ud800 1\x00\r"
    assert seen_alone(code) == "x = 'red'\ny = ? 1\n"
    assert seen_alone("x = 1\n\ty = 2\n") == "x = 1\n\ty = 2\n"
