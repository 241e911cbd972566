"""The list of names that fit what is being written, the most likely first.

Names of the last run and of the program come first, then names that the lessons have used most
often, then names that most programs use, then all others. A name that begins with `_` is offered
only if the learner typed that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from tutor.completion.bindings import Imported, OwnClass, OwnFunction
from tutor.completion.call_tips import call_tip, parameter_names
from tutor.completion.library import (
    MODULE,
    OPTIMIZER,
    TENSOR,
    Library,
    python_names,
)
from tutor.completion.program import Name, Names
from tutor.completion.reading import AtCursor
from tutor.completion.referents import Referent, Referents, RunName, RunNames

MAX_ROWS = 200
"""Maximum number of offered names."""
MAX_DESCRIBED = 24
"""Maximum number of names with a description, which takes time to find."""

_FIRST: dict[str, tuple[str, ...]] = {
    TENSOR: (
        *("shape", "dtype", "sum", "mean", "max", "argmax", "item", "reshape", "T"),
        *("grad", "backward", "requires_grad", "detach"),
    ),
    MODULE: ("parameters", "train", "eval", "forward", "state_dict", "zero_grad"),
    OPTIMIZER: ("step", "zero_grad", "param_groups"),
}
"""Members that are needed most often, for objects of these classes."""

_COMMON: dict[str, tuple[str, ...]] = {
    "torch": (
        *("nn", "tensor", "randn", "zeros", "ones", "arange", "rand", "no_grad", "manual_seed"),
        *("exp", "log", "sum", "mean", "max", "argmax", "sigmoid", "softmax", "relu", "tanh"),
        *("stack", "cat", "matmul", "where", "optim", "float32", "long", "Tensor", "linspace"),
        *("randperm", "randint", "sqrt", "abs", "std", "utils", "save", "load", "device"),
    ),
    "torch.nn": (
        *("Linear", "Sequential", "ReLU", "Module", "Sigmoid", "Softmax", "Tanh"),
        *("CrossEntropyLoss", "MSELoss", "BCEWithLogitsLoss", "Dropout", "Parameter"),
        *("functional", "Embedding", "Conv2d", "Flatten", "BatchNorm1d", "LayerNorm", "init"),
    ),
    "torch.nn.functional": (
        *("relu", "softmax", "cross_entropy", "sigmoid", "mse_loss", "one_hot", "tanh"),
        *("log_softmax", "binary_cross_entropy_with_logits", "dropout", "normalize"),
    ),
    "torch.optim": ("SGD", "Adam", "AdamW", "RMSprop", "lr_scheduler"),
    "torch.optim.lr_scheduler": ("StepLR", "CosineAnnealingLR", "ReduceLROnPlateau"),
    "torch.utils": ("data",),
    "torch.utils.data": ("DataLoader", "TensorDataset", "Dataset", "random_split"),
    "numpy": (
        *("array", "exp", "sum", "mean", "max", "argmax", "zeros", "ones", "arange", "linspace"),
        *("log", "random", "loadtxt", "load", "dot", "abs", "sqrt", "std", "allclose"),
    ),
}
"""Names that programs use most often, by module."""


class Completion(NamedTuple):
    """A name that may be meant."""

    text: str
    """Text that replaces the typed prefix."""
    detail: str = ""
    """Description of the name, such as its shape in the last run, or its arguments."""
    path: str = ""
    """Path of the library's name; "" for a name of the program."""


class Completions(NamedTuple):
    """The names offered at a place."""

    prefix: str = ""
    rows: tuple[Completion, ...] = ()
    heading: str = ""
    """Description of the object before the dot, from the last run."""

    @property
    def is_complete(self) -> bool:
        """Return True if the typed prefix already is one of the names."""
        return any(row.text == self.prefix for row in self.rows)


@dataclass(frozen=True)
class Facts:
    """All facts about a program that is being written."""

    names: Names
    library: Library
    run: RunNames
    taught: Mapping[str, int] = field(default_factory=dict)
    """For each name, how often the lessons have used it so far."""

    @property
    def referents(self) -> Referents:
        """Resolver for expressions of the program."""
        return Referents(self.names, self.library, self.run)


NOTHING = Completions()


def completions(at: AtCursor, row: int, facts: Facts) -> Completions:
    """Return the completions at the cursor, which is in that row."""
    if not at.is_code or at.is_new_name:
        return NOTHING
    heading = ""
    found: Iterable[_Candidate]
    if at.module is not None:
        found = _of_import(at.module, facts.library, only_modules=at.only_modules)
    elif at.owner is not None:
        told = facts.run.get(at.owner)
        found = _of_owner(at.owner, facts)
        if told is not None and told.shown:
            heading = f"{at.owner} {told.shown}, last run"
    else:
        found = (*_of_call(at, facts), *_of_names(at, row, facts))
    rank = _ranking(at.prefix, facts.taught)
    rows = sorted(
        (each for each in _distinct(found) if _fits(each.completion.text, at.prefix)), key=rank
    )
    referents = facts.referents
    shown = [_described(each, referents) for each in rows[:MAX_DESCRIBED]]
    rest = (each.completion for each in rows[MAX_DESCRIBED:MAX_ROWS])
    return Completions(at.prefix, (*shown, *rest), heading)


def _described(candidate: _Candidate, referents: Referents) -> Completion:
    """Describe a name of the program by its class if it has no other description."""
    completion = candidate.completion
    if candidate.nearness != _OWN or completion.detail or completion.path:
        return completion
    referent = referents.of_name(completion.text)
    if referent is None or not referent.is_object:
        return completion
    own = referent.own.name if isinstance(referent.own, OwnClass) else referent.path
    return completion._replace(detail=own.rpartition(".")[2])


