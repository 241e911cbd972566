"""What it costs a training to be recorded: the same program in plain Python beside it.

Each program runs in forks of two processes by turns, one with the recorder's hooks and one where
they were never set. It reads the CPU time of its own thread at steps 0 and 200 and after the last,
so that neither the machine's other work nor what follows the program counts. Run with a mode as
its argument, this module is one of the two processes.
"""

from __future__ import annotations

import gc
import json
import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from types import TracebackType

from msgspec import structs

from bench.measure import Row, of_bench
from tutor.wire.commands import Execute, Program

ROUNDS = 6
REPEATS = 2
MODES = (
    ("unwatched", "not watched", "not looked at", "≤ 2 % or 8 µs"),
    ("live", "live", "watched in Loss and Tensors", "≤ 4 % or 12 µs"),
    ("all views", "live with all panes", "watched in all panes", "≤ 3 %, tiny net ≤ 5 %"),
)
"""Each mode of a recorded run, its name, its meaning, and the aim for a step after the first."""
ASKING_VIEWS = ("map", "model")
"""The views that ask the running program for data."""
FIRST = 200
"""Steps at the beginning that have an aim of their own."""

_ALIKE = {"MALLOC_MMAP_THRESHOLD_": str(2**25), "MALLOC_TRIM_THRESHOLD_": str(2**30)}
"""The C library raises these by what was freed before: one process would fetch the memory of each
step anew from the kernel, and the other would not."""

_HEAD = "import torch\nfrom torch import nn, optim\nfrom time import thread_time\nmarks = []\n"
_LOOP = """
for step in range({steps}):
    if step == 0 or step == 200: marks.append(thread_time())
{body}
marks.append(thread_time())
"""
_BODY = """
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    optimizer.step()"""
_BY_HAND = """
    loss = ((torch.tanh(x @ w1) @ w2 - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        w1 -= 0.01 * w1.grad
        w2 -= 0.01 * w2.grad
    w1.grad = w2.grad = None"""


@dataclass(frozen=True)
class Subject:
    """A training that is measured."""

    name: str
    given: str
    body: str
    steps: int

    @property
    def source(self) -> str:
        """The whole program."""
        return _HEAD + self.given + _LOOP.format(steps=self.steps, body=self.body)


SUBJECTS = (
    Subject(
        "tiny net, batch 1",
        "x, y = torch.randn(1, 2), torch.randn(1, 1)\n"
        "model = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1))\n"
        "criterion, optimizer = nn.MSELoss(), optim.Adam(model.parameters(), lr=0.01)\n",
        _BODY,
        1_000,
    ),
    Subject(
        "tiny net by hand",
        "x, y = torch.randn(1, 2), torch.randn(1, 1)\n"
        "w1 = torch.randn(2, 4, requires_grad=True)\n"
        "w2 = torch.randn(4, 1, requires_grad=True)\n",
        _BY_HAND,
        1_500,
    ),
    Subject(
        "MLP of 100,000 numbers, batch 64",
        "x, y = torch.randn(64, 784), torch.randint(0, 10, (64,))\n"
        "model = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))\n"
        "criterion, optimizer = nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=0.01)\n",
        _BODY,
        600,
    ),
    Subject(
        "CNN, batch 32",
        "x, y = torch.randn(32, 1, 28, 28), torch.randint(0, 10, (32,))\n"
        "model = nn.Sequential(nn.Conv2d(1, 8, 3), nn.ReLU(), nn.MaxPool2d(2),\n"
        "                      nn.Conv2d(8, 16, 3), nn.ReLU(), nn.Flatten(), nn.Linear(1936, 10))\n"
        "criterion, optimizer = nn.CrossEntropyLoss(), optim.Adam(model.parameters())\n",
        _BODY,
        300,
    ),
)


@dataclass(frozen=True)
class Taken:
    """What one run of a program took, in µs of CPU time a step."""

    first: float
    """In the first `FIRST` steps."""
    later: float
    keyframes: int = 0


