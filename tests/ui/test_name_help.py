"""Names that are offered while one types, the tip of a call, and the page about a name."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from textual.pilot import Pilot

from tests.completion.sample import sample_library
from tests.support.fake_client import FakeClient, finished
from tests.support.tutor_app import (
    DOUBLE,
    NARROW,
    TO_START,
    lesson_screen,
    opened,
    pane_of,
    tutor_app,
    workspace_of,
    write_course,
)
from tests.support.tutor_session import bare_hub
from tests.support.wait import eventually
from tests.ui.widgets.hosting import heard, hosted
from tutor.completion import completions
from tutor.completion.library import NO_LIBRARY
from tutor.completion.reading import AtCursor
from tutor.course.model import CodeStep, OrderStep
from tutor.session.known_names import KnownNames
from tutor.session.timeline import Timeline
from tutor.ui.app import TutorApp
from tutor.ui.editor import name_help
from tutor.ui.editor.buffer_line import HOW_TO_MOVE, HOW_TO_TAKE
from tutor.ui.editor.completion_list import MAX_VISIBLE, CompletionList
from tutor.ui.editor.name_help import (
    NO_NAME,
    NO_VALUE,
    NOT_IN_TEXT,
    NOT_YET_KNOWN,
    NOTHING_BEGUN,
    NOTHING_TO_COMPLETE,
    ONLY_READ,
    AskedName,
    NameHelp,
)
from tutor.ui.marks import UNICODE
from tutor.ui.panes.code import CodePane
from tutor.ui.screens.name_page import NamePage
from tutor.ui.stable_static import StableStatic
from tutor.wire.events import InventoryEntry, InventoryTaken
from tutor.wire.values import TensorValue

GIVEN = "import torch\nfrom torch import nn"
STEP = CodeStep(id="own", title="Own", text="", given=GIVEN, scaffold="", solution="x = 1")
ORDERED = OrderStep(id="ordered", title="Ordered", text="", lines="a = 1\nb = 2\n")
COURSE = {"30-double": DOUBLE.replace("x = 3", f"{GIVEN}\nx = 3")}

LEFT = InventoryTaken((InventoryEntry("x", TensorValue("float32", "float", (1, 8), b"")),))


@pytest.fixture(autouse=True)
def short_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(name_help, "REST_S", 0.01)


@asynccontextmanager
async def at_code(rows: int = 20) -> AsyncIterator[tuple[CodePane, Pilot[None]]]:
    """The pane alone with an empty program, and a small library."""
    pane = CodePane(Timeline(), marks=UNICODE)
    worker = SimpleNamespace(client=None)
    opening = SimpleNamespace(earlier_exercises=lambda _: ())
    names = KnownNames(bare_hub(worker=worker, timeline=Timeline(), opening=opening))
    names.library = sample_library()
    pane.name_help.names = names
    async with hosted(pane, (80, rows)) as pilot:
        pane.load(STEP, "\n")
        pane.make_room(80, rows, alone=False)
        pane.editor.focus()
        await at_rest(pane, pilot)
        yield pane, pilot


async def code_of(app: TutorApp) -> CodePane:
    """Go to the pane of the app's lesson, which knows a small library."""
    workspace_of(app).goto("code")
    pane = pane_of(app, CodePane)
    await eventually(lambda: pane.editor.has_focus, "the editor")
    lesson_screen(app).tutor.help.names.library = sample_library()
    return pane


def line_of(pane: CodePane) -> str:
    """The last line of the pane."""
    return pane.query_one("#code-line", StableStatic).shown_content.plain


def offered(pane: CodePane) -> list[str]:
    """The names in the list, if it is on screen."""
    return [row.text for each in pane.query(CompletionList) if each.display for row in each.rows]


async def at_rest(pane: CodePane, pilot: Pilot[None]) -> None:
    """Wait until the learner has rested, and what is offered was looked for."""
    await pilot.pause()
    await eventually(lambda: pane.name_help.is_at_rest, "the end of a look")
    await pilot.pause()


async def typed(pane: CodePane, pilot: Pilot[None], text: str) -> list[str]:
    """Type a text, the last character by its key, and return what is offered after a rest."""
    pane.editor.insert(text[:-1], maintain_selection_offset=False)
    await pilot.press("enter" if text[-1] == "\n" else text[-1])
    await at_rest(pane, pilot)
    return offered(pane)


