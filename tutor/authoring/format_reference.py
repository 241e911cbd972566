"""The reference of the lesson format: each key with its type, its default and its meaning.

For `nntutor check --keys` and the tables in docs/lesson-format.md. The meaning of a key is the
string under its field in `tutor.course`, so that text and key change together. Python drops these
strings at run time; they are read from the module's source.
"""

from __future__ import annotations

import ast
import inspect
import json
import sys
import textwrap
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise

from msgspec import NODEFAULT, Struct
from msgspec.structs import FieldInfo

from tutor.course import model
from tutor.course.course_files import CourseKeys, LessonKeys
from tutor.course.families import IDEA_KEY, FamilyIdea, FamilyKeys
from tutor.course.kinds import KINDS
from tutor.course.model import LessonOutline, StepKind, Term
from tutor.course.problems import listed
from tutor.course.steps import FILLED_IN
from tutor.course.tables import fields_of, type_in_words
from tutor.course.terms import TERM_KEY

WIDTH = 79
"""Maximum line width for a terminal of 80 columns."""


class KeyEntry(Struct, frozen=True):
    """A key of the lesson format, documented for authors."""

    name: str
    """Key as written in TOML; an array of tables in brackets: `[[check]]`."""
    value: str
    """Type of the value in words, and whether it is needed, optional, or has a default."""
    meaning: str
    """Content and effect, in one to three sentences."""


class KeyTable(Struct, frozen=True):
    """The keys of one file or of one kind of table in it."""

    title: str
    intro: str
    """Purpose of the file or table, in one paragraph."""
    entries: tuple[KeyEntry, ...]


def key_tables() -> tuple[KeyTable, ...]:
    """Return the keys of the course, of a lesson, of steps, and of the tables in them."""
    terms = _array_entry(TERM_KEY, field_docs(LessonOutline)["terms"])
    return (
        KeyTable("`course.toml`", _intro(CourseKeys), tuple(_entries(CourseKeys))),
        KeyTable("`lesson.toml`", _intro(LessonKeys), (*_entries(LessonKeys), terms)),
        KeyTable("`[[term]]` in `lesson.toml`", _intro(Term), tuple(_entries(Term))),
        *_step_tables(),
        *_array_tables(),
        *_family_tables(),
    )


def reference_text() -> str:
    """Return the reference as plain text, no line wider than `WIDTH`."""
    return "\n\n".join(_table_text(table) for table in key_tables()) + "\n"


def reference_markdown() -> str:
    """Return the reference as Markdown, a table of keys under each heading."""
    return "\n".join(_table_markdown(table) for table in key_tables())


def field_docs(struct: type[Struct]) -> Mapping[str, str]:
    """Return the string under each field of a struct, in one line; its bases are left out."""
    return _strings_in(struct.__module__)[struct.__qualname__]


def docs_with_bases(struct: type[Struct]) -> dict[str, str]:
    """Return the string under each field of a struct and of its bases, in one line each."""
    docs: dict[str, str] = {}
    for base in reversed(struct.__mro__):
        docs |= _strings_in(base.__module__).get(base.__qualname__, {}) if _is_ours(base) else {}
    return docs


def _is_ours(base: type) -> bool:
    return base.__module__.startswith("tutor.")


def kind_doc() -> str:
    """Return the meaning of the key `kind`, in one line."""
    return _strings_in(model.__name__)[""]["StepKind"]


@cache
def _strings_in(module: str) -> Mapping[str, Mapping[str, str]]:
    """Return the string under each field by class; those of the module's names under ""."""
    body = ast.parse(inspect.getsource(sys.modules[module])).body
    classes = {node.name: node.body for node in body if isinstance(node, ast.ClassDef)}
    return {name: dict(_strings_under(nodes)) for name, nodes in {"": body, **classes}.items()}


