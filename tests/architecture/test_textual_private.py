"""Private parts of Textual are touched in two files alone, in whatever form."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from tests.support.private_uses import Source, private_uses

ROOT = Path(__file__).parents[2]
UI = ROOT / "tutor" / "ui"
THE_ONE = UI / "terminal" / "textual_private.py"
OF_THE_TEXT_AREA = UI / "editor" / "text_area_private.py"
"""Apart from the other, which the first frame needs: to import a text area takes long."""


def read(path: Path) -> Source:
    """The file, imported."""
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    return Source(name, ast.parse(path.read_text()), import_module(name))


def uses(text: str) -> list[str]:
    """What a file with this text uses; it is run first."""
    module = ModuleType("tutor.ui.made_up")
    exec(text, vars(module))
    found = private_uses([Source("made up", ast.parse(text), module)])
    return found.get("made up", [])


def test_two_files_of_ui_touch_private_parts_of_textual() -> None:
    adapters = {THE_ONE, OF_THE_TEXT_AREA}
    others = [read(path) for path in sorted(UI.rglob("*.py")) if path not in adapters]
    assert len(others) > 50
    assert private_uses(others) == {}


def test_what_that_file_touches_is_seen() -> None:
    (found,) = private_uses([read(THE_ONE)]).values()
    for part in [
        "imports textual._compositor.ChopsUpdate",
        "imports textual._ansi_sequences.ANSI_SEQUENCES_KEYS",
        "UpdateHook overrides App._display",
        "uses app._driver._writer_thread._queue",
        "sets a name in linux_driver",
    ]:
        assert part in found


def test_what_the_file_of_the_text_area_touches_is_seen() -> None:
    (found,) = private_uses([read(OF_THE_TEXT_AREA)]).values()
    for part in [
        "imports textual.widgets._text_area",
        "QuickTextArea overrides TextArea._build_highlight_map",
        "_ParsedDocument overrides SyntaxAwareDocument._syntax_tree",
    ]:
        assert part in found


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("import textual._context", "textual._context"),
        ("import textual._context as context", "textual._context"),
        ("from textual._context import active_app", "textual._context.active_app"),
        ("from textual.widgets._markdown import Markdown", "textual.widgets._markdown.Markdown"),
        ("from textual import _context", "textual._context"),
        ("def later():\n    from rich._loop import loop_last", "rich._loop.loop_last"),
        ("LATER = ('textual.widgets._markdown',)", "textual.widgets._markdown"),
    ],
)
def test_an_import_is_seen(text: str, name: str) -> None:
    assert uses(text) == [f"imports {name}"]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("app._driver", ["app._driver"]),
        ("app._driver._file", ["app._driver", "app._driver._file"]),
        ("app.screen._compositor.size", ["app.screen._compositor"]),
        ("app.query('*')[0]._nodes", ["app.query('*')[0]._nodes"]),
        ("getattr(app, '_driver')", ["app._driver"]),
        ("setattr(app, '_batch_count', 1)", ["app._batch_count"]),
        (
            "operator.attrgetter('_driver._file')(app)",
            ["'_driver._file'._driver", "'_driver._file'._file"],
        ),
    ],
)
def test_an_attribute_and_each_link_of_a_chain_is_seen(line: str, found: list[str]) -> None:
    text = f"import operator\ndef use(app):\n    return {line}"
    assert uses(text) == sorted(f"uses {each}" for each in found)


def test_what_is_ours_or_of_the_standard_library_is_left_alone() -> None:
    text = """
import os
from textual.widget import Widget

class Counter(Widget):
    _step = 1

    def __init__(self):
        super().__init__()
        self._sum = 0

    def add(self, other):
        self._sum += other._sum + self._step + self._twice()
        self.__dict__.update(vars(other))

    def _twice(self):
        return 2 * self._step

    def _watch_step(self):
        pass

class Told:
    def _on_change(self):
        pass

def leave():
    os._exit(0)
"""
    assert uses(text) == []


@pytest.mark.parametrize(
    ("base", "body", "found"),
    [
        ("app.App", "def _display(self, screen, what): ...", "overrides App._display"),
        ("app.App", "async def _on_layout(self): ...", "overrides App._on_layout"),
        ("app.App", "_driver = None", "overrides App._driver"),
        ("app.App", "_batch_count: int = 0", "overrides App._batch_count"),
        ("app.App", "def begin(self): self._running = True", "overrides App._running"),
        ("app.App", "def end(self): return self._exit", "uses App._exit"),
        ("app.App", "def end(self): return getattr(self, '_exit')", "uses App._exit"),
        ("app.App", "def end(self): super()._close_all()", "uses App._close_all"),
        ("widgets.TextArea", "def _refresh_size(self): ...", "overrides TextArea._refresh_size"),
        ("widgets.TextArea", "def _size_updated(self): ...", "overrides ScrollView._size_updated"),
        ("widgets.TextArea", "def _on_click(self): ...", "overrides Widget._on_click"),
        (
            "widgets.TextArea",
            "def _on_choices_told(self): ...",
            "overrides Textual._on_choices_told",
        ),
        ("widgets.TextArea", "def _action_copy(self): ...", "overrides Textual._action_copy"),
        (
            "widgets.TextArea",
            "def _watch_language(self): ...",
            "overrides TextArea._watch_language",
        ),
        ("widget.Widget", "def _watch_disabled(self): ...", "overrides Textual._watch_disabled"),
        ("widget.Widget", "def _compute_loading(self): ...", "overrides Textual._compute_loading"),
        (
            "widgets.TextArea",
            "def _validate_language(self, new): ...",
            "overrides Textual._validate_language",
        ),
        (
            "message.Message",
            "def _stop_propagation(self): ...",
            "overrides Message._stop_propagation",
        ),
    ],
)
def test_what_takes_the_place_of_a_private_part_is_seen(base: str, body: str, found: str) -> None:
    module, name = base.split(".")
    text = f"from textual.{module} import {name}\nclass Ours({name}):\n    {body}"
    assert f"Ours {found}" in uses(text)


def test_what_is_mixed_in_is_seen_with_the_class_that_it_is_mixed_into() -> None:
    text = """
from textual.app import App

class Mixin:
    class Inner:
        _driver = 1

    def _display(self, screen, renderable):
        return self._driver

class Ours(Mixin, App):
    pass
"""
    assert uses(text) == ["Mixin overrides App._display", "Mixin uses App._driver"]


@pytest.mark.parametrize(
    "line",
    [
        "linux_driver.getincrementaldecoder = None",
        "setattr(linux_driver, 'getincrementaldecoder', None)",
        "textual.app.time = None",
    ],
)
def test_a_name_set_in_a_module_of_textual_is_seen(line: str) -> None:
    text = f"import textual.app\nfrom textual.drivers import linux_driver\ndef act():\n    {line}"
    module = "textual.app" if line.startswith("textual") else "linux_driver"
    assert uses(text) == [f"sets a name in {module}"]


def test_a_class_that_is_made_elsewhere_than_in_its_module_is_told() -> None:
    text = "def make():\n    class Ours:\n        pass"
    assert uses(text) == ["Ours is made where it cannot be looked at"]