async def test_names_are_offered_after_two_letters_and_after_a_dot() -> None:
    async with at_code() as (pane, pilot):
        assert await typed(pane, pilot, "y = t") == []
        assert await typed(pane, pilot, "o") == ["torch"]
        assert "sigmoid" in await typed(pane, pilot, "rch.")
        assert await typed(pane, pilot, "sig") == ["sigmoid", "sign"]
        assert await typed(pane, pilot, "n") == [], "the word is complete"


async def test_names_are_offered_in_an_import_and_in_an_f_string() -> None:
    async with at_code() as (pane, pilot):
        assert await typed(pane, pilot, "from torch import ") != []
        assert await typed(pane, pilot, "nn") == []
        assert await typed(pane, pilot, ", ") != []
        pane.editor.reset_to("")
        assert await typed(pane, pilot, "print(f'is {to") == ["torch"]
        assert await typed(pane, pilot, "rch} to") == []


async def test_keys_that_ask_while_the_list_is_made_get_one_list(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    search, let_mount, searches = completions.completions, asyncio.Event(), 0

    def counted(at: AtCursor, row: int, facts: completions.Facts) -> completions.Completions:
        nonlocal searches
        searches += 1
        return search(at, row, facts)

    monkeypatch.setattr(completions, "completions", counted)
    async with at_code() as (pane, pilot):
        mount = pane.mount

        async def mount_later(names: CompletionList) -> None:
            await let_mount.wait()
            await mount(names)

        monkeypatch.setattr(pane, "mount", mount_later)
        rows = pane.editor.size.height
        pane.editor.insert("y = torch.s", maintain_selection_offset=False)
        await pilot.press("ctrl+@")
        await eventually(lambda: searches >= 1, "a look that needs the list")
        await pilot.press("ctrl+@")
        await eventually(lambda: searches >= 2, "another one")
        let_mount.set()
        await at_rest(pane, pilot)
        assert len(pane.query(CompletionList)) == 1
        assert "sigmoid" in offered(pane)
        assert pane.editor.size.height == rows


async def test_nothing_opens_where_the_cursor_has_gone_before_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(name_help, "REST_S", 1.0)
    async with at_code() as (pane, pilot):
        pane.editor.insert("t\ny = t", maintain_selection_offset=False)
        await pilot.press("o")
        pane.editor.move_cursor((0, 1))
        await at_rest(pane, pilot)
        assert offered(pane) == []


async def test_tab_accepts_and_undo_takes_that_back() -> None:
    async with at_code() as (pane, pilot):
        await typed(pane, pilot, "y = torch.sig")
        assert line_of(pane) == HOW_TO_TAKE
        await pilot.press("tab")
        assert line_of(pane) == "Ln 1, Col 18"
        assert pane.source == "y = torch.sigmoid\n"
        await at_rest(pane, pilot)
        assert offered(pane) == []
        await pilot.press("ctrl+z")
        assert pane.source == "y = torch.sig\n"


async def test_tab_takes_what_fits_the_letters_that_came_since() -> None:
    async with at_code() as (pane, pilot):
        await typed(pane, pilot, "torch.s")
        pane.editor.insert("ign")
        await pilot.press("tab")
        assert pane.source == "torch.sign\n"


async def test_enter_is_a_new_line_unless_an_arrow_has_chosen() -> None:
    async with at_code() as (pane, pilot):
        await typed(pane, pilot, "torch.sig")
        await pilot.press("enter")
        assert pane.source == "torch.sig\n\n"
        await at_rest(pane, pilot)
        assert offered(pane) == []
        await typed(pane, pilot, "torch.sig")
        await pilot.press("down", "enter")
        assert pane.source == "torch.sig\ntorch.sign\n"


async def test_enter_accepts_for_those_who_have_set_that() -> None:
    async with at_code() as (pane, pilot):
        pane.name_help.enter_accepts = True
        await typed(pane, pilot, "torch.sig")
        await pilot.press("enter")
        assert pane.source == "torch.sigmoid\n"


async def test_up_goes_round_and_the_list_is_never_higher_than_six_rows() -> None:
    async with at_code() as (pane, pilot):
        assert len(await typed(pane, pilot, "y = torch.")) > MAX_VISIBLE
        shown = pane.query_one(CompletionList)
        assert shown.size.height == MAX_VISIBLE == 6
        await pilot.press("up")
        assert shown.highlighted == len(shown.rows) - 1
        last = shown.rows[-1].text
        assert last in shown.draw_row(MAX_VISIBLE - 1).text
        await pilot.press("tab")
        assert pane.source == f"y = torch.{last}\n"


async def test_a_list_that_was_closed_opens_for_another_name() -> None:
    async with at_code() as (pane, pilot):
        await typed(pane, pilot, "torch.s")
        assert pane.close_opened()
        await at_rest(pane, pilot)
        assert offered(pane) == []
        assert await typed(pane, pilot, "i") == []
        assert pane.source == "torch.si\n"
        assert await typed(pane, pilot, "gn + torch.si") != []
        assert pane.close_opened()
        assert not pane.close_opened()


async def test_the_list_closes_when_the_cursor_leaves_the_name() -> None:
    async with at_code() as (pane, pilot):
        for key in ("left", "home", "ctrl+home", "backspace", "space", "right", ";"):
            pane.load(STEP, "\n")
            assert await typed(pane, pilot, "y = torch.")
            await pilot.press(key)
            await eventually(lambda: not offered(pane), "the list to close")


async def test_the_list_closes_at_the_beginning_of_the_name_and_when_the_editor_is_left() -> None:
    async with at_code() as (pane, pilot):
        assert await typed(pane, pilot, "tor")
        await pilot.press("home")
        await eventually(lambda: not offered(pane), "the list to close")
        await pilot.press("end")
        assert await typed(pane, pilot, "c")
        await pilot.press("ctrl+f")
        await eventually(lambda: not offered(pane), "the list to close")
        await pilot.press("t")
        assert not pane.name_help.close_for_now()
        assert pane.close_opened()


async def test_nothing_opens_where_no_name_fits() -> None:
    async with at_code() as (pane, pilot):
        for text in ("'tor", "# tor", "def tor", "y = 1.", "\n", "zzz"):
            pane.load(STEP, "\n")
            assert await typed(pane, pilot, text) == [], text
        pane.load(STEP, "rch")
        assert await typed(pane, pilot, "to") == [], "within a word"


async def test_tab_after_a_name_completes_and_elsewhere_indents() -> None:
    async with at_code() as (pane, pilot):
        pane.name_help.opens_by_itself = False
        assert await typed(pane, pilot, "torch.si") == []
        await pilot.press("tab")
        await eventually(lambda: "sigmoid" in offered(pane), "the list")
        await pilot.press("escape", "space", "tab")
        assert pane.source == "torch.si    \n"


async def test_ctrl_space_offers_a_word_that_is_complete_and_says_when_none_fits() -> None:
    async with at_code() as (pane, pilot):
        await typed(pane, pilot, "torch.sign")
        await pilot.press("ctrl+space")
        await eventually(lambda: offered(pane) == ["sign"], "the complete word")
        await typed(pane, pilot, "\nzzz")
        await pilot.press("ctrl+space")
        await eventually(lambda: line_of(pane).endswith(NOTHING_TO_COMPLETE), "words")
        await typed(pane, pilot, "\n")
        await pilot.press("ctrl+space")
        await eventually(lambda: line_of(pane).endswith(NOTHING_BEGUN), "nothing to complete")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("numpy.", NO_VALUE.format(name="numpy")),
        ("numpy.random.ra", NO_VALUE.format(name="numpy")),
        ("a.b(1)[2].c", NO_VALUE.format(name="a")),
        ("torch.zzz", NOTHING_TO_COMPLETE),
        ("for n in q: n.", NOTHING_TO_COMPLETE),
        ("len.zzz", NOTHING_TO_COMPLETE),
        ("(1).zzz", NOTHING_TO_COMPLETE),
        ('f"{x}".zzz', NOTHING_TO_COMPLETE),
    ],
)
async def test_a_name_without_a_value_is_told_where_its_members_are_asked_for(
    code: str, words: str
) -> None:
    async with at_code() as (pane, pilot):
        await typed(pane, pilot, code)
        await pilot.press("ctrl+space")
        await eventually(lambda: line_of(pane).endswith(words), words)


