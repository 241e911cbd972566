"""A stand-in for torch's compiler, `torch._dynamo`, that becomes the compiler once it is used.

The first optimizer asks the compiler to mark a few functions that it must not compile, and for
that torch imports all of it: 800 modules, 70 MB and a second. The stand-in does what these marks
and steps need without a compiler. Any other access, or one by other code than torch's optimizers
and marks, executes the compiler in the same module object; a program notices only the time. If
torch uses the compiler in an unknown way, the stand-in must step aside.

Besides `torch_private`, only this file uses private parts of torch.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, module_from_spec
from types import FunctionType, ModuleType
from typing import Any, TypeAlias
from weakref import WeakSet

import torch

_Mark: TypeAlias = Callable[[Callable[..., Any]], Callable[..., Any]]

NAME = "torch._dynamo"
_ASKING = {"torch._compile": "disable", "torch.optim.optimizer": "graph_break"}
"""The modules of torch that the stand-in serves by itself, with the attribute that each uses."""
_MARK = "__dynamo_disable"
"""The attribute in which torch keeps a marked function, at the function itself."""
_deferred: list[_Deferred] = []
"""The compiler, if it has a stand-in or had one."""


def defer_compiler() -> bool:
    """Put the stand-in in the compiler's place; return False if it has stepped aside."""
    if NAME in sys.modules:
        return False
    spec = find_spec(NAME)
    if spec is None or spec.loader is None:
        return False
    deferred = _Deferred(spec, spec.loader)
    _deferred.append(deferred)
    mark: _Mark | None = getattr(torch, "_disable_dynamo", None)
    if mark is not None and _marks_as_known(mark) and deferred.is_pending():
        _mark_manual_seed(mark)
        return True
    deferred.withdraw()
    return False


def _marks_as_known(mark: _Mark) -> bool:
    """Return True if torch marks a function, and calls it, as the stand-in expects."""

    def example() -> int:
        return 1

    try:
        return mark(example)() == 1 and vars(example).get(_MARK) is example
    except Exception:  # it asked the compiler for something else, and that cannot be imported here
        return False


def _mark_manual_seed(mark: _Mark) -> None:
    """Mark `torch.manual_seed`, as the compiler does when it is imported.

    It then finds that done: the fingerprint would take the change for one of the program's.
    """
    if torch.manual_seed is torch.random.manual_seed:
        builtins = importlib.import_module("torch.jit._builtins")
        torch.manual_seed = mark(torch.manual_seed)
        builtins._register_builtin(torch.manual_seed, "aten::manual_seed")


class _StandIn(ModuleType):
    """The module of the compiler, not executed yet; afterwards it is an ordinary module."""

    def __getattr__(self, name: str) -> object:
        caller = sys._getframe(1).f_globals.get("__name__")
        if name == _ASKING.get(str(caller)):
            return getattr(_deferred[-1], name)
        _deferred[-1].execute()
        # Not by `super`: the module is of another class by now.
        return ModuleType.__getattribute__(self, name)

    def __setattr__(self, name: str, value: object) -> None:
        if not name.startswith("__"):  # as importlib's own are
            _deferred[-1].execute()
        ModuleType.__setattr__(self, name, value)

    def __dir__(self) -> Iterable[str]:
        _deferred[-1].execute()
        return ModuleType.__dir__(self)


class _Deferred(MetaPathFinder, Loader):
    """The compiler until it is executed: its stand-in, and the marks that this has made.

    It finds and loads modules, too: when the compiler is executed, with the stand-in as its module;
    and when a program imports one inside of it first, such as `torch._dynamo.config`.
    """

    def __init__(self, spec: ModuleSpec, loader: Loader) -> None:
        """Have the stand-in imported in place of the compiler."""
        self._spec = spec
        self._loader = loader
        self._marked: WeakSet[FunctionType] = WeakSet()
        self._module = module_from_spec(spec)
        self._unbegun = [True]
        """Empty once the execution has begun: `pop` lets one thread only begin it."""
        spec.loader = self
        self._module.__class__ = _StandIn
        sys.meta_path.insert(0, self)
        self._put_module()

    def is_pending(self) -> bool:
        """Return True if the compiler has not been executed yet."""
        return type(self._module) is _StandIn

    def withdraw(self) -> None:
        """Leave it to torch to import the compiler, unless it has been executed already."""
        if self.is_pending():
            sys.meta_path.remove(self)
            del sys.modules[NAME], vars(torch)["_dynamo"]

    def disable(self, function: object, *arguments: object, **keywords: object) -> object:
        """Mark a function as not to be compiled: it is itself, as long as nothing is compiled."""
        if (
            isinstance(function, FunctionType)
            and not hasattr(function, "_torchdynamo_orig_callable")
            and len(arguments) <= 1  # whether the functions it calls are marked, too
            and keywords.items() <= {"wrapping": False}.items()
        ):
            self._marked.add(function)
            return function
        self.execute()
        return vars(self._module)["disable"](function, *arguments, **keywords)

    def graph_break(self) -> None:
        """Do nothing: there is no graph as long as nothing is compiled."""

    def execute(self) -> None:
        """Execute the compiler, or wait for another thread that is executing it."""
        if self._unbegun and self._unbegun.pop():
            sys.modules.pop(NAME, None)
            try:
                importlib.import_module(NAME)
            except BaseException:
                self._put_module()
                self._unbegun[:] = [True]
                raise
        else:
            importlib.import_module(NAME)

    def _put_module(self) -> None:
        sys.modules[NAME] = self._module
        vars(torch)["_dynamo"] = self._module

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec of the compiler, or of a module inside of it that it has imported."""
        if name == NAME:
            return self._spec
        if not name.startswith(f"{NAME}.") or not self._unbegun:
            return None
        self.execute()
        # importlib does not look whether that has imported the module, too, and would load it anew.
        module = sys.modules.pop(name, None)
        return ModuleSpec(name, _Loaded(module)) if module else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return the stand-in, so that existing references to it get the compiler."""
        return self._module

    def exec_module(self, module: ModuleType) -> None:
        """Execute the compiler in the stand-in, and drop the marks: it makes its own."""
        own = frozenset(vars(module))
        self._unbegun.clear()
        self._spec.loader = module.__loader__ = self._loader
        try:
            self._loader.exec_module(module)
        except BaseException:
            self._spec.loader = module.__loader__ = self
            self._unbegun[:] = [True]
            _forget(module, own)
            raise
        module.__class__ = ModuleType
        with suppress(ValueError):  # a program may have emptied the list
            sys.meta_path.remove(self)
        for function in self._marked:
            if vars(function).get(_MARK) is function:
                delattr(function, _MARK)


def _forget(module: ModuleType, own: frozenset[str]) -> None:
    """Take all names from a module but its own and those of modules inside of it."""
    for name, value in tuple(vars(module).items()):
        if name not in own and not isinstance(value, ModuleType):
            del vars(module)[name]


class _Loaded(Loader):
    """The loader of a module that is loaded already."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self._spec = module.__spec__

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return the module as it is."""
        return self._module

    def exec_module(self, module: ModuleType) -> None:
        """Restore the module's own spec, unless the module refused another."""
        if module.__spec__ is not self._spec:
            module.__spec__ = self._spec
