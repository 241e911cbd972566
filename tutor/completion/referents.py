"""The meaning of an expression: a name of a library, or an object of a class.

It is inferred from the program and from the names of the last run. No object of a program is
inspected.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from tutor.completion.bindings import (
    Argument,
    Imported,
    OwnClass,
    OwnFunction,
    PartOf,
    Source,
)
from tutor.completion.library import ARRAY, MODULE, PYTHON, TENSOR, Library
from tutor.completion.program import Name, Names

MAX_DEPTH = 12
"""Maximum steps from one expression to another, and from a class to its base."""
MAX_LOOKS = 2_000
"""Maximum expressions inspected in all: names may refer to one another in many ways."""

_LOADER = "torch.utils.data.DataLoader"
_SEQUENTIAL = "torch.nn.Sequential"
_MODULE_LIST = "torch.nn.ModuleList"
_PARAMETERS = f"{MODULE}.parameters"
_TENSOR_MEMBERS = frozenset(("T", "H", "mT", "mH", "grad", "data", "real", "imag"))
_RETURNS = re.compile(r"\)\s*->\s*(.+)\Z")
_BY_WORD = {
    "Tensor": TENSOR,
    "Parameter": TENSOR,
    "ndarray": ARRAY,
    "int": f"{PYTHON}.int",
    "float": f"{PYTHON}.float",
    "number": f"{PYTHON}.float",
    "bool": f"{PYTHON}.bool",
    "str": f"{PYTHON}.str",
    "list": f"{PYTHON}.list",
    "dict": f"{PYTHON}.dict",
    "torch.Size": "torch.Size",
    "Size": "torch.Size",
}
"""The classes by their names in signatures."""


class Referent(NamedTuple):
    """The meaning of an expression."""

    path: str
    """Path of a library's name, or name of a class of the program."""
    is_object: bool = False
    """True for an object of that class, False for the path itself."""
    own: OwnClass | OwnFunction | None = None
    """Class or function of the program, also the class of an object."""


class RunName(NamedTuple):
    """A value that the last run left."""

    path: str
    """Class of the object."""
    shown: str
    """Its shape and dtype, or its value."""
    is_module: bool = False
    """True for a layer or a model, maybe of a class that the library does not know."""
    has_gradient: bool = False
    elements: int | None = None
    """Number of elements; None if it has none, or the number is unknown."""


_Written: TypeAlias = tuple[ast.expr, int | None]
"""An expression, and the number of bindings before it; None for all."""

RunNames = Mapping[str, RunName]
"""Values that the last run left, by their code, such as `model[0].weight`."""


