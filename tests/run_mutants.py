"""Puts the faults of `tests/mutants.txt` into a copy of the tree, one at a time, and runs the tests
that must see them: `python -m tests.run_mutants`, or `--sample 5`, or numbers of rows.

Each of a row's tests must fail. Exit status 1 if a row survives, or cannot be judged: its text is
not in the file once, the faulty code cannot be imported, or its tests fail without the fault. The
working tree is never written to.
"""

from __future__ import annotations

import argparse
import ast
import importlib.util
import os
import queue
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.support.mutants import ROOT, DoesNotApply, Mutant, choose, read_mutants

TIMEOUT_S = 300.0
"""Seconds for all tests of one row; each test has a limit of its own as well."""
PARALLEL = 2

_NOT_COPIED = shutil.ignore_patterns(".git", ".venv", ".*_cache", "__pycache__", ".hypothesis")
_FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+::.+?)(?: - .*)?$", re.MULTILINE)
_ALL_PASSED, _SOME_FAILED = 0, 1


@dataclass(frozen=True)
class Result:
    """The result of one run of pytest."""

    status: int | None
    """The exit status; None if it took too long and was killed."""
    failed: tuple[str, ...]
    """The ids of the tests that failed, with their parameters."""
    output: str


def run_tests(
    tree: Path, tests: Iterable[str], *, keep_bytecode: bool, processes: int = 0
) -> Result:
    """Run tests of the copy at `tree`, with the copy's code in all processes that they start.

    `processes` is the number of parallel test processes, 0 for none beside pytest itself.
    """
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    if not keep_bytecode:
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
    command = [sys.executable, "-m", "pytest", "-n", str(processes), "-q", "-rfE", "--tb=line"]
    with subprocess.Popen(
        [*command, "--durations=0", "--durations-min=1e9", *tests],
        cwd=tree,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as pytest:
        try:
            output = pytest.communicate(timeout=TIMEOUT_S * max(1, processes))[0]
            return Result(pytest.returncode, tuple(_FAILED.findall(output)), output)
        except subprocess.TimeoutExpired:
            return Result(None, (), "")
        finally:
            if pytest.poll() is None:
                os.killpg(pytest.pid, signal.SIGKILL)


def judge(mutant: Mutant, tree: Path) -> str:
    """Return why the mutant does not die in this copy; "" if all its tests fail with the fault.

    The copy is afterwards as it was.
    """
    path = tree / mutant.file
    try:
        text = path.read_text()
        faulty = mutant.applied_to(text)
        if path.suffix == ".py":
            ast.parse(faulty)
    except (OSError, DoesNotApply, SyntaxError) as error:
        return f"does not apply: {error}"
    # Python tells stale bytecode by the source's time and size alone, and the faulty source may
    # have the same ones: without this it would run the code before.
    Path(importlib.util.cache_from_source(str(path))).unlink(missing_ok=True)
    path.write_text(faulty)
    try:
        result = run_tests(tree, mutant.tests, keep_bytecode=False)
    finally:
        path.write_text(text)
    return verdict(mutant, result)


def verdict(mutant: Mutant, result: Result) -> str:
    """Return what is wrong with the result of a mutant's tests; "" if each of them has failed."""
    if result.status is None:
        return f"takes longer than {TIMEOUT_S:g} seconds"
    if result.status not in (_ALL_PASSED, _SOME_FAILED):
        return f"cannot be judged: pytest ended with {result.status}\n{result.output[-2000:]}"
    blind = [test for test in mutant.tests if not any(_is_of(each, test) for each in result.failed)]
    return "survives " + " and ".join(blind) if blind else ""


def _is_of(failed: str, test: str) -> bool:
    return failed == test or failed.startswith(f"{test}[")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the mutants that the arguments name; return the exit status."""
    parser = _options()
    options = parser.parse_args(arguments)
    try:
        mutants = choose(read_mutants(), options.numbers, options.sample, options.seed)
    except ValueError as error:
        parser.error(str(error))
    if options.sample:
        _print(f"{len(mutants)} rows drawn with --seed {options.seed}")
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        first = Path(folder, "0")
        shutil.copytree(ROOT, first, ignore=_NOT_COPIED)
        wanted = sorted({test for mutant in mutants for test in mutant.tests})
        sound = run_tests(first, wanted, keep_bytecode=True, processes=PARALLEL)
        if sound.status != _ALL_PASSED:
            _print(f"The tests do not pass without a fault.\n{sound.output[-4000:]}")
            return 1
        trees: queue.SimpleQueue[Path] = queue.SimpleQueue()
        trees.put(first)
        for number in range(1, PARALLEL):
            trees.put(shutil.copytree(first, Path(folder, str(number))))
        with ThreadPoolExecutor(PARALLEL) as pool:
            alive = sum(pool.map(lambda mutant: _report_mutant(mutant, trees), mutants))
    _print(f"{len(mutants) - alive} of {len(mutants)} died.")
    return 1 if alive else 0


def _report_mutant(mutant: Mutant, trees: queue.SimpleQueue[Path]) -> bool:
    """Judge the mutant in a free copy and print the result; return True if it did not die."""
    tree = trees.get()
    try:
        problem = judge(mutant, tree)
    finally:
        trees.put(tree)
    _print(f"{mutant.number:3} {problem or 'died'}  {mutant.file}  {mutant.why}")
    return bool(problem)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.run_mutants", description=__doc__)
    parser.add_argument("numbers", nargs="*", type=int, help="rows, from 1; all if none is named")
    parser.add_argument("--sample", type=int, default=0, help="so many rows by chance")
    parser.add_argument(
        "--seed", type=int, default=random.SystemRandom().randrange(2**32), help="of that chance"
    )
    return parser


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
