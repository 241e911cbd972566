"""JSON schemas of the files of a course, with which TOML editors complete and validate them.

They are made from the same structs as the loader's tables and the reference of keys, so that the
three cannot differ. `nntutor check` checks rules between keys.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec import NODEFAULT, Struct

from tutor.authoring.format_reference import docs_with_bases, field_docs, kind_doc
from tutor.course.course_files import CourseKeys, LessonKeys
from tutor.course.families import IDEA_KEY, FamilyIdea, FamilyKeys
from tutor.course.kinds import KINDS, Kind
from tutor.course.model import LessonOutline, StepKind, Term
from tutor.course.steps import FILLED_IN
from tutor.course.tables import fields_of
from tutor.course.terms import TERM_KEY

Schema = dict[str, Any]

_DIALECT = "http://json-schema.org/draft-07/schema#"
"""The dialect that TOML editors support."""


def schema_text(name: str) -> str:
    """Return the schema with this name as indented JSON, with a newline."""
    return json.dumps(SCHEMAS[name](), indent=1, ensure_ascii=False) + "\n"


def _course_schema() -> Schema:
    return {"$schema": _DIALECT, "title": "course.toml", **_table(CourseKeys)}


def _lesson_schema() -> Schema:
    terms = _array(Term, field_docs(LessonOutline)["terms"])
    table = _table(LessonKeys, arrays={TERM_KEY: terms})
    return {"$schema": _DIALECT, "title": "lesson.toml", **table}


def _family_schema() -> Schema:
    doc = "Wrong ideas of the family, in the order in which they count."
    table = _table(FamilyKeys, arrays={IDEA_KEY: _array(FamilyIdea, doc)})
    return {"$schema": _DIALECT, "title": "a family of wrong ideas", **table}


def _step_schema() -> Schema:
    """Return the schema of a step's file, whose `kind` decides which keys it has."""
    kinds = [_step_table(name, kind) for name, kind in KINDS.items()]
    kind_key = {"enum": list(KINDS), "description": kind_doc()}
    return {
        "$schema": _DIALECT,
        "title": "a step",
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": kind_key},
        "oneOf": kinds,
    }


SCHEMAS: Mapping[str, Callable[[], Schema]] = {
    "course": _course_schema,
    "lesson": _lesson_schema,
    "step": _step_schema,
    "family": _family_schema,
}
"""Function that makes the schema, by kind of file."""


def _step_table(name: StepKind, kind: Kind) -> Schema:
    docs = docs_with_bases(kind.step)
    arrays = {key: _array(part, docs[field]) for key, (field, part) in kind.arrays.items()}
    inner = tuple(field for field, _ in kind.arrays.values())
    table = _table(kind.step, without=(*FILLED_IN, *inner), arrays=arrays)
    table["properties"] = {
        "kind": {"const": name, "description": kind_doc()},
        **table["properties"],
    }
    return {**table, "required": ["kind", *table["required"]]}


def _table(
    struct: type[Struct],
    *,
    without: tuple[str, ...] = (),
    arrays: Mapping[str, Schema] | None = None,
) -> Schema:
    """Return the schema of a table with the keys of a struct and no others."""
    docs = docs_with_bases(struct)
    fields = fields_of(struct, without=without)
    properties = {name: _value(field.type, docs[name]) for name, field in fields.items()}
    for name, field in fields.items():
        if field.default is not NODEFAULT and field.default not in (None, "", ()):
            properties[name]["default"] = field.default
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [name for name, field in fields.items() if field.required],
        "properties": {**properties, **(arrays or {})},
    }


def _array(part: type[Struct], doc: str) -> Schema:
    return {"type": "array", "description": doc, "items": _table(part)}


def _value(wanted: Any, doc: str) -> Schema:  # noqa: ANN401 - a type of any shape
    schema = msgspec.json.schema(wanted)
    if "anyOf" in schema:  # TOML has no null: a key that may be left out has one type
        types = [each for each in schema["anyOf"] if each != {"type": "null"}]
        schema = types[0] if len(types) == 1 else {"anyOf": types}
    return {**schema, "description": doc}