def _strings_under(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    for pair in pairwise(body):
        match pair:
            case (
                ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                yield name, " ".join(text.split())


def _step_tables() -> Iterator[KeyTable]:
    kinds_with: dict[type[Struct], list[StepKind]] = {}
    for name, kind in KINDS.items():
        for base in reversed(kind.step.__mro__):
            if issubclass(base, model.StepBase):
                kinds_with.setdefault(base, []).append(name)
    for struct, kinds in kinds_with.items():
        arrays = {field: key for name in kinds for key, (field, _) in KINDS[name].arrays.items()}
        entries = tuple(_entries(struct, arrays))
        if struct is model.StepBase:
            entries = (_kind_entry(), *entries)
        if entries:
            yield KeyTable(_steps_title(kinds), _intro(struct), entries)


def _array_tables() -> Iterator[KeyTable]:
    kinds_with: dict[tuple[str, type[Struct]], list[StepKind]] = {}
    for name, kind in KINDS.items():
        for key, (_, part) in kind.arrays.items():
            kinds_with.setdefault((key, part), []).append(name)
    for (key, part), kinds in kinds_with.items():
        steps = _steps_title(kinds).lower()
        yield KeyTable(f"`[[{key}]]` in {steps}", _intro(part), tuple(_entries(part)))


def _family_tables() -> tuple[KeyTable, ...]:
    ideas = _array_entry(IDEA_KEY, "Wrong ideas of the family, in the order in which they count.")
    return (
        KeyTable("`families/<name>.toml`", _intro(FamilyKeys), (*_entries(FamilyKeys), ideas)),
        KeyTable(
            f"`[[{IDEA_KEY}]]` in `families/<name>.toml`",
            _intro(FamilyIdea),
            tuple(_entries(FamilyIdea)),
        ),
    )


def _steps_title(kinds: list[StepKind]) -> str:
    return "Steps of any kind" if len(kinds) == len(KINDS) else f"Steps of kind {listed(kinds)}"


def _entries(struct: type[Struct], arrays: Mapping[str, str] | None = None) -> Iterator[KeyEntry]:
    """Yield the keys that the struct itself adds; `arrays` maps fields to array names.

    The keys of a step's header are listed with those of any step.
    """
    arrays = arrays or {}
    fields = fields_of(struct, without=FILLED_IN if issubclass(struct, model.StepBase) else ())
    docs = field_docs(struct)
    if struct is model.StepBase:
        docs = {**field_docs(model.StepHeader), **docs}
    for name, doc in docs.items():
        if name in arrays:
            yield _array_entry(arrays[name], doc)
        elif name in fields:
            words = f"{type_in_words(fields[name].type)}; {_presence(fields[name])}"
            yield KeyEntry(name, words, doc)


def _array_entry(key: str, doc: str) -> KeyEntry:
    return KeyEntry(f"[[{key}]]", "tables", doc)


def _kind_entry() -> KeyEntry:
    return KeyEntry("kind", f"{type_in_words(StepKind)}; needed", kind_doc())


def _presence(field: FieldInfo) -> str:
    if field.required:
        return "needed"
    if field.default is NODEFAULT or field.default in (None, "", ()):
        return "optional"
    return f"default {json.dumps(field.default)}"


def _intro(struct: type[Struct]) -> str:
    return " ".join((inspect.getdoc(struct) or "").split())


def _table_text(table: KeyTable) -> str:
    lines = [table.title, *_wrapped(table.intro, 0)]
    for entry in table.entries:
        lines += ["", *_wrapped(f"{entry.name}: {entry.value}", 2), *_wrapped(entry.meaning, 6)]
    return "\n".join(lines)


def _wrapped(text: str, indent: int) -> list[str]:
    wrapper = textwrap.TextWrapper(
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (6 if indent else 0),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return wrapper.wrap(text)


def _table_markdown(table: KeyTable) -> str:
    rows = [f"| `{e.name}` | {_cell(e.value)} | {_cell(e.meaning)} |" for e in table.entries]
    head = ("| key | value | meaning |", "|---|---|---|")
    return "\n".join([f"### {table.title}", "", table.intro, "", *head, *rows, ""])


def _cell(text: str) -> str:
    return text.replace("|", r"\|")
