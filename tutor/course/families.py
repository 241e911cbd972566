"""Families of wrong ideas: what goes wrong with a softmax, a loss or a loop, written once.

A file of the folder `families` beside the lessons has wrong programs with open names, such as
`$result`. A step binds them in a `[[family]]` table, and then has the family's wrong ideas as its
own. The file is read on first use: the first frame does not need it. Problems are reported at the
binding, whose names make the programs; problems of the file itself are reported there.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from tutor.course.code_rules import MATCHERS, check_matchers, check_program
from tutor.course.document import Document, read_document
from tutor.course.line_order import PLACE, compose, has_place
from tutor.course.model import StepBase
from tutor.course.problems import CourseError, Problem, suggestion
from tutor.course.step_tables import FamilyBinding, Misconception
from tutor.course.tables import Parts, ProblemCollector, fields_of, read_parts, read_table, readable
from tutor.toml_text import KeyPath

if TYPE_CHECKING:
    from os import stat_result

FAMILY_FOLDER = "families"
"""Folder beside the lessons with the families of a course."""

IDEA_KEY = "misconception"
"""Key of the wrong ideas of a family."""

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_TEMPLATES = ("wrong", "when", "raises", "example", "say")
"""Keys of a wrong idea that may contain open names."""


class FamilyIdea(Struct, frozen=True, kw_only=True):
    """A wrong idea of a family. `$input` is replaced by the step's name for `input`."""

    id: str
    """Slug of the verdict. Several may share one, if they are the same idea."""
    name: str = ""
    """Name by which a step leaves the idea out or words it differently. Empty: the id."""
    say: str
    """Message to the learner. `{EXPR}` is replaced by the value of an expression in the learner's
    program, `{'A' if EXPR else 'B'}` by one of two texts."""
    wrong: str = ""
    """Lines of a wrong program, around which each step puts its own."""
    when: str = ""
    """Expression that is true after a refused program with this idea."""
    raises: str = ""
    """Regular expression that is searched for in the error, as in `TypeError: message`."""
    example: str = ""
    """Lines of a wrong program that gets this message, needed if the idea is found by `when` or
    `raises`. `nntutor check` tries it in each step."""


class FamilyKeys(Struct, frozen=True, kw_only=True):
    """Keys of a family of wrong ideas, which the steps of several tasks share."""

    about: str
    """Topic of the family, in a sentence for readers of the file."""
    names: dict[str, str] = field(default_factory=dict)
    """The open names, each with a description of what a step gives for it."""
    defaults: dict[str, str] = field(default_factory=dict)
    """For names that a step may leave out: their default. It may contain other open names."""
    found_in: tuple[str, ...] = ()
    """Names, such as `Softmax`. A step whose solution has one of them should use the family."""


class Family(Struct, frozen=True):
    """The content of a family's file."""

    keys: FamilyKeys
    ideas: tuple[FamilyIdea, ...] = ()

    def idea_names(self) -> tuple[str, ...]:
        """Return the names of its wrong ideas."""
        return tuple(name_of(idea) for idea in self.ideas)


class Placed(Struct, frozen=True):
    """A wrong idea of a step, with the key of the step's file from which it comes."""

    item: Misconception
    path: KeyPath
    """`("misconception", 0)`, or `("family", 0, "wrong-dim")` for one of a family."""


def name_of(idea: FamilyIdea) -> str:
    """Return the name by which steps refer to a wrong idea."""
    return idea.name or idea.id


def family_file(course: Path, name: str) -> Path:
    return course / FAMILY_FOLDER / f"{name}.toml"


def family_names(course: Path) -> tuple[str, ...]:
    return tuple(sorted(file.stem for file in (course / FAMILY_FOLDER).glob("*.toml")))