async def test_before_pytorch_is_ready_it_says_that_its_names_are_still_to_come() -> None:
    async with at_code() as (pane, pilot):
        names = pane.name_help.names
        assert names is not None
        names.library = NO_LIBRARY
        assert await typed(pane, pilot, "torch.si") == []
        await pilot.press("ctrl+space")
        await eventually(lambda: line_of(pane).endswith(NOT_YET_KNOWN), "words")
        assert await pane.name_help.name_at_cursor() is None
        assert line_of(pane).endswith(NOT_YET_KNOWN)
        names.library = sample_library()
        await pilot.press("ctrl+space")
        await eventually(lambda: "sigmoid" in offered(pane), "the list")


@pytest.mark.parametrize("begin", ["# see the no", 'f"{x} x.sh', '"""\nx = tor'])
async def test_tab_adds_spaces_within_a_text_where_no_names_are_offered(begin: str) -> None:
    async with at_code() as (pane, pilot):
        await typed(pane, pilot, begin)
        await pilot.press("ctrl+space")
        await eventually(lambda: line_of(pane).endswith(NOT_IN_TEXT), "words")
        before = pane.source.rstrip("\n")
        await pilot.press("tab")
        assert pane.source.rstrip("\n").rstrip(" ") == before
        assert pane.source.rstrip("\n") > before


