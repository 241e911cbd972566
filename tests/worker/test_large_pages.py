"""What is moved into large pages is what fills them, and nothing else changes."""

from __future__ import annotations

import ctypes
import errno
import mmap
import random

import pytest

from tutor.worker import large_pages, linux

MB = 1024 * 1024


def _mapping(start: int, end: int, used_kb: int, large_kb: int = 0, rest: str = "") -> list[bytes]:
    """The lines of smaps that matter; `rest` is what comes after the addresses."""
    lines = (
        f"{start:x}-{end:x} {rest or 'rw-p 00000000 00:00 0 '}\n",
        f"Size:           {(end - start) // 1024} kB\n",
        f"Anonymous:      {used_kb} kB\n",
        f"AnonHugePages:  {large_kb} kB\n",
    )
    return [line.encode() for line in lines]


@pytest.mark.parametrize(
    ("mapping", "moved"),
    [
        (_mapping(3 * MB, 9 * MB, 6000), [(4 * MB, 8 * MB)]),
        (_mapping(4 * MB, 8 * MB, 4096), [(4 * MB, 8 * MB)]),
        (
            _mapping(4 * MB, 8 * MB, 4096, rest="rw-p 00000000 00:00 0    [heap]"),
            [(4 * MB, 8 * MB)],
        ),
        (_mapping(4 * MB, 8 * MB, 3000), []),
        (_mapping(4 * MB, 8 * MB, 4096, large_kb=4096), []),
        (_mapping(5 * MB, 7 * MB, 2048), []),
        (_mapping(4 * MB, 8 * MB, 4096, rest="rw-p 00000000 00:00 0    [stack]"), []),
        (_mapping(4 * MB, 8 * MB, 4096, rest="rw-p 00001000 fe:01 77   /lib/libc.so"), []),
        (_mapping(4 * MB, 8 * MB, 4096, rest="rw-s 00000000 00:01 5    /dev/zero"), []),
    ],
    ids=[
        "the aligned part of it",
        "all of it",
        "the heap",
        "partly unused",
        "large already",
        "too small",
        "the stack",
        "of a file",
        "shared",
    ],
)
def test_what_is_moved(mapping: list[bytes], moved: list[tuple[int, int]]) -> None:
    before, after = _mapping(MB, 2 * MB, 1024), _mapping(20 * MB, 21 * MB, 1024)
    assert list(large_pages.ranges_to_move([*before, *mapping, *after])) == moved


def test_the_memory_is_the_same_afterwards() -> None:
    text = random.Random(0).randbytes(8 * MB)
    with mmap.mmap(-1, len(text), flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as memory:
        memory.write(text)
        large_pages.use()
        assert memory[:] == text


def test_a_kernel_that_refuses_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def refuse(address: int, length: int) -> None:
        asked.append(length)
        raise OSError(errno.EINVAL, "madvise: Invalid argument")

    monkeypatch.setattr(linux, "collapse_pages", refuse)
    with mmap.mmap(-1, 8 * MB, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as memory:
        memory.madvise(mmap.MADV_NOHUGEPAGE)
        memory.write(b"\x01" * len(memory))
        large_pages.use()
    assert asked


def test_a_call_that_fails_says_why() -> None:
    with pytest.raises(OSError, match="madvise"):
        linux.collapse_pages(ctypes.addressof(ctypes.c_char()) | 1, large_pages.SIZE)