def read_family(course: Path, name: str) -> tuple[Family | None, tuple[Problem, ...]]:
    """Read a family; return it, None if it cannot be used, and its file's problems."""
    file = family_file(course, name)
    try:
        return _read(course, file, _stamp(file.stat()))
    except OSError:
        return _read.__wrapped__(course, file, ())


def _stamp(status: stat_result) -> tuple[int, ...]:
    return status.st_mtime_ns, status.st_size, status.st_ino


@lru_cache(maxsize=64)
def _read(
    course: Path, file: Path, _stamp: tuple[int, ...]
) -> tuple[Family | None, tuple[Problem, ...]]:
    """Read the file; cached, since several steps of a course bind the same one."""
    try:
        findings = ProblemCollector(read_document(file, course))
    except CourseError as error:
        return None, error.problems
    table = findings.document.table
    values = read_table(table, fields_of(FamilyKeys), findings, read_elsewhere=(IDEA_KEY,))
    ideas = read_parts(table, IDEA_KEY, FamilyIdea, findings)
    if not findings.has_problem():
        _check_family(FamilyKeys(**values), ideas, findings)
    problems = tuple(findings.sorted())
    if problems:
        return None, problems
    return Family(FamilyKeys(**values), tuple(idea for _, idea in readable(ideas))), ()


def _check_family(
    keys: FamilyKeys, ideas: Sequence[FamilyIdea | None], findings: ProblemCollector
) -> None:
    """Add a problem for each rule that the file itself breaks, whatever step binds it."""
    for name in keys.defaults:
        if name not in keys.names:
            message = f"`names` has no `{name}`{suggestion(name, keys.names)}"
            findings.add(("defaults", name), message)
    seen: set[str] = set()
    read: set[str] = set()
    for text in keys.defaults.values():
        read.update(string.Template(text).get_identifiers())
    for index, idea in readable(list(ideas)):
        path: KeyPath = (IDEA_KEY, index)
        if name_of(idea) in seen:
            findings.add(path, f"another one has the name `{name_of(idea)}`: give it another")
        seen.add(name_of(idea))
        if not idea.wrong and not idea.example.strip():
            message = "is missing: a program that gets this message, for `nntutor check`"
            findings.add((*path, "example"), message)
        read |= _check_open_names(keys, idea, path, findings)
    for name in keys.names:
        if name not in read:
            findings.add(("names", name), "occurs in no program and no text")
    if not ideas:
        findings.add((IDEA_KEY,), "is missing: a family needs at least one `[[misconception]]`")


def _check_open_names(
    keys: FamilyKeys, idea: FamilyIdea, path: KeyPath, findings: ProblemCollector
) -> set[str]:
    """Return the open names of an idea; add a problem for each without a description."""
    read: set[str] = set()
    for key in _TEMPLATES:
        template = string.Template(getattr(idea, key))
        if not template.is_valid():
            findings.add((*path, key), "has a `$` without a name after it: write `$$`")
        for name in template.get_identifiers():
            read.add(name)
            if name not in keys.names:
                message = f"`names` has no `{name}`{suggestion(name, keys.names)}"
                findings.add((*path, key), message)
    return read


def placed_misconceptions(step: StepBase) -> tuple[Placed, ...]:
    """Return the wrong ideas of a step, in order of precedence.

    Unusable parts of a family are left out: a learner can do without them.
    """
    own = [
        Placed(item, ("misconception", index)) for index, item in enumerate(step.own_misconceptions)
    ]
    unheard = ProblemCollector(Document(step.file, "", {}))
    for index, binding in enumerate(step.families):
        family, _ = read_family(_course_of(step.file), binding.use)
        if family is not None:
            place = _place(own, binding.before)
            own[place:place] = _expanded(family, binding, ("family", index), unheard)
    return tuple(own)


