"""Makes `penguins-raw.csv` and `penguins-new.csv` of `penguins.csv`: split, with gaps, as text.

`python -m tests.content.raw_penguins` writes both.
"""

from __future__ import annotations

import numpy as np
import torch

from tests.support.lessons import LESSONS

DATA = LESSONS / "data"
RAW, NEW = "penguins-raw.csv", "penguins-new.csv"
SPECIES = ("Adelie", "Chinstrap", "Gentoo")
MEASURED, SHARE_OF_GAPS = 3, 0.05
GAPS, SPLIT = 3, 13
"""Seeds of the gaps and of the split.

With these a net that counts a gap as 0 is further from a sane one than with most others.
"""


def raw_tables() -> dict[str, str]:
    """Return the text of each file: 274 rows to train on, 68 to be judged by."""
    header, *rows = [line.split(",") for line in (DATA / "penguins.csv").read_text().splitlines()]
    gaps = np.random.default_rng(GAPS).random((len(rows), MEASURED)) < SHARE_OF_GAPS
    for row, missing in zip(rows, gaps, strict=True):
        row.insert(0, SPECIES[int(row.pop())])
        for k in np.flatnonzero(missing):
            row[1 + k] = ""
    order = torch.randperm(len(rows), generator=torch.Generator().manual_seed(SPLIT)).tolist()
    first = ",".join([header[-1], *header[:-1]])
    return {
        name: "\n".join([first, *(",".join(rows[k]) for k in part), ""])
        for name, part in ((RAW, order[:274]), (NEW, order[274:]))
    }


if __name__ == "__main__":
    for name, text in raw_tables().items():
        (DATA / name).write_text(text)