class _Candidate(NamedTuple):
    completion: Completion
    nearness: int
    """Rank of the name's origin; a lower one is more likely meant."""
    place: int = 0
    """Order among names of the same rank."""


_RUN, _OWN, _IMPORTED, _FIRST_MEMBER, _LIBRARY, _PYTHON, _KEYWORD = range(7)


def _fits(text: str, prefix: str) -> bool:
    is_hidden = text.startswith("_") and not prefix.startswith("_")
    return not is_hidden and text.lower().startswith(prefix.lower())


def _ranking(
    prefix: str, taught: Mapping[str, int]
) -> Callable[[_Candidate], tuple[bool, bool, int, int, int, int, str, str]]:
    def rank(each: _Candidate) -> tuple[bool, bool, int, int, int, int, str, str]:
        text = each.completion.text
        is_near = each.nearness < _LIBRARY
        return (
            not text.startswith(prefix),
            text.endswith("_"),
            min(each.nearness, _LIBRARY),
            0 if is_near else -taught.get(text, 0),
            each.nearness,
            each.place,
            text.lower(),
            text,
        )

    return rank


def _distinct(found: Iterable[_Candidate]) -> Iterator[_Candidate]:
    seen: set[str] = set()
    for each in found:
        if each.completion.text not in seen:
            seen.add(each.completion.text)
            yield each


# Names


def _of_names(at: AtCursor, row: int, facts: Facts) -> Iterator[_Candidate]:
    for name, bound in facts.names.items():
        is_above = bound[0].row <= row
        completion = Completion(name, *_told_of(name, bound[-1], facts.run))
        is_only_target = name == at.target and len(bound) == 1
        is_imported = isinstance(bound[-1].source, Imported)
        nearness = _IMPORTED if is_imported or is_only_target else _OWN
        yield _Candidate(completion, nearness, is_only_target + (not is_above))
    for entry in python_names():
        nearness = _KEYWORD if entry.kind == "keyword" else _PYTHON
        yield _Candidate(Completion(entry.name, entry.signature, entry.path), nearness)


def _told_of(name: str, bound: Name, run: RunNames) -> tuple[str, str]:
    """Return the description of a name of the program, and the path that it refers to."""
    told = run.get(name)
    if told is not None:
        return told.shown, ""
    match bound.source:
        case OwnFunction(signature=signature):
            return signature, ""
        case OwnClass():
            return "class", ""
        case Imported(path=path):
            return "" if path == name else path, path
    return "", ""


def _of_call(at: AtCursor, facts: Facts) -> Iterator[_Candidate]:
    """Yield the keyword arguments of the surrounding call."""
    if not at.calls or not at.prefix or at.calls[-1].keyword:
        return
    tip = call_tip(at, facts.referents, facts.library)
    for place, name in enumerate(parameter_names(tip.signature) if tip is not None else ()):
        yield _Candidate(Completion(f"{name}=", "argument"), _RUN, place)


# Members


def _of_owner(owner: str, facts: Facts) -> Iterator[_Candidate]:
    yield from _of_run(owner, facts.run)
    referents = facts.referents
    referent = referents.of_code(owner) if owner else None
    if referent is not None:
        yield from _members(referent, facts.run.get(owner), facts.library, referents)


def _of_run(owner: str, run: RunNames) -> Iterator[_Candidate]:
    """Yield the object's parts in the last run, such as the layers of a model."""
    begin = f"{owner}."
    for place, (code, told) in enumerate(run.items()):
        if code.startswith(begin):
            name, *rest = code[len(begin) :].replace("[", ".").split(".")
            if name.isidentifier():
                yield _Candidate(Completion(name, "" if rest else told.shown), _RUN, place)


def _members(
    referent: Referent, told: RunName | None, library: Library, referents: Referents
) -> Iterator[_Candidate]:
    path = referent.path
    if isinstance(referent.own, OwnClass):
        for place, (name, source) in enumerate(referent.own.members.items()):
            detail = source.signature if isinstance(source, OwnFunction) else ""
            yield _Candidate(Completion(name, detail), _OWN, place)
        path = referents.base_of(referent.own)
    elif referent.own is not None:
        return
    entry = library.find(path)
    if referent.is_object and (entry is None or entry.kind != "class"):
        return
    first = _first_members(path, library) if referent.is_object else ()
    for candidate in _of_library(path, library):
        name = candidate.completion.text
        if told is not None and not _may_be_used(name, told):
            continue
        if name in first:
            candidate = candidate._replace(nearness=_FIRST_MEMBER, place=first.index(name))
        yield candidate


def _of_library(path: str, library: Library) -> Iterator[_Candidate]:
    """Yield the members of a module or class, first those that most programs use."""
    places = {name: place for place, name in enumerate(_COMMON.get(path, ()))}
    for entry in library.members(path):
        completion = Completion(entry.name, entry.signature, entry.path)
        yield _Candidate(completion, _LIBRARY, places.get(entry.name, len(places)))


def _first_members(path: str, library: Library) -> tuple[str, ...]:
    for base, names in _FIRST.items():
        if library.is_kind_of(path, base):
            return names
    return ()


def _may_be_used(name: str, told: RunName) -> bool:
    """Return False for a member that would raise, or be None, according to the last run."""
    if name == "item" and told.path == TENSOR:
        return told.elements in (None, 1)
    return name != "grad" or told.path != TENSOR or told.has_gradient


def _of_import(module: str, library: Library, *, only_modules: bool) -> Iterator[_Candidate]:
    if module and not only_modules:
        yield from _of_library(module, library)
        return
    begin = f"{module}." if module else ""
    names = dict.fromkeys(
        path[len(begin) :].partition(".")[0] for path in library.modules() if path.startswith(begin)
    )
    for name in names:
        yield _Candidate(Completion(name, "module", begin + name), _OWN)
