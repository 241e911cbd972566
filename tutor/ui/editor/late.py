"""Imports of the editor that wait until something is used: the reading of names takes 20 ms."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tutor.completion.call_tips import CallTip
    from tutor.completion.completions import Completion, Completions, Facts
    from tutor.completion.program import Names, ProgramReader
    from tutor.completion.reading import AtCursor
    from tutor.course.model import Step
    from tutor.grading.code_markers import MarkerSearch
    from tutor.session.known_names import KnownNames
    from tutor.ui.editor.area import BarName
    from tutor.ui.editor.ask_bar import AskBar
    from tutor.ui.editor.code_editor import CodeEditor
    from tutor.ui.editor.completion_list import CompletionList
    from tutor.ui.editor.find_bar import EditorBar
    from tutor.ui.editor.finding import FindOptions
    from tutor.ui.editor.name_help import AskedName


def read_cursor(lines: Sequence[str], row: int, column: int) -> AtCursor:
    from tutor.completion.reading import read_cursor

    return read_cursor(lines, row, column)


def call_tip(at: AtCursor, facts: Facts) -> CallTip | None:
    from tutor.completion.call_tips import call_tip

    return call_tip(at, facts.referents, facts.library)


def facts(found: Names, names: KnownNames, step: Step) -> Facts:
    from tutor.completion.completions import Facts

    return Facts(found, names.library, names.left_by_run(), names.taught(step))


def completions(at: AtCursor, row: int, facts: Facts) -> Completions:
    from tutor.completion.completions import completions

    return completions(at, row, facts)


def program_reader(step: Step) -> ProgramReader:
    from tutor.completion.program import ProgramReader
    from tutor.grading.code_markers import givens_of

    return ProgramReader(givens_of(step))


def marker_search(step: Step) -> MarkerSearch:
    from tutor.grading.code_markers import MarkerSearch, givens_of

    return MarkerSearch(givens_of(step))


def asked_name(editor: CodeEditor, facts: Facts, picked: Completion | None) -> AskedName | None:
    from tutor.ui.editor.asked_name import asked_name

    return asked_name(editor, facts, picked)


def completion_list(ellipsis: str, accept: Callable[[Completion], bool]) -> CompletionList:
    from tutor.ui.editor.completion_list import CompletionList

    return CompletionList(ellipsis, accept)


def editor_bar(
    editor: CodeEditor,
    name: BarName,
    *,
    options: FindOptions,
    how_to_replace: str,
    close: Callable[[], object],
    told_changed: Callable[[], None],
) -> EditorBar:
    from tutor.ui.editor.find_bar import EditorBar

    return EditorBar(
        editor,
        name,
        options=options,
        how_to_replace=how_to_replace,
        close=close,
        told_changed=told_changed,
    )


def ask_bar(asked: list[str], told_changed: Callable[[], None], ellipsis: str) -> AskBar:
    from tutor.ui.editor.ask_bar import AskBar

    return AskBar(asked, told_changed=told_changed, ellipsis=ellipsis)
