"""Landlock: a process gives up writing outside some folders, and signalling outside its own tree.

If files cannot be hidden from the process, it also gives up reading other files. If it has no
network of its own, it gives up connecting by TCP. Landlock has no rules for UDP and for sockets
that are files. See landlock(7).
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from typing import NamedTuple

from tutor.worker import linux

_CREATE_RULESET = 444
_ADD_RULE = 445
_RESTRICT_SELF = 446

_READ = 0b1101
"""The rights to execute a file, to read it, and to list a folder."""
_WRITE_FILE = 1 << 1
_REMOVE_AND_MAKE = sum(1 << bit for bit in range(4, 13))
_REFER = 1 << 13
_TRUNCATE = 1 << 14
_IOCTL_DEVICE = 1 << 15
_LIST_FOLDER = 1 << 3
_FOR_FILES = _READ ^ _LIST_FOLDER | _WRITE_FILE | _TRUNCATE | _IOCTL_DEVICE
"""The rights that a rule on a file may name; with those of a folder the kernel answers EINVAL."""

_TCP = 0b11
"""The rights to bind and to connect."""
_TCP_SINCE = 4
"""The first ABI with these rights."""

_SCOPE_ABSTRACT_SOCKETS = 1
_SCOPE_SIGNALS = 2

SCOPES_SIGNALS = 6
"""The first ABI under which a program cannot signal processes outside its tree."""


def abi() -> int:
    """Return the kernel's version of Landlock, 0 if it has none or has it switched off."""
    try:
        return linux.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    except (OSError, AttributeError):
        return 0


class Rules(NamedTuple):
    """The rights that a process keeps; it gives up all others that Landlock knows."""

    writable: tuple[str, ...]
    """Paths with full access, with everything below them."""
    readable: tuple[str, ...] | None = None
    """Readable paths, with everything below them; None leaves reading unrestricted."""
    tcp: bool = True
    """True if the process may bind and connect by TCP."""


def _write_rights(version: int) -> int:
    rights = _WRITE_FILE | _REMOVE_AND_MAKE
    for since, right in ((2, _REFER), (3, _TRUNCATE), (5, _IOCTL_DEVICE)):
        if version >= since:
            rights |= right
    return rights


def _attributes(version: int, rules: Rules) -> bytes:
    reading = 0 if rules.readable is None else _READ
    fields = [_write_rights(version) | reading]
    if version >= _TCP_SINCE:
        fields.append(0 if rules.tcp else _TCP)
    if version >= SCOPES_SIGNALS:
        fields.append(_SCOPE_ABSTRACT_SOCKETS | _SCOPE_SIGNALS)
    return struct.pack(f"={len(fields)}Q", *fields)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, PermissionError):
        return
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            rights &= _FOR_FILES
        rule = struct.pack("=Qi", rights, descriptor)
        linux.syscall(_ADD_RULE, ctypes.c_int(ruleset), ctypes.c_int(1), rule, ctypes.c_uint32(0))
    finally:
        os.close(descriptor)


def restrict(version: int, rules: Rules) -> None:
    """Give up all rights but those in `rules`, in this process and its children.

    This cannot be undone. It sets NO_NEW_PRIVS, without which the kernel refuses. `version` is the
    result of `abi()`. Paths that do not exist are left out. Raises OSError if the kernel refuses.
    """
    attributes = _attributes(version, rules)
    size = ctypes.c_size_t(len(attributes))
    ruleset = linux.syscall(_CREATE_RULESET, attributes, size, ctypes.c_uint32(0))
    reading = 0 if rules.readable is None else _READ
    try:
        for path in rules.readable or ():
            _allow(ruleset, path, _READ)
        for path in rules.writable:
            _allow(ruleset, path, _write_rights(version) | reading)
        linux.forbid_new_privileges()
        linux.syscall(_RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    finally:
        os.close(ruleset)
