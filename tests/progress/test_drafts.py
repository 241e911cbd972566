"""Nothing the learner wrote is lost, whoever else writes there and whatever fails."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.examples import fresh_folder
from tutor.progress.drafts import MAX_DRAFT, Draft, Drafts, KeptBoth, NotSaved, Saved


def file_of(data: Path) -> Path:
    return data / "drafts" / "outputs" / "sigmoid.py"


def write(data: Path, content: bytes) -> Path:
    path = file_of(data)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def load(drafts: Drafts) -> Draft | None:
    return drafts.load("outputs", "sigmoid")


def save(drafts: Drafts, text: str) -> Saved | KeptBoth | NotSaved:
    return drafts.save("outputs", "sigmoid", text)


def kept(result: Saved | KeptBoth | NotSaved) -> Path:
    assert isinstance(result, KeptBoth)
    assert str(result.path) in result.note
    return result.path


def names(data: Path) -> list[str]:
    return sorted(path.name for path in file_of(data).parent.iterdir())


@given(st.text(st.characters(exclude_characters="\r")).filter(lambda text: text[:1] != "\ufeff"))
def test_what_was_saved_is_loaded(text: str) -> None:
    with fresh_folder() as data:
        assert save(Drafts(data), text) == Saved()
        assert load(Drafts(data)) == Draft(text)
        assert names(data) == ["sigmoid.py"]


def test_no_draft_is_none(tmp_path: Path) -> None:
    assert load(Drafts(tmp_path)) is None


def test_files_are_for_the_owner_alone(tmp_path: Path) -> None:
    previous = os.umask(0)
    try:
        save(Drafts(tmp_path / "data"), "x = 1\n")
    finally:
        os.umask(previous)
    path = file_of(tmp_path / "data")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for folder in path.parents[:3]:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_saving_again_replaces_what_this_app_wrote(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path)
    assert save(drafts, "a") == Saved()
    assert save(drafts, "b") == Saved()
    assert file_of(tmp_path).read_text() == "b"
    assert names(tmp_path) == ["sigmoid.py"]


def test_a_draft_that_another_program_changed_is_kept_beside(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path)
    save(drafts, "mine")
    write(tmp_path, b"from vim")
    aside = kept(save(drafts, "mine, longer"))
    assert aside.read_bytes() == b"from vim"
    assert aside.name.startswith("sigmoid.")
    assert aside.name.endswith(f"-{os.getpid()}.py")
    assert file_of(tmp_path).read_text() == "mine, longer"
    assert save(drafts, "mine, longer still") == Saved()


def test_every_draft_set_aside_has_its_own_name(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path)
    asides = []
    for number in range(3):
        write(tmp_path, f"theirs {number}".encode())
        asides.append(kept(save(drafts, f"mine {number}")))
    assert [path.read_text() for path in asides] == ["theirs 0", "theirs 1", "theirs 2"]


def test_a_draft_never_loaded_is_kept_beside(tmp_path: Path) -> None:
    write(tmp_path, b"yesterday")
    assert kept(save(Drafts(tmp_path), "today")).read_bytes() == b"yesterday"


def test_a_draft_that_another_app_saved_with_the_same_text_is_no_conflict(tmp_path: Path) -> None:
    write(tmp_path, b"same")
    assert save(Drafts(tmp_path), "same") == Saved()
    assert names(tmp_path) == ["sigmoid.py"]


def test_an_unchanged_text_does_not_displace_a_newer_one(tmp_path: Path) -> None:
    first, second = Drafts(tmp_path), Drafts(tmp_path)
    save(first, "a")
    load(second)
    save(second, "a b")
    assert save(first, "a") == Saved()
    assert file_of(tmp_path).read_text() == "a b"


def test_a_deleted_draft_is_written_again(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path)
    save(drafts, "a")
    file_of(tmp_path).unlink()
    assert save(drafts, "a") == Saved()
    assert file_of(tmp_path).read_text() == "a"


def test_mark_and_line_ends_of_other_systems_are_read_and_left_alone(tmp_path: Path) -> None:
    content = "\ufeffa = 1\r\nb = 'é'\r\n".encode()
    write(tmp_path, content)
    drafts = Drafts(tmp_path)
    assert load(drafts) == Draft("a = 1\nb = 'é'\n")
    assert save(drafts, "a = 1\nb = 'é'\n") == Saved()
    assert file_of(tmp_path).read_bytes() == content
    assert save(drafts, "a = 2\n") == Saved()
    assert names(tmp_path) == ["sigmoid.py"]


def test_bytes_that_are_not_utf8_are_shown_and_kept(tmp_path: Path) -> None:
    content = b"a = 1\nb = '\xe9'\n"
    write(tmp_path, content)
    drafts = Drafts(tmp_path)
    draft = load(drafts)
    assert draft is not None
    assert draft.text == "a = 1\nb = '\ufffd'\n"
    assert "not UTF-8: line 2" in draft.note
    assert save(drafts, draft.text) == Saved()
    assert file_of(tmp_path).read_bytes() == content
    assert kept(save(drafts, draft.text + "c = 3\n")).read_bytes() == content


def test_half_a_character_is_saved_too(tmp_path: Path) -> None:
    assert save(Drafts(tmp_path), "x = '\ud800'") == Saved()
    draft = load(Drafts(tmp_path))
    assert draft is not None
    assert draft.text is not None
    assert draft.text.startswith("x = '")


def test_a_folder_in_place_of_the_draft_is_moved_aside(tmp_path: Path) -> None:
    file_of(tmp_path).mkdir(parents=True)
    (file_of(tmp_path) / "note").write_text("keep me")
    drafts = Drafts(tmp_path)
    draft = load(drafts)
    assert draft is not None
    assert draft.text is None
    assert "cannot be opened: Is a directory" in draft.note
    assert (kept(save(drafts, "a")) / "note").read_text() == "keep me"
    assert file_of(tmp_path).read_text() == "a"


def test_a_pipe_in_place_of_the_draft_does_not_hang(tmp_path: Path) -> None:
    file_of(tmp_path).parent.mkdir(parents=True)
    os.mkfifo(file_of(tmp_path))
    drafts = Drafts(tmp_path)
    draft = load(drafts)
    assert draft is not None
    assert draft.text is None
    kept(save(drafts, "a"))
    assert file_of(tmp_path).read_text() == "a"


def test_a_huge_draft_is_not_opened_and_not_lost(tmp_path: Path) -> None:
    content = b"#" * (MAX_DRAFT + 1)
    write(tmp_path, content)
    drafts = Drafts(tmp_path)
    assert load(drafts) == Draft(
        None, f"The draft {file_of(tmp_path)} cannot be opened: Larger than 1024 KB."
    )
    assert kept(save(drafts, "a")).read_bytes() == content


def test_a_text_over_the_limit_is_saved_again_and_again(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path)
    assert save(drafts, "#" * (MAX_DRAFT + 1)) == Saved()
    assert save(drafts, "#" * (MAX_DRAFT + 2)) == Saved()
    assert save(drafts, "#") == Saved()
    assert names(tmp_path) == ["sigmoid.py"]


def full(file: int) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_leaves_the_old_draft_and_no_rubbish(tmp_path: Path) -> None:
    path = write(tmp_path, b"old")
    drafts = Drafts(tmp_path, fsync=full)
    load(drafts)
    assert save(drafts, "new") == NotSaved(
        f"Your code is not saved: No space left on device ({path}). "
        "Free some space or start with --data-dir DIR."
    )
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["sigmoid.py"]


def test_a_rename_that_fails_leaves_everything_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(source: object, target: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    path = write(tmp_path, b"theirs")
    monkeypatch.setattr(os, "replace", refuse)
    monkeypatch.setattr(os, "link", lambda *places, follow_symlinks: refuse(*places))
    result = save(Drafts(tmp_path), "mine")
    assert isinstance(result, NotSaved)
    assert "Input/output error" in result.reason
    assert path.read_bytes() == b"theirs"
    assert names(tmp_path) == ["sigmoid.py"]


def test_a_file_in_place_of_the_lesson_folder_is_not_saved(tmp_path: Path) -> None:
    (tmp_path / "drafts").mkdir()
    (tmp_path / "drafts" / "outputs").write_text("hm")
    drafts = Drafts(tmp_path)
    assert load(drafts) is None
    assert isinstance(save(drafts, "a"), NotSaved)
    assert (tmp_path / "drafts" / "outputs").read_text() == "hm"


@pytest.mark.parametrize("bad", ["", "..", "../x", "a/b", "A", "a.b", "-a", "a\0", "é", "a\n"])
def test_ids_that_are_no_file_names_are_refused(tmp_path: Path, bad: str) -> None:
    drafts = Drafts(tmp_path)
    assert drafts.load(bad, "step") is None
    assert drafts.load("lesson", bad) is None
    assert isinstance(drafts.save(bad, "step", "x"), NotSaved)
    assert isinstance(drafts.save("lesson", bad, "x"), NotSaved)
    assert list(tmp_path.iterdir()) == []


actions = st.tuples(
    st.sampled_from(["first", "second", "vim"]), st.sampled_from(["load", "save"]), st.text("ab\n")
)


@given(st.lists(actions))
def test_only_a_text_that_the_saver_had_seen_is_ever_replaced(
    done: list[tuple[str, str, str]],
) -> None:
    with fresh_folder() as data:
        apps = {"first": Drafts(data), "second": Drafts(data)}
        seen: dict[str, str | None] = {}
        disk: str | None = None
        asides: list[str] = []
        for who, what, text in done:
            if who == "vim":
                write(data, text.encode())
                disk = text
            elif what == "load":
                draft = load(apps[who])
                assert (draft and draft.text) == disk
                seen[who] = disk
            elif disk is None or seen.get(who) != text:
                result = save(apps[who], text)
                if disk not in (None, text, seen.get(who)):
                    asides.append(kept(result).read_text())
                    assert asides[-1] == disk
                disk = seen[who] = text
        if disk is not None:
            contents = [path.read_text() for path in file_of(data).parent.iterdir()]
            assert sorted(contents) == sorted([disk, *asides])
