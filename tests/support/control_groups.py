"""Control groups made of files, beside a folder that stands for /proc."""

from __future__ import annotations

from pathlib import Path

MB = 1024 * 1024
_NO_LIMIT_V1 = 9_223_372_036_854_771_712


def write_group(
    proc: Path,
    path: str,
    *,
    version: int = 2,
    limit_mb: int | None = None,
    used_mb: int = 0,
    files_mb: int = 0,
    quota_us: int | None = None,
    root: str = "/",
) -> Path:
    """Make this the group of the process, and return the folder with its files.

    `root` is the group that the mounted folder shows; groups above stay as they were written.
    """
    mounted = proc.parent / "cgroup"
    folder = mounted / path.removeprefix(root).strip("/")
    folder.mkdir(parents=True, exist_ok=True)
    (proc / "self").mkdir(parents=True, exist_ok=True)
    (proc / "meminfo").write_text(
        f"MemTotal: {64_000 * 1024} kB\nMemAvailable:   {32_000 * 1024} kB\n"
    )
    (folder / "memory.stat").write_text(_statistics(version, files_mb))
    if version == 2:
        (proc / "self" / "cgroup").write_text(f"0::{path}\n")
        kind, options = "cgroup2", "rw"
        limit = "max" if limit_mb is None else limit_mb * MB
        texts = {"memory.max": limit, "memory.current": used_mb * MB}
        texts["cpu.max"] = f"{'max' if quota_us is None else quota_us} 100000"
    else:
        (proc / "self" / "cgroup").write_text(f"5:cpu,cpuacct:{path}\n4:memory:{path}\n0::/\n")
        kind, options = "cgroup", "rw,memory,cpu,cpuacct"
        limit = _NO_LIMIT_V1 if limit_mb is None else limit_mb * MB
        texts = {"memory.limit_in_bytes": limit, "memory.usage_in_bytes": used_mb * MB}
        texts["cpu.cfs_quota_us"] = -1 if quota_us is None else quota_us
        texts["cpu.cfs_period_us"] = 100_000
    for name, text in texts.items():
        (folder / name).write_text(f"{text}\n")
    mounts = (
        f"1 0 0:20 / / rw - ext4 /dev/sda rw\n31 1 0:28 {root} {mounted} rw - {kind} x {options}"
    )
    (proc / "self" / "mountinfo").write_text(f"{mounts}\n")
    return folder


def _statistics(version: int, files_mb: int) -> str:
    half = files_mb * MB // 2
    own = f"anon 4096\ninactive_file {half}\nactive_file {half}\n"
    if version == 2:
        return own
    below = f"total_inactive_file {half}\ntotal_active_file {half}\n"
    return f"inactive_file 0\nactive_file 0\n{below}"