def advise_on_bindings(parts: Parts, findings: ProblemCollector) -> None:
    """Add a problem for each binding of a step that does not fit its family."""
    course = _course_of(findings.document.file)
    own_ids = [item.id for _, item in readable(parts["misconception"])]
    for index, binding in readable(parts["family"]):
        path: KeyPath = ("family", index)
        if binding.before and binding.before not in own_ids:
            close = suggestion(binding.before, own_ids)
            message = f"no `[[misconception]]` has the id `{binding.before}`{close}"
            findings.add((*path, "before"), message)
        if not has_place(binding.around):
            findings.add((*path, "around"), f"needs `{PLACE}` once, on a line of its own")
        family = _family_of(course, binding.use, path, findings)
        if family is not None:
            _advise_on_names(family, binding, path, findings)
        if family is not None and not findings.has_problem(*path):
            for placed in _expanded(family, binding, path, findings):
                for key in ("wrong", "example"):
                    check_program(getattr(placed.item, key), (*placed.path, key), findings)


def _family_of(course: Path, name: str, path: KeyPath, findings: ProblemCollector) -> Family | None:
    known = family_names(course)
    if not _NAME.fullmatch(name) or name not in known:
        message = f"there is no {FAMILY_FOLDER}/{name}.toml{suggestion(name, known)}"
        findings.add((*path, "use"), message)
        return None
    family, problems = read_family(course, name)
    for problem in problems[:1]:
        place = f"{FAMILY_FOLDER}/{name}.toml, line {problem.line}: {problem.key}"
        findings.add((*path, "use"), f"the family cannot be used: {place}: {problem.message}")
    return family


def _advise_on_names(
    family: Family, binding: FamilyBinding, path: KeyPath, findings: ProblemCollector
) -> None:
    names, ideas = family.keys.names, family.idea_names()
    for name in names:
        if name not in binding.names and name not in family.keys.defaults:
            message = f"does not say what `{name}` is: {names[name]}"
            findings.add((*path, "names"), message)
    given: Sequence[tuple[str, Mapping[str, str], Sequence[str]]] = (
        ("names", binding.names, tuple(names)),
        ("say", binding.say, ideas),
        ("without", binding.without, ideas),
        ("true_of_all", binding.true_of_all, ideas),
    )
    for key, table, known in given:
        for name, text in table.items():
            if name not in known:
                message = f"the family has no `{name}`{suggestion(name, known)}"
                findings.add((*path, key, name), message)
            elif not text.strip():
                findings.add((*path, key, name), "is empty")


def _expanded(
    family: Family, binding: FamilyBinding, path: KeyPath, findings: ProblemCollector
) -> Iterator[Placed]:
    """Yield the family's ideas in the names of a step; one with a problem is left out."""
    values = dict(binding.names)
    for name, text in family.keys.defaults.items():
        values.setdefault(name, string.Template(text).safe_substitute(values))
    for idea in family.ideas:
        name = name_of(idea)
        if name in binding.without:
            continue
        here = (*path, name)
        try:
            texts = {key: _filled(getattr(idea, key), values) for key in _TEMPLATES}
        except (KeyError, ValueError):
            continue  # reported as a problem of the binding's names
        texts["say"] = binding.say.get(name, texts["say"])
        for key in ("wrong", "example"):
            if texts[key]:
                texts[key] = compose(binding.around, texts[key].strip("\n").splitlines())
        true_of_all = binding.true_of_all.get(name, "")
        item = Misconception(id=idea.id, true_of_all=true_of_all, **texts)
        check_matchers(item, MATCHERS, here, findings)
        if not findings.has_problem(*here):
            yield Placed(item, here)


def _filled(text: str, values: Mapping[str, Any]) -> str:
    return string.Template(text).substitute(values)


def _place(placed: Sequence[Placed], before: str) -> int:
    """Return the index of the first of a step's own ideas with that id; the end if none has it."""
    own = (index for index, each in enumerate(placed) if each.path[0] == "misconception")
    return next((index for index in own if before and placed[index].item.id == before), len(placed))


def _course_of(step_file: Path) -> Path:
    return step_file.parent.parent