class Forker:
    """A process that runs each program in a fork of its own.

    It is `plain`, or else each run is `unwatched`, `live` or with `all views`.
    """

    def __init__(self, mode: str) -> None:
        self._process = subprocess.Popen(
            of_bench("bench.recording", mode),
            env={**os.environ, **_ALIKE},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Forker:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate()

    def take(self, subject: Subject, mode: str) -> Taken:
        """Run the program to its end in that mode."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps([subject.source, mode]) + "\n")
        self._process.stdin.flush()
        begin, middle, end, keyframes = json.loads(self._process.stdout.readline())
        later = (end - middle) / (subject.steps - FIRST)
        return Taken(1e6 * (middle - begin) / FIRST, 1e6 * later, int(keyframes))


def measure() -> list[Row]:
    """Measure one round, and return its rows."""
    rows = []
    with Forker("plain") as plain, Forker("recorded") as recorded:
        for subject in SUBJECTS:
            taken = [
                (
                    plain.take(subject, "plain"),
                    *(recorded.take(subject, mode) for mode, _, _, _ in MODES),
                )
                for _ in range(REPEATS)
            ]
            rows += _rows(subject, taken)
    return rows


def _rows(subject: Subject, taken: list[tuple[Taken, ...]]) -> list[Row]:
    first, later = f"the first {FIRST} steps", f"steps {FIRST} to {subject.steps}"
    aim_first = f"≤ {(20 * FIRST + 5_000) // FIRST} µs: 20 µs, and 5 ms in all"
    rows = []
    for place, (_, mode, meaning, aim) in enumerate(MODES, 1):
        added_first = [each[place].first - each[0].first for each in taken]
        added_later = [each[place].later - each[0].later for each in taken]
        plain_first = [each[0].first for each in taken]
        plain_later = [each[0].later for each in taken]
        what = f"recording, {mode}: added to a step, {subject.name}"
        plain = ("µs", "a plain step")
        means = f"A training that is {meaning} takes so much longer for each step."
        rows += [
            Row(f"{what}, {first}", added_first, *plain, plain_first, aim_first, means=means),
            Row(f"{what}, {later}", added_later, *plain, plain_later, aim, means=means),
        ]
    kept = Row(
        f"key frames of {subject.steps} steps, {subject.name}",
        [float(each[2].keyframes) for each in taken],
        "",
        means="At so many steps the parameters can be looked at again afterwards.",
        more_is_better=True,
    )
    return [*rows, kept]


def _serve(mode: str) -> None:
    """Run the programs that standard input names, each in a fork; print what they took."""
    if mode == "plain":
        import torch

        from tutor.worker.warming import warm_libraries

        torch.set_num_threads(1)
        warm_libraries()
    else:
        from tutor.worker import engine

        engine.load()
        engine.warm()
    gc.freeze()
    for line in sys.stdin:
        source, asked = json.loads(line)
        taken = _plain(source) if asked == "plain" else _recorded(source, asked)
        print(json.dumps(taken), flush=True)


def _plain(source: str) -> list[float]:
    reader, writer = os.pipe()
    if os.fork() == 0:
        _rehearse()
        names: dict[str, object] = {}
        exec(compile(source, "exercise.py", "exec", dont_inherit=True), names)
        os.write(writer, json.dumps(names["marks"]).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as answer:
        marks: list[float] = json.load(answer)
    os.wait()
    return [*marks, 0]


def _rehearse() -> None:
    """Do what the app's processes do while they wait for a program, as far as this checkout does.

    Where nothing is recorded it does the same with torch, whose memory is copied as well.
    """
    from tutor.worker import warming

    if rehearse := getattr(warming, "rehearse_recording", None):
        rehearse()


def _as_a_run(source: str, asked: str) -> Execute:
    """Return the command that the app gives for Run, as far as this checkout has its settings."""
    command = Execute(Program(source=source), live=asked != "unwatched")
    views = ASKING_VIEWS if asked == "all views" else ()
    settings = {"step_log": False, "shapes": True, "views": views, "watched": views}
    known = {name: on for name, on in settings.items() if name in command.__struct_fields__}
    return structs.replace(command, **known)


def _recorded(source: str, asked: str) -> list[float]:
    from tutor.session.recorded import RecordedSteps
    from tutor.wire import frames
    from tutor.wire.commands import Ask, Question
    from tutor.wire.events import Answered, Executed, StepRecorded
    from tutor.wire.values import FloatValue, SequenceValue
    from tutor.worker import engine
    from tutor.worker.channel import Channel

    ours, theirs = socket.socketpair()
    if os.fork() == 0:
        ours.close()
        os.dup2(2, 1)
        channel = Channel(theirs.detach())
        engine.rehearse()
        _rehearse()
        engine.serve(channel, _as_a_run(source, asked))
        os._exit(0)
    theirs.close()
    reader, kept = frames.events_reader(), RecordedSteps()
    marks: list[float] = []
    while data := ours.recv(1 << 16):
        for event in reader.feed(data):
            if isinstance(event, StepRecorded):
                kept.add(event)
            elif isinstance(event, Executed):
                ours.sendall(frames.encode(Ask((Question("marks"),))))
            elif isinstance(event, Answered) and isinstance(event.answer.value, SequenceValue):
                items = event.answer.value.items
                marks = [item.value for item in items if isinstance(item, FloatValue)]
    os.wait()
    ours.close()
    return [*marks, len(kept)]


if __name__ == "__main__":
    _serve(sys.argv[1])
