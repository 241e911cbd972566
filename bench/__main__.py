"""All measurements in one table: `python -m bench`, or some of them: `python -m bench check`.

Trust the ratios: both sides of a ratio are measured alternately in the same run.
"""

from __future__ import annotations

import os
import platform
import sys

from bench import bombs, check, first_frame, grade, keys, large, long, memory, peer, stop, zygote

SUBJECTS = {
    "first-frame": first_frame,
    "check": check,
    "grade": grade,
    "zygote": zygote,
    "memory": memory,
    "keys": keys,
    "stop": stop,
    "bombs": bombs,
    "long": long,
    "large": large,
}


HEAD = "| what | median | worst | against | ratio | aim |\n|---|---|---|---|---|---|"


def main() -> None:
    """Measure the subjects named on the command line, or all of them, and print the table."""
    names = sys.argv[1:] or list(SUBJECTS)
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {load}\n")
    print(HEAD)
    for name in names:
        for row in SUBJECTS[name].measure():
            print(row.line(), flush=True)
    if not peer.command():
        print(f"\n{peer.ABSENT}")


if __name__ == "__main__":
    main()