async def test_a_tip_tells_the_argument_of_the_cursor_until_the_call_ends() -> None:
    async with at_code() as (pane, pilot):
        await typed(pane, pilot, "nn.Linear(3")
        await pilot.press("backspace")
        await at_rest(pane, pilot)
        line = pane.query_one("#code-line", StableStatic)
        assert line_of(pane) == "Linear(in_features, out_features, bias=True, device=None)"
        assert marked(line) == ["in_features"]
        await typed(pane, pilot, "3, ")
        assert marked(line) == ["out_features"]
        await typed(pane, pilot, "len(")
        assert line_of(pane).startswith("len(")
        await typed(pane, pilot, "x")
        await pilot.press("right")
        await eventually(lambda: line_of(pane).startswith("Linear("), "the tip of the outer call")
        await pilot.press(")")
        await eventually(lambda: line_of(pane).startswith("Ln 1"), "no tip")


def marked(line: StableStatic) -> list[str]:
    content = line.shown_content
    return [content.plain[span.start : span.end] for span in content.spans]


async def test_ctrl_space_between_arguments_shows_the_tip() -> None:
    async with at_code() as (pane, pilot):
        pane.editor.reset_to("nn.Linear(2, )\n")
        await pilot.press(TO_START, "end", "left", "ctrl+space")
        await eventually(lambda: line_of(pane).startswith("Linear("), "the tip")


async def test_the_name_at_the_cursor_is_asked_for() -> None:
    async with at_code() as (pane, pilot):
        await typed(pane, pilot, "torch.relu(x)")
        await pilot.press("left", "left", "left", "shift+f1")
        await eventually(lambda: heard(pilot, NameHelp.Asked), "the question")
        (asked,) = heard(pilot, NameHelp.Asked)
        relu = "torch.relu"
        assert asked.name == (relu, relu, "(input) -> Tensor", f"About {relu}.", "")
        await pilot.press("end", "space", "shift+f1")
        await eventually(lambda: line_of(pane).endswith(NO_NAME), "that there is none")


OWN = """\
class Net(nn.Module):
    \'\'\'Three layers.\'\'\'
    def __init__(self, width):
        super().__init__()

Net"""


async def test_a_class_of_the_program_shows_its_own_documentation() -> None:
    async with at_code() as (pane, pilot):
        pane.editor.reset_to(OWN)
        await pilot.press("ctrl+end", "shift+f1")
        await eventually(lambda: heard(pilot, NameHelp.Asked), "the question")
        (asked,) = heard(pilot, NameHelp.Asked)
        assert asked.name == ("Net", "", "(width)", "", "Three layers.")


async def test_the_highlighted_name_of_the_list_is_asked_for() -> None:
    async with at_code() as (pane, pilot):
        await typed(pane, pilot, "torch.sig")
        await pilot.press("down", "shift+f1")
        await eventually(lambda: heard(pilot, NameHelp.Asked), "the question")
        assert heard(pilot, NameHelp.Asked)[0].name.path == "torch.sign"


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("ab = torch.relu(1)\nab", ("ab", "torch.Tensor")),
        ("nn.Linear(2, out_fe", ("Linear", "torch.nn.Linear")),
        ("for abc in x: pass\nab", ("abc", "")),
        ("torch.op", ("optim", "torch.optim")),
    ],
)
async def test_what_the_list_tells_of_a_name_is_no_part_of_it(
    code: str, name: tuple[str, str]
) -> None:
    async with at_code() as (pane, pilot):
        await typed(pane, pilot, code)
        await pilot.press("ctrl+space")
        await eventually(lambda: pane.name_help.is_open, "the list")
        await pilot.press("shift+f1")
        await eventually(lambda: heard(pilot, NameHelp.Asked), "the question")
        asked = heard(pilot, NameHelp.Asked)[0].name
        assert (asked.code, asked.path) == name
        assert not asked.signature or asked.signature.startswith("(")


