"""Finding of the name that a learner asks about: the one at the cursor, or that of a call."""

from __future__ import annotations

from tutor.completion.call_tips import call_tip, signature_of
from tutor.completion.completions import Completion, Facts
from tutor.completion.library import OVERLOADS
from tutor.completion.reading import name_at, read_cursor
from tutor.ui.editor.code_editor import CodeEditor
from tutor.ui.editor.name_help import AskedName


def asked_name(editor: CodeEditor, facts: Facts, picked: Completion | None) -> AskedName | None:
    """Return the name at the cursor, else that of the call around it."""
    lines, (row, column) = editor.document.lines, editor.cursor_location
    referents, library = facts.referents, facts.library
    at = read_cursor(lines, row, column)
    if picked is None:
        code = name_at(lines, row, column)
    elif picked.path:
        entry = library.find(picked.path)
        signature, about = (entry.signature, entry.about) if entry is not None else ("", "")
        return AskedName(picked.text, picked.path, signature, about)
    else:
        code = f"{at.owner}.{picked.text}" if at.owner else picked.text
    referent = referents.of_code(code) if code else None
    told = facts.run.get(code)
    if referent is not None:
        own = referent.own
        path = referents.class_of(referent) if own is None else ""
        entry = library.find(path)
        signature = signature_of(referent, library)
        if entry is not None and entry.overloads and not referent.is_object:
            signature = OVERLOADS.join((signature, *entry.overloads))
        about = f"{told.shown}, last run" if told is not None else entry.about if entry else ""
        return AskedName(code, path, signature, about, own.documentation if own is not None else "")
    if told is not None:
        return AskedName(code, "", "", f"{told.shown}, last run")
    if picked is not None and not picked.text.endswith("="):
        return AskedName(code, "", "", "")
    tip = call_tip(at, referents, library)
    return AskedName(tip.called, tip.path, tip.signature, "") if tip is not None else None