class Referents:
    """Finds the meaning of expressions in one program."""

    def __init__(self, names: Names, library: Library, run: RunNames) -> None:
        self._names = names
        self._library = library
        self._run = run
        self._looks = 0
        self._bases: dict[int, str] = {}
        """Results of `base_of` by the class's id; "" during the search."""
        self._open = 0
        """Number of classes whose base is being searched."""

    def of_code(self, code: str) -> Referent | None:
        """Return the meaning of a piece of code; None if unknown."""
        try:
            tree = ast.parse(code.strip(), mode="eval")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        return self._of(tree.body, None, 0)

    def of_name(self, name: str) -> Referent | None:
        """Return the meaning of a name at the end of the program."""
        return self._of_name(name, None, 0)

    def _of(self, node: ast.expr, before: int | None, depth: int) -> Referent | None:
        """Return the meaning of an expression after that many bindings."""
        self._looks += 1
        if depth > MAX_DEPTH or self._looks > MAX_LOOKS:
            return None
        told = self._told(node) if before is None and self._run else None
        if told is not None and self._library.find(told.path) is not None:
            return Referent(told.path, is_object=True)
        found = self._of_code(node, before, depth)
        if found is None and told is not None and told.is_module:
            return Referent(MODULE, is_object=True)
        return found

    def _told(self, node: ast.expr) -> RunName | None:
        """Return the last run's value of a name, attribute or item."""
        if not isinstance(node, ast.Name | ast.Attribute | ast.Subscript):
            return None
        try:
            return self._run.get(ast.unparse(node))
        except RecursionError:
            return None

    def _of_code(self, node: ast.expr, before: int | None, depth: int) -> Referent | None:
        match node:
            case ast.Name(id=name):
                return self._of_name(name, before, depth + 1)
            case ast.Attribute(value=value, attr=member):
                holder = self._of(value, before, depth + 1)
                return self.member(holder, member, depth + 1) if holder is not None else None
            case ast.Call(func=ast.Name(id="super"), args=[]):
                return self._above_self(before, depth)
            case ast.Call(func=called):
                made = self._of(called, before, depth + 1)
                return self._result(made) if made is not None else None
            case ast.Subscript(value=value):
                item = self._item(node, before, depth + 1)
                found = self._of(*item, depth + 1) if item is not None else None
                whole = self._of(value, before, depth + 1) if found is None else None
                return self._part(whole) if whole is not None else found
        return self._of_operation(node, before, depth)

    def _above_self(self, before: int | None, depth: int) -> Referent | None:
        """Return the meaning of `super()` in a method: an object of the base class."""
        own = self._of_name("self", before, depth + 1)
        base = self.class_of(own) if own is not None and own.own is not None else ""
        return Referent(base, is_object=True) if base else None

    def _item(self, node: ast.Subscript, before: int | None, depth: int) -> _Written | None:
        """Return the code of an item if its container lists it, as a Sequential does."""
        whole = self._written(node.value, before, depth)
        if whole is None:
            return None
        made, before = whole
        items: list[ast.expr] = []
        if isinstance(made, ast.Call):
            called = self._of(made.func, before, depth + 1)
            path = called.path if called is not None else ""
            items = made.args if path == _SEQUENTIAL else []
            made = made.args[0] if path == _MODULE_LIST and made.args else made
        if isinstance(made, ast.List | ast.Tuple):
            items = made.elts
        try:
            return items[ast.literal_eval(node.slice)], before
        except (ValueError, TypeError, IndexError, RecursionError):
            return None

    def _written(self, node: ast.expr, before: int | None, depth: int) -> _Written | None:
        """Return the code that creates the object of an expression."""
        self._looks += 1
        if depth > MAX_DEPTH or self._looks > MAX_LOOKS:
            return None
        source: Source = node
        match node:
            case ast.Name(id=name):
                bound = self._binding(name, before)
                source, before = (bound.source, bound.order) if bound is not None else (None, None)
            case ast.Attribute(value=value, attr=member):
                holder = self._of(value, before, depth + 1)
                own = holder.own if holder is not None else None
                source = own.members.get(member) if isinstance(own, OwnClass) else None
                before = None
            case ast.Subscript():
                item = self._item(node, before, depth + 1)
                source, before = item if item is not None else (None, None)
        if not isinstance(source, ast.expr):
            return None
        return (source, before) if source is node else self._written(source, before, depth + 1)

    def _of_operation(self, node: ast.expr, before: int | None, depth: int) -> Referent | None:
        match node:
            case ast.BinOp(left=left, right=right):
                return self._of_several((left, right), before, depth)
            case ast.Compare(left=left, comparators=others):
                return self._of_several((left, *others), before, depth)
            case ast.UnaryOp(operand=operand):
                return self._of(operand, before, depth + 1)
            case ast.IfExp(body=body) | ast.NamedExpr(value=body) | ast.Await(value=body):
                return self._of(body, before, depth + 1)
            case ast.List() | ast.ListComp():
                return Referent(f"{PYTHON}.list", is_object=True)
            case ast.Dict() | ast.DictComp():
                return Referent(f"{PYTHON}.dict", is_object=True)
            case ast.Set() | ast.SetComp():
                return Referent(f"{PYTHON}.set", is_object=True)
            case ast.Tuple():
                return Referent(f"{PYTHON}.tuple", is_object=True)
            case ast.JoinedStr():
                return Referent(f"{PYTHON}.str", is_object=True)
            case ast.Constant(value=value) if value is not None and value is not ...:
                return Referent(f"{PYTHON}.{type(value).__name__}", is_object=True)
        return None

    def _of_several(
        self, nodes: tuple[ast.expr, ...], before: int | None, depth: int
    ) -> Referent | None:
        """Return the type of a result: tensor if a side is one, then array, then the first."""
        found = [self._of(node, before, depth + 1) for node in nodes]
        sides = [each.path for each in found if each is not None and each.is_object]
        for path in (TENSOR, ARRAY):
            if path in sides:
                return Referent(path, is_object=True)
        return found[0]

    def _of_name(self, name: str, before: int | None, depth: int) -> Referent | None:
        bound = self._binding(name, before)
        if bound is None:
            entry = self._library.find(f"{PYTHON}.{name}")
            return Referent(entry.path) if entry is not None else None
        return self._of_source(bound.source, bound.order, depth + 1)

    def _binding(self, name: str, before: int | None) -> Name | None:
        """Return the last binding of a name, of those before `before`."""
        for bound in reversed(self._names.get(name, ())):
            if before is None or bound.order < before:
                return bound
        return None

    def _of_source(self, source: Source, order: int | None, depth: int) -> Referent | None:
        if depth > MAX_DEPTH:
            return None
        match source:
            case None:
                return None
            case Imported(path=path):
                return Referent(path)
            case OwnClass():
                return Referent(source.name, own=source)
            case OwnFunction():
                return Referent("", own=source)
            case Argument(holder=holder, is_forward=is_forward):
                if holder:
                    own = self._of_name(holder, None, depth + 1)
                    return own._replace(is_object=True) if own is not None else None
                return Referent(TENSOR, is_object=True) if is_forward else None
            case PartOf(whole=whole):
                found = self._of(whole, order, depth + 1)
                return self._part(found) if found is not None else None
        return self._of(source, order, depth + 1)

    def member(self, holder: Referent, name: str, depth: int = 0) -> Referent | None:
        """Return the meaning of a member."""
        if isinstance(holder.own, OwnClass):
            if name in holder.own.members:
                return self._of_source(holder.own.members[name], None, depth + 1)
            base = self.base_of(holder.own)
            above = Referent(base, holder.is_object)
            return self.member(above, name, depth + 1) if base else None
        entry = self._library.member(holder.path, name)
        if name == "__init__":  # it takes the arguments of the class
            return Referent(holder.path)
        if entry is None:
            return None
        if not holder.is_object or entry.kind == "method":
            return Referent(entry.path)
        if holder.path == TENSOR and name in _TENSOR_MEMBERS:
            return Referent(TENSOR, is_object=True)
        path = "torch.Size" if name == "shape" else _BY_WORD.get(entry.signature, "")
        return Referent(path, is_object=True) if path else None

    def base_of(self, own: OwnClass) -> str:
        """Return the path of the library class that a class inherits from, or "".

        A name has its last binding, so a class may seem to inherit from itself: it has no base.
        """
        key = id(own)
        if key not in self._bases and self._open < MAX_DEPTH:
            self._bases[key] = ""
            self._open += 1
            self._bases[key] = self._found_base(own)
            self._open -= 1
        return self._bases.get(key, "")

    def _found_base(self, own: OwnClass) -> str:
        for base in own.bases:
            found = self._of(base, None, 0)
            if found is not None and found.own is None:
                return found.path
            if found is not None and isinstance(found.own, OwnClass):
                return self.base_of(found.own)
        return ""

    def class_of(self, referent: Referent) -> str:
        """Return the path of the library class of an object; "" if there is none."""
        if isinstance(referent.own, OwnClass):
            return self.base_of(referent.own)
        return referent.path

    def _result(self, called: Referent) -> Referent | None:
        """Return the meaning of a call's result."""
        if called.is_object:
            is_module = self._library.is_kind_of(self.class_of(called), MODULE)
            return Referent(TENSOR, is_object=True) if is_module else None
        if isinstance(called.own, OwnClass):
            return called._replace(is_object=True)
        entry = self._library.find(called.path) if called.own is None else None
        if entry is None:
            return None
        if entry.kind == "class":
            return Referent(entry.path, is_object=True)
        returns = _RETURNS.search(entry.signature)
        path = _BY_WORD.get(returns[1].strip(), "") if returns is not None else ""
        if entry.path == _PARAMETERS:
            return Referent(entry.path, is_object=True)
        if not path and returns is None and entry.path.startswith("numpy."):
            path = ARRAY  # its signatures name no return type, which mostly is this
        return Referent(path, is_object=True) if path else None

    def _part(self, whole: Referent) -> Referent | None:
        """Return the meaning of an element: a row of a tensor, a batch of a loader."""
        if not whole.is_object:
            return None
        if whole.path in (TENSOR, ARRAY, f"{PYTHON}.str"):
            return whole
        if whole.path == _PARAMETERS or self._library.is_kind_of(whole.path, _LOADER):
            return Referent(TENSOR, is_object=True)
        return Referent(MODULE, is_object=True) if whole.path.startswith("torch.nn.") else None
