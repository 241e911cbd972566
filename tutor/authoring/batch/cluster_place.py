"""The cluster that `nntutor grade --dask WHERE` names: checked before anything is imported.

A place without encryption is refused here, whatever else it says.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

from msgspec import Struct, field

from tutor.authoring.batch.verdict_file import CannotUse
from tutor.files import read_bytes

Kind = Literal["local", "scheduler"]

NEEDS_DASK = (
    "--dask needs Dask, which is no part of nntutor: `pip install 'nntutor[dask]'` adds it, here "
    "and where the workers run."
)

_MOST_BYTES = 64 * 1024
_LOCAL_WORKERS = 2
_TLS_FILES = ("ca", "cert", "key")


class ClusterPlace(Struct, frozen=True):
    """Where answers are judged."""

    kind: Kind
    address: str = ""
    """That of a scheduler that is there already."""
    workers: int = _LOCAL_WORKERS
    """Workers that are started here, unless there is a scheduler."""
    certificates: dict[str, str] = field(default_factory=dict)
    """Their files, by `ca`, `cert` and `key`; none for those of Dask's own settings."""


def find_place(where: str) -> ClusterPlace:
    """Return the place that is named: `local`, `local:N`, `tls://…` or a TOML file.

    Raises CannotUse.
    """
    name, _, number = where.partition(":")
    if name == "local" and (not number or number.isdecimal()):
        return ClusterPlace("local", workers=max(1, int(number or _LOCAL_WORKERS)))
    if "://" in where:
        return ClusterPlace("scheduler", address=_encrypted(where))
    return _from_file(Path(where))


def _encrypted(address: str) -> str:
    if not address.startswith("tls://"):
        raise CannotUse(
            f"{address} is not encrypted: whoever can connect to such a scheduler can run programs "
            "as you. --dask uses `tls://` alone."
        )
    return address


def _from_file(path: Path) -> ClusterPlace:
    try:
        table = tomllib.loads(read_bytes(path, _MOST_BYTES).decode())
    except OSError as error:
        raise CannotUse(
            f"--dask takes `local`, `tls://HOST:PORT` or a TOML file, and {path} cannot be read: "
            f"{error.strerror or error}."
        ) from error
    except ValueError as error:
        raise CannotUse(f"{path} is not TOML: {error}.") from error
    if table.pop("kind", None) != "scheduler":
        raise CannotUse(f'{path} needs `kind = "scheduler"`, with its `address`.')
    address = table.pop("address", "")
    known = all(key in _TLS_FILES and isinstance(file, str) for key, file in table.items())
    if not known or not isinstance(address, str):
        raise CannotUse(
            f"{path}: a scheduler has an `address`, and its certificates in the files `ca`, "
            "`cert` and `key`."
        )
    files = {key: str(path.parent / Path(name).expanduser()) for key, name in table.items()}
    return ClusterPlace(kind="scheduler", address=_encrypted(address), certificates=files)
