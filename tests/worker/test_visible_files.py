"""Which paths are shown to a program and which are hidden, and what rules follow from that."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import tutor
from tutor.worker.visible_files import VisibleFiles, covers, visible_files


def test_the_longest_path_decides() -> None:
    visible = VisibleFiles(("/a", "/a/b/c", "/a/d", "/e/f"), ("/a/b", "/x", "/e"))
    assert list(visible.ordered()) == [
        ("/a", True),
        ("/a/b", False),
        ("/e/f", True),
        ("/a/b/c", True),
    ]


def test_rules_that_can_only_allow_leave_the_hidden_out(tmp_path: Path) -> None:
    for name in ("a/kept", "a/b/secret", "a/b/c", "other"):
        (tmp_path / name).mkdir(parents=True)
    top = str(tmp_path / "a")
    visible = VisibleFiles((top, f"{top}/b/c"), (f"{top}/b",))
    assert sorted(visible.allowed()) == [f"{top}/b/c", f"{top}/kept"]
    assert list(VisibleFiles((top,), ()).allowed()) == [top]


def test_a_rule_on_a_link_allows_nothing_hidden(tmp_path: Path) -> None:
    for name in ("a/lib/kept", "a/lib/secret", "b/target"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "a" / "lib64").symlink_to("lib")
    (tmp_path / "a" / "lib" / "back").symlink_to("..")
    (tmp_path / "a" / "lib" / "link").symlink_to(tmp_path / "b" / "target")
    top = str(tmp_path / "a")
    visible = VisibleFiles((f"{top}/lib", f"{top}/lib64"), (f"{top}/lib/secret",))
    assert set(visible.allowed()) == {f"{top}/lib/kept", f"{top}/lib/link"}


def test_a_folder_covers_what_lies_in_it_and_no_neighbour() -> None:
    assert covers(["/a"], "/a/b")
    assert covers(["/a"], "/a")
    assert not covers(["/a"], "/ab")


def _is_shown(visible: VisibleFiles, path: Path) -> bool:
    shown = False
    for folder, is_shown in visible.ordered():
        if covers([folder], str(path)):
            shown = is_shown
    return shown


def test_python_and_its_packages_are_shown_the_project_is_not() -> None:
    visible = visible_files((), ())
    assert _is_shown(visible, Path(pytest.__file__))
    assert _is_shown(visible, Path(sys.executable).resolve())
    assert _is_shown(visible, Path("/usr/bin/env"))
    package = Path(tutor.__file__).parent
    assert _is_shown(visible, package / "worker" / "learner.py")
    for hidden in (
        package / "grading" / "grade.py",
        package / "content",
        package.parent / "lessons",
    ):
        assert not _is_shown(visible, hidden)
    assert not _is_shown(visible, Path("/etc/shadow"))
    assert not _is_shown(visible, Path("/tmp"))


def test_solutions_are_hidden_in_the_checkout_that_was_installed_and_in_copies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout, packages = tmp_path / "checkout", tmp_path / "site-packages"
    for name in ("checkout/tutor/worker", "site-packages/tutor/content", "site-packages/tests"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("lessons/training", "tests", "mine"):
        (checkout / name).mkdir(parents=True)
    info = packages / "nntutor-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: nntutor\nVersion: 1\n")
    (info / "direct_url.json").write_text(f'{{"url": "{checkout.as_uri()}", "dir_info": {{}}}}')
    monkeypatch.setattr(sys, "path", [str(packages), *sys.path])
    visible = visible_files((str(tmp_path), str(checkout / "lessons" / "training")), ())
    for hidden in ("lessons/course.toml", "lessons/training/a.toml", "tests/b.py", "tutor/c.py"):
        assert not _is_shown(visible, checkout / hidden)
    assert not _is_shown(visible, packages / "tutor" / "content" / "lessons" / "a.toml")
    assert _is_shown(visible, checkout / "mine" / "data.csv")
    assert _is_shown(visible, packages / "tests" / "of_another_package.py")


def test_what_is_to_be_hidden_is_not_shown_inside_of_what_is(tmp_path: Path) -> None:
    (tmp_path / "lessons").mkdir()
    visible = visible_files((str(tmp_path),), (str(tmp_path / "lessons"),))
    assert _is_shown(visible, tmp_path / "data.csv")
    assert not _is_shown(visible, tmp_path / "lessons" / "a.toml")


def test_a_link_is_hidden_where_it_leads(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "there")
    visible = visible_files((str(tmp_path),), (str(tmp_path / "link"),))
    assert not _is_shown(visible, tmp_path / "there" / "a.toml")
    assert not _is_shown(visible, tmp_path / "link" / "a.toml")


def test_a_path_of_pythons_that_holds_a_home_is_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    (home / "modules").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setattr(sys, "path", [*sys.path, str(home), str(tmp_path), str(home / "modules")])
    visible = visible_files((), ())
    assert not _is_shown(visible, home / "secret.txt")
    assert not _is_shown(visible, tmp_path / "other")
    assert _is_shown(visible, home / "modules" / "mine.py")


def test_a_virtual_environment_that_is_the_home_itself_shows_no_more_than_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("lib/python3.11/site-packages", "bin", "private"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    visible = visible_files((), ())
    assert _is_shown(visible, tmp_path / "lib/python3.11/site-packages/torch/__init__.py")
    assert not _is_shown(visible, tmp_path / "private" / "key")
    assert not _is_shown(visible, tmp_path / ".ssh")


def test_what_was_imported_from_an_unusual_place_is_shown(tmp_path: Path) -> None:
    (tmp_path / "odd.py").write_text("")
    program = (
        "import sys\nfrom tutor.worker.visible_files import visible_files, covers\n"
        f"sys.path.insert(0, {str(tmp_path)!r})\nimport odd\nsys.path.pop(0)\n"
        f"print(covers(visible_files((), ()).shown, {str(tmp_path / 'odd.py')!r}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(tutor.__file__).parent.parent,
    )
    assert done.stdout == "True\n"