async def test_a_click_takes_a_name() -> None:
    async with at_code() as (pane, pilot):
        await typed(pane, pilot, "torch.sig")
        await pilot.click(CompletionList, offset=(3, 1))
        await pilot.pause()
        assert pane.source == "torch.sign\n"


async def test_the_list_is_above_the_cursor_where_there_is_no_room_below() -> None:
    async with at_code() as (pane, pilot):
        pane.editor.reset_to("\n" * 30)
        await pilot.press("ctrl+end")
        await typed(pane, pilot, "torch.")
        shown = pane.query_one(CompletionList)
        assert shown.region.bottom == pane.editor.cursor_screen_offset.y
        assert shown.region.y >= 0


async def test_names_of_a_long_program_are_offered() -> None:
    async with at_code() as (pane, pilot):
        pane.editor.reset_to("".join(f"name_{number}x = {number}\n" for number in range(500)))
        await pilot.press("ctrl+end")
        assert await typed(pane, pilot, "name_49") == [
            "name_490x",
            *(f"name_49{number}x" for number in range(1, 10)),
            "name_49x",
        ]


async def test_nothing_is_offered_where_lines_are_only_moved() -> None:
    async with at_code() as (pane, pilot):
        pane.name_help.begin(None)
        assert await typed(pane, pilot, "torch.") == []
        await pilot.press("ctrl+space")
        await at_rest(pane, pilot)
        assert offered(pane) == []


async def test_escape_closes_the_list_first_and_the_page_has_the_last_run(tmp_path: Path) -> None:
    write_course(tmp_path / "lessons", COURSE)
    app = tutor_app(tmp_path, client=FakeClient([finished(LEFT)]), start_at="double")
    async with opened(app, NARROW) as pilot:
        pane = await code_of(app)
        pane.editor.reset_to("\n")
        await pilot.press(TO_START, "f5")
        await eventually(lambda: lesson_screen(app).session.ending, "the end of the run")
        assert "shape" in await typed(pane, pilot, "x.")
        assert pane.query_one(CompletionList).heading == "x (1, 8) float32, last run"
        await pilot.press("escape")
        assert offered(pane) == []
        assert not lesson_screen(app).bottom.strip.display
        await pilot.press("left", "shift+f1")
        await eventually(lambda: isinstance(app.screen, NamePage), "the page")
        words = [str(each.render()) for each in app.screen.query("#name-page > *")]
        assert words[:2] == ["torch.Tensor", "(1, 8) float32, last run"]
        await pilot.press("escape")
        assert pane.editor.has_focus


@pytest.mark.parametrize(
    ("documentation", "above"),
    [
        ("Adds what\ncomes: y = x + 1.\n\nArgs: none", []),
        ("Removes what comes.", ["Adds what comes."]),
    ],
)
async def test_what_the_documentation_says_stands_once_on_the_page(
    tmp_path: Path, documentation: str, above: list[str]
) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, NARROW):
        name = AskedName("add", "torch.add", "", "Adds what comes.")
        await app.push_screen(NamePage(name, documentation))
        words = [str(each.render()) for each in app.screen.query("#name-page > *")]
        assert words == ["torch.add", *above, documentation]


async def test_a_page_that_comes_late_does_not_open_over_what_is_done_by_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = asyncio.Event()

    async def documentation(_names: KnownNames, _path: str) -> str:
        await told.wait()
        return "Late."

    monkeypatch.setattr(KnownNames, "documentation", documentation)
    write_course(tmp_path / "lessons", COURSE)
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, NARROW) as pilot:
        pane = await code_of(app)
        await typed(pane, pilot, "\ntorch.sigmoid")
        await pilot.press("shift+f1", "f1")
        help_page = app.screen
        assert help_page is not lesson_screen(app)
        told.set()
        await pilot.pause()
        assert app.screen is help_page


