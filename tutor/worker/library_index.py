"""The index of the installed libraries: each public name with its signature and its first sentence.

The app uses it to complete names and to show call tips. A learner process that runs no learner's
code makes it from the imported modules and torch's stub files. The index consists of lines of text,
so that the app needs neither torch nor numpy to read it.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import linecache
import pkgutil
import re
import types
from collections.abc import Iterator, Mapping
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from tutor.worker.formulas import with_readable_formulas

NAMESPACES = (
    "torch",
    "torch.nn",
    "torch.nn.functional",
    "torch.optim",
    "torch.optim.lr_scheduler",
    "torch.nn.init",
    "torch.linalg",
    "torch.utils",
    "torch.utils.data",
    "numpy",
    "numpy.random",
    "numpy.linalg",
)
"""The modules whose names are in the index. Each is imported with torch."""

_HOLDERS = ("torch.Tensor", "torch.Size", "torch.Generator", "torch.device", "numpy.ndarray")
"""The classes of torch and numpy themselves, among hundreds, whose members are in the index.
For other modules the members of all classes are, under the class that defines them first."""

SEPARATOR = "\t"
"""Separates path, kind, signature, first sentence, bases, keywords and overloads in each line."""
OVERLOADS = "  or  "
"""Separates further signatures; no signature contains two spaces in a row."""

MAX_SIGNATURE = 240
MAX_ABOUT = 120
MAX_DOCUMENTATION = 4_000
"""Characters of one docstring."""

_VALUES = (torch.dtype, float, int)
_GIVEN = re.compile(
    r"""(?m)^ *self\.(?:register_(?:buffer|parameter)\(\s*["'](\w+)"""
    r"""|(\w+)(?: *:[^=\n]+)? = ([\w.]*))"""
)
"""An attribute set in `__init__`: the name of a buffer or parameter, or a name and its value."""
_NEXT_MEMBER = re.compile(r" *(?:def|class|@)\b")
_CALLED = re.compile(r"(?:\w+\.)*(\w+)(?=\()")
_FORMULA = re.compile(r"\s*:math:`[^`]*\\[^`]*`")
_ROLE = re.compile(r":[\w:]+:`~?([^`<]*?)(?:\s*<[^`]*>)?`")
_MODULE_INIT = vars(torch.nn.Module)["__init__"]
_ADDRESS = re.compile(r"<(?:function )?([\w.]+)(?: object)? at 0x[0-9a-f]+>")
"""A default value whose repr contains an address."""
_PRIVATE_ARGUMENT = re.compile(r", _\w+=[^,()]*(?=[,)])")
_PRIVATE_TYPE = re.compile(r"\b_(bool|complex|float|int)\b")
"""Python's own types under their names in torch's stub files."""
_STUB = re.compile(r"^( *)def (\w+)\((.*?)\)\s*->\s*([^:\n]+):", re.DOTALL | re.MULTILINE)
_ANNOTATED = re.compile(r"(\w+)\s*:")
_OF_NUMPY = {
    "dim": ("axis",),
    "keepdim": ("keepdims",),
    "input": ("x", "a", "x1"),
    "other": ("x2",),
}
"""NumPy's argument names that torch's C++ functions also accept."""
_STUBS = {"torch": "_VariableFunctions.pyi", "torch.Tensor": "__init__.pyi"}
"""The stub files in torch/_C with signatures that neither inspect nor a docstring has."""


class _Entry(NamedTuple):
    """The entry of one name in the index."""

    path: str
    kind: str
    """`module`, `class`, `function`, `method`, `value`, or `other` for what is not offered."""
    signature: str = ""
    about: str = ""
    bases: str = ""
    """The paths of the classes that a class has its other members from, with commas."""
    keywords: str = ""
    """The names of all arguments of a function or class, with commas; "" if one cannot be sure."""
    overloads: str = ""
    """Further signatures of a function; see `OVERLOADS`."""


def library_index() -> list[str]:
    """Return a line for each name of the libraries; see `SEPARATOR`."""
    entries = {each.path: each for each in _entries()}
    return [
        SEPARATOR.join(each._replace(about=_about_of(each, entries))) for each in entries.values()
    ]


def library_documentation(path: str) -> list[str]:
    """Return the lines of the docstring of an indexed path; [] if it has none.

    If it refers to another name, the docstring of that name follows.
    """
    text = _documentation(path)
    leads = re.search(r"See :func:`~?([\w.]+)`\s*\Z", text)
    if leads is not None:
        text = f"{text}\n\n{_documentation(leads[1])}"
    text = with_readable_formulas(text)
    return text[:MAX_DOCUMENTATION].strip().split("\n") if text else []


def _documentation(path: str) -> str:
    obj = _named(path)
    return inspect.cleandoc(_docstring(obj)) if obj is not None else ""


def _named(path: str) -> object:
    """Return the object at a path in the indexed libraries, None if there is none."""
    obj: object = {"torch": torch, "numpy": np}.get(path.partition(".")[0])
    for name in path.split(".")[1:]:
        try:
            obj = getattr(obj, name)
        except Exception:
            return None
    return obj


def _entries() -> Iterator[_Entry]:
    classes = _classes()
    for space in NAMESPACES:
        module = importlib.import_module(space)
        stubs, stubbed = _stub_signatures(space), _stub_arguments(space)
        for name in _names_of(module):
            obj = vars(module).get(name)  # getattr would import what torch imports late
            path = f"{space}.{name}"
            entry = None if _is_noise(module, name, obj) else _entry(path, obj, stubs, classes)
            if entry is None:
                yield _Entry(path, "other")
                continue
            keywords = _keywords(obj, entry, stubbed.get(name, frozenset()))
            yield entry._replace(keywords=",".join(sorted(keywords)))
            has_members = space not in ("torch", "numpy") or path in _HOLDERS
            if isinstance(obj, type) and has_members and classes.get(obj) == path:
                yield from _members(path, obj, classes)


def _names_of(module: types.ModuleType) -> list[str]:
    """Return the public names of a module, with those of its submodules, imported or not."""
    parts = (each.name for each in pkgutil.iter_modules(getattr(module, "__path__", ())))
    return sorted(name for name in {*dir(module), *parts} if not name.startswith("_"))


def _is_noise(module: types.ModuleType, name: str, obj: object) -> bool:
    """Return True for a class that its module does not export, as some of C++."""
    public: tuple[str, ...] = tuple(getattr(module, "__all__", ()))
    return isinstance(obj, type) and bool(public) and name not in public


def _classes() -> dict[type, str]:
    """Return the first path of each class of the libraries."""
    found: dict[type, str] = {}
    for space in NAMESPACES:
        for name, obj in vars(importlib.import_module(space)).items():
            if isinstance(obj, type) and not name.startswith("_"):
                found.setdefault(obj, f"{space}.{name}")
    return found


def _entry(
    path: str, obj: object, stubs: Mapping[str, str], classes: Mapping[type, str]
) -> _Entry | None:
    """Return the entry of a module's object; None if it comes from another library."""
    name = path.rpartition(".")[2]
    if isinstance(obj, types.ModuleType):
        is_own = obj.__name__ == path and path in NAMESPACES
        return _Entry(path, "module", "", _first_sentence(obj)) if is_own else None
    if isinstance(obj, _VALUES) and not isinstance(obj, bool) and not isinstance(obj, type):
        return _Entry(path, "value", _line(type(obj).__name__, 40), "")
    if not callable(obj) or not _is_of_libraries(obj):
        return None
    signature = _public(_signature(name, obj) or stubs.get(name, ""))
    about = _first_sentence(obj)
    if isinstance(obj, type):
        bases = (classes[base] for base in obj.__mro__[1:] if base in classes)
        entry = _Entry(path, "class", signature, about, ",".join(bases))
    else:
        entry = _Entry(path, "function", signature, about, overloads=_overloads(name, obj))
    return entry if signature or about or path in _HOLDERS else None


def _is_of_libraries(obj: object) -> bool:
    """Return True unless the object comes from another library, such as typing."""
    home = getattr(obj, "__module__", None)
    return not isinstance(home, str) or home.partition(".")[0] in ("torch", "numpy")


def _members(path: str, holder: type, classes: Mapping[type, str]) -> Iterator[_Entry]:
    """Yield the members that a class does not inherit, and its own `forward`."""
    stubs = _stub_signatures(path)
    inherited = {name for base in holder.__mro__[1:] if base in classes for name in dir(base)}
    names = set(dir(holder)) - inherited
    if _has_own_forward(holder, classes):
        names.add("forward")
    for name in sorted(names):
        obj = inspect.getattr_static(holder, name, None)
        if name.startswith("_") or isinstance(obj, type):
            continue
        if callable(obj) or isinstance(obj, classmethod | staticmethod):
            plain = getattr(holder, name, obj)
            own = _signature(name, plain, bound=not isinstance(obj, staticmethod))
            signature = _public(own or stubs.get(name, ""))
            entry = _Entry(f"{path}.{name}", "method", signature, _first_sentence(plain))
            if inspect.isroutine(plain) and (entry.signature or entry.about):
                yield entry
        else:
            yield _Entry(f"{path}.{name}", "value", "", _first_sentence(obj))
    for name, kind in _attributes(holder, classes).items():
        if not name.startswith("_") and name not in names | inherited:
            yield _Entry(f"{path}.{name}", "value", _line(kind, 40), "")


def _attributes(holder: type, classes: Mapping[type, str]) -> dict[str, str]:
    """Return the attributes of a class's objects with their types, "" if unknown.

    They are found in the annotations of the class and in its `__init__`.
    """
    found: dict[str, str] = {}
    for each in holder.__mro__:
        if each is not holder and each in classes:
            continue
        for parameter, name, value in _GIVEN.findall(_source_of_init(each)):
            is_tensor = bool(parameter) or value.endswith("Parameter")
            found.setdefault(parameter or name, "Tensor" if is_tensor else "")
        for name, kind in vars(each).get("__annotations__", {}).items():
            shown = kind if isinstance(kind, str) else getattr(kind, "__name__", "")
            found[name] = shown or found.get(name, "")
    return found


def _source_of_init(holder: type) -> str:
    """Return the source of `__init__`, "" if it is not written in Python.

    `inspect.getsource` gives the same, but takes 0.6 s for all classes.
    """
    init = vars(holder).get("__init__")
    if not isinstance(init, types.FunctionType):
        return ""
    lines = linecache.getlines(init.__code__.co_filename)
    start = init.__code__.co_firstlineno
    return "".join((*lines[start - 1 : start], *takewhile(_is_inside, lines[start:])))


def _is_inside(line: str) -> bool:
    """Return True unless the line begins another member of the class."""
    return _NEXT_MEMBER.match(line) is None


def _has_own_forward(holder: type, classes: Mapping[type, str]) -> bool:
    """Return True if no indexed base has the same `forward` as the class."""
    own = inspect.getattr_static(holder, "forward", None)
    bases = (base for base in holder.__mro__[1:] if base in classes)
    return own is not None and all(
        own is not inspect.getattr_static(base, "forward", None) for base in bases
    )


# Signatures


def _keywords(obj: object, entry: _Entry, stubbed: frozenset[str]) -> frozenset[str]:
    """Return the names of all arguments; empty if the object accepts any keyword.

    `stubbed` has the names in torch's stub file, which lists all overloads of a C++ function.
    """
    if entry.kind not in ("class", "function") or not entry.path.startswith("torch."):
        return frozenset()
    try:
        # a decorator's arguments may differ from those of the function that it wraps
        signature = inspect.signature(obj, follow_wrapped=False)  # type: ignore[arg-type] # what cannot be called raises
    except (ValueError, TypeError):
        return stubbed and stubbed.union(*(_OF_NUMPY.get(name, ()) for name in stubbed))
    parameters = signature.parameters.values()
    takes_any = any(each.kind is each.VAR_KEYWORD for each in parameters)
    names = (each.name for each in parameters if each.kind is not each.VAR_POSITIONAL)
    return frozenset() if takes_any else frozenset(names)


def _signature(name: str, obj: object, *, bound: bool = False) -> str:
    """Return the arguments in brackets and the return type, if they are known.

    A signature in the docstring is shorter, so it is preferred. `bound` leaves out `self`.
    """
    return _line(_signature_in_docstring(name, obj) or _inspected(obj, bound=bound), MAX_SIGNATURE)


def _public(signature: str) -> str:
    """Return the signature without private arguments, and with Python's own types."""
    return _PRIVATE_TYPE.sub(r"\1", _PRIVATE_ARGUMENT.sub("", signature)).partition("  #")[0]


def _signature_in_docstring(name: str, obj: object) -> str:
    called = (name, "__init__") if isinstance(obj, type) else (name,)
    text = _docstring(obj).lstrip()
    return next(filter(None, (_signature_at(each, text) for each in called)), "")


def _signature_at(name: str, text: str) -> str:
    """Return the signature at the beginning of the text, "" if there is none."""
    begin = _CALLED.match(text)
    if begin is None or begin[1] != name:
        return ""
    depth = 0
    for place in range(begin.end(), len(text)):
        depth += (text[place] in "([{") - (text[place] in ")]}")
        if depth == 0:
            rest = text[place + 1 :].split("\n", 1)[0]
            signature = text[begin.end() : place + 1] + (
                rest if rest.strip().startswith("->") else ""
            )
            return re.sub(r",(?=\w)", ", ", signature.replace("\\*", "*").replace("\\\n", "\n"))
    return ""


def _overloads(name: str, obj: object) -> str:
    """Return the signatures of overloads that the docstring describes one by one."""
    text = _docstring(obj)
    begins = re.finditer(rf"(?m)^\s*\.\. function:: (?=(?:\w+\.)*{re.escape(name)}\()", text)
    found = (_signature_at(name, text[begin.end() :]) for begin in begins)
    return OVERLOADS.join(_public(_line(each, MAX_SIGNATURE)) for each in found if each)


def _inspected(obj: object, *, bound: bool) -> str:
    if isinstance(obj, type) and inspect.getattr_static(obj, "__init__") is _MODULE_INIT:
        return "()"  # nn.Module.__init__ declares arguments, but refuses all
    try:
        signature = inspect.signature(obj)  # type: ignore[arg-type] # what cannot be called raises
    except (ValueError, TypeError):
        return ""
    shown = [each.replace(annotation=each.empty) for each in signature.parameters.values()]
    if bound and shown and shown[0].name in ("self", "cls"):
        del shown[0]
    returns = signature.return_annotation
    returns = getattr(returns, "__name__", returns)
    has_type = isinstance(returns, str) and returns.isidentifier() and not isinstance(obj, type)
    try:
        text = _ADDRESS.sub(r"\1", str(inspect.Signature(shown)))
    except Exception:  # a default whose repr raises
        return ""
    return text + (f" -> {returns}" if has_type and returns != "_empty" else "")


def _stub_text(path: str) -> str:
    if path not in _STUBS:
        return ""
    try:
        return (Path(torch.__file__).parent / "_C" / _STUBS[path]).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _stub_signatures(path: str) -> dict[str, str]:
    """Return the first signature of each name in the stub file of a module or class."""
    found: dict[str, str] = {}
    for indent, name, arguments, returns in _STUB.findall(_stub_text(path)):
        if name not in found and bool(indent) == path.endswith("Tensor"):
            found[name] = _without_types(arguments, returns)
    return found


def _stub_arguments(path: str) -> dict[str, frozenset[str]]:
    """Return the argument names in all overloads of each function of a stub file."""
    found: dict[str, set[str]] = {}
    for indent, name, arguments, _ in _STUB.findall(_stub_text(path)):
        if bool(indent) == path.endswith("Tensor"):
            found.setdefault(name, set()).update(_ANNOTATED.findall(arguments))
    return {name: frozenset(names) for name, names in found.items()}


def _without_types(arguments: str, returns: str) -> str:
    try:
        tree = ast.parse(f"def f({arguments}): ...")
    except SyntaxError:
        return ""
    assert isinstance(tree.body[0], ast.FunctionDef)
    args = tree.body[0].args
    for each in (*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg):
        if each is not None:
            each.annotation = None
    args.args = [each for each in args.args if each.arg != "self"]
    return _line(f"({ast.unparse(args)}) -> {returns}", MAX_SIGNATURE)


# Texts


def _docstring(obj: object) -> str:
    try:
        text = getattr(obj, "__doc__", "")  # a property of some objects
    except Exception:
        return ""
    is_inherited = not isinstance(obj, type | types.ModuleType) and text == type(obj).__doc__
    return text if isinstance(text, str) and not is_inherited else ""


def _first_sentence(obj: object) -> str:
    """Return the first sentence of a docstring after its signature, without markup."""
    for part in re.split(r"\n\s*\n", _docstring(obj).strip()):
        text = re.sub(r"\s+", " ", part).strip()
        if text and not re.match(r"[\w.]+\(", text) and not text.startswith(".."):
            plain = _ROLE.sub(r"\1", _FORMULA.sub("", text)).replace("`", "").replace("\\", "")
            sentence = re.split(r"(?<=\w{2}[.:]) ", plain, maxsplit=1)[0]
            return _line(re.sub(r":$", ".", sentence), MAX_ABOUT)
    return ""


def _about_of(entry: _Entry, others: Mapping[str, _Entry]) -> str:
    """Return the sentence of a name, or that of the name that it refers to."""
    leads = re.fullmatch(
        r"(?:See|Alias for|In-place version of) ([\w.]+?)(?:\(\))?\.?", entry.about
    )
    if entry.about and leads is None:
        return entry.about
    name = entry.path.rpartition(".")[2]
    paths = [leads[1]] if leads is not None else []
    for path in (*paths, f"torch.{name}", f"torch.nn.functional.{name}"):
        other = others.get(path)
        if other is not None and other.about and other is not entry:
            return other.about
    return entry.about


def _line(text: str, length: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"
