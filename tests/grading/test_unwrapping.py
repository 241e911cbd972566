"""Scripts whose statements stand in a guard or in `main()`."""

from __future__ import annotations

import pytest

from tutor.grading.unwrapping import unwrapped

MAIN = "def main():\n    y = 2\n    print(y)\n\nmain()\n"


@pytest.mark.parametrize(
    ("source", "opened"),
    [
        (MAIN, "\ny = 2\nprint(y)\n\n\n"),
        ("if __name__ == '__main__':\n    y = 2\nz = 3", "\ny = 2\nz = 3"),
        ("def main():\n    y = 2\n\nif __name__ == '__main__':\n    main()\n", "\ny = 2\n\n\n\n"),
        ("def main():\n    global z\n    y = z = 2\nmain()", "\n\ny = z = 2\n"),
        ("def main():\n    if 1:\n        y = 2\nmain()", "\nif 1:\n    y = 2\n"),
        (
            "x = 1\ndef main():\n    for z in [x]:\n        print(z)\nmain()",
            "x = 1\n\nfor z in [x]:\n    print(z)\n",
        ),
        # a text keeps its margin, and a decorator its function
        ('def main():\n    y = """a\n    b"""\nmain()', '\ny = """a\n    b"""\n'),
        (
            "def main():\n    @staticmethod\n    def f():\n        return 1\n    y = f\nmain()",
            "\n@staticmethod\ndef f():\n    return 1\ny = f\n",
        ),
    ],
)
def test_what_stands_inside_stands_at_the_top(source: str, opened: str) -> None:
    assert unwrapped(source, {"y"}) == opened


@pytest.mark.parametrize(
    "source",
    [
        "y = 2",
        "x = 1\ndef main():\n    x = 2\nmain()",
        "def main():\n    global y\n    y = 2\nmain()",
        "def main():\n    y = 2\n    return y\ny = main()",
        "def main():\n    y = 2\n    return\nmain()",
        "def main(x=1):\n    y = x\nmain()",
        "def main():\n    y = 2",
        "def main():\n    y = 2\nmain()\nmain()",
        "def main():\n    y = 2\nx = 1\nmain()",
        "def main(): y = 2\nmain()",
        "def answer():\n    y = 2\nanswer()",
        "if __name__ == '__main__':\n    y = 2\nelse:\n    y = 3",
        "def main(:\n    y = 2\nmain()",
        "",
    ],
)
def test_all_else_stays_as_it_is(source: str) -> None:
    assert unwrapped(source, {"y"}) == source