async def test_nothing_is_offered_while_the_code_can_only_be_read() -> None:
    async with at_code() as (pane, pilot):
        assert await typed(pane, pilot, "y = torch.sig") == ["sigmoid", "sign"]
        row = pane.query_one(CompletionList).rows[0]
        pane.let_edit("own.py")
        await pilot.pause()
        assert offered(pane) == []
        assert not pane.name_help.accept(row)
        pane.name_help.text_changed()
        pane.replace_source("y = torch.si\nz = nn.Linear(\n")
        await pilot.press("ctrl+space")
        await eventually(lambda: line_of(pane).endswith(ONLY_READ), "words")
        await pilot.press("tab", "enter")
        await at_rest(pane, pilot)
        assert (offered(pane), pane.name_help.tip) == ([], None)
        assert pane.source == "y = torch.si\nz = nn.Linear(\n"
        pane.let_edit("")
        await pilot.press(TO_START, "end", "g")
        await at_rest(pane, pilot)
        assert offered(pane) == ["sigmoid", "sign"]


async def test_a_look_that_is_due_offers_nothing_once_the_code_can_only_be_read() -> None:
    async with at_code() as (pane, pilot):
        pane.editor.insert("y = torch.sig", maintain_selection_offset=False)
        pane.name_help.text_changed()
        assert not pane.name_help.is_at_rest
        pane.let_edit("own.py")
        await at_rest(pane, pilot)
        assert offered(pane) == []


async def test_where_lines_are_only_moved_the_keys_say_so() -> None:
    async with at_code() as (pane, pilot):
        pane.load(ORDERED, "a = 1\nb = 2\n")
        pane.editor.focus()
        await pilot.press("ctrl+space")
        await eventually(lambda: HOW_TO_MOVE in line_of(pane), "how lines are moved")
        await pilot.press("shift+f1")
        await eventually(lambda: line_of(pane).endswith(NO_NAME), "that there is none")
        pane.let_edit("own.py")
        await pilot.press("shift+down", "space")
        assert pane.source == "a = 1\nb = 2\n"


async def test_a_fault_of_the_tutor_offers_nothing_and_ends_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fault(*_: object) -> None:
        raise RuntimeError("of names")

    def other_fault(*_: object) -> None:
        raise RuntimeError("of documentation")

    async with at_code() as (pane, pilot):
        await typed(pane, pilot, "y = to")
        with monkeypatch.context() as patch:
            patch.setattr("tutor.completion.completions.completions", fault)
            assert await typed(pane, pilot, "r") == []
            await pilot.press("ctrl+space")
            await at_rest(pane, pilot)
            assert NOTHING_TO_COMPLETE in line_of(pane)
            told = [str(each.fault) for each in heard(pilot, CodePane.HelpFailed)]
            assert set(told) == {"of names"}
            patch.setattr("tutor.ui.editor.asked_name.asked_name", other_fault)
            assert await pane.name_help.name_at_cursor() is None
            await pilot.pause()
            assert str(heard(pilot, CodePane.HelpFailed)[-1].fault) == "of documentation"
        assert await typed(pane, pilot, "c") == ["torch"]


async def test_a_fault_in_reading_the_libraries_ends_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def fault(_: KnownNames) -> None:
        raise RuntimeError("of libraries")

    monkeypatch.setattr(KnownNames, "can_read", True)
    monkeypatch.setattr(KnownNames, "read_library", fault)
    async with at_code() as (pane, pilot):
        assert await typed(pane, pilot, "y = to") == ["torch"]
        told = [str(each.fault) for each in heard(pilot, CodePane.HelpFailed)]
        assert set(told) == {"of libraries"}


async def test_the_first_fault_is_kept_for_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = [RuntimeError("the first"), RuntimeError("the second")]
    met = iter(faults)

    def fault(*_: object) -> None:
        raise next(met)

    write_course(tmp_path / "lessons", COURSE)
    monkeypatch.setattr("tutor.completion.completions.completions", fault)
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, NARROW) as pilot:
        pane = await code_of(app)
        for _ in faults:
            await typed(pane, pilot, "\ntor")
        assert next(met, None) is None
        assert app.fault is faults[0]
        assert NOTHING_TO_COMPLETE not in line_of(pane)
