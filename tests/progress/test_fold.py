"""Progress holds whatever happened to the files it is folded from."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.examples import fresh_folder
from tutor.course.help_levels import HELP_LEVELS, Help
from tutor.progress.entries import (
    AnswerJudged,
    Entry,
    HintShown,
    PlaceKept,
    QuizAnswered,
    QuizShuffled,
    SolutionShown,
    StartedClean,
    StepOpened,
    StepRead,
)
from tutor.progress.fold import Place, Progress, add_entries, fold, read_progress
from tutor.progress.journal import Journal

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def clock(start: datetime = NOON) -> Callable[[], datetime]:
    """A second later each time it is asked."""
    seconds = iter(range(1_000_000))
    return lambda: start + timedelta(seconds=next(seconds))


def keep(data: Path, entries: Iterable[Entry], now: Callable[[], datetime] | None = None) -> None:
    journal = Journal(data, now=now or clock())
    for entry in entries:
        journal.record(entry)
    journal.close()
    assert journal.problem == ""


def journal_file(data: Path) -> Path:
    (file,) = (data / "journal").iterdir()
    return file


steps = st.sampled_from(["sigmoid", "softmax", "truths"])
verdicts = st.sampled_from(["accept", "accept-with-note", "reject", "not-attempted", "tutor-fault"])
numbers = st.integers(0, 5)
kinds_of_entry: list[st.SearchStrategy[Entry]] = [
    st.builds(StepOpened, steps),
    st.builds(StepRead, steps),
    st.builds(PlaceKept, steps, st.just("editor"), numbers, numbers, numbers),
    st.builds(AnswerJudged, steps, verdicts),
    st.builds(QuizAnswered, steps, verdicts, st.dictionaries(numbers, st.booleans()), st.text()),
    st.builds(QuizShuffled, steps, numbers),
    st.builds(HintShown, steps, numbers, numbers),
    st.builds(SolutionShown, steps, st.sampled_from(HELP_LEVELS), numbers),
    st.builds(StartedClean, steps),
]
some_entries = st.lists(st.one_of(kinds_of_entry), max_size=12)


def test_nothing_kept_is_no_progress_and_no_problem(tmp_path: Path) -> None:
    assert read_progress(tmp_path / "none") == (Progress(), ())
    (tmp_path / "journal").mkdir()
    assert read_progress(tmp_path) == (Progress(), ())


def test_what_each_entry_means(tmp_path: Path) -> None:
    keep(
        tmp_path,
        [
            StepOpened("intro"),
            StepRead("intro"),
            StepOpened("truths"),
            QuizAnswered("truths", "reject", {0: True}),
            QuizAnswered("truths", "accept", {0: False}),
            QuizShuffled("truths", 1),
            QuizShuffled("truths", 2),
            AnswerJudged("sigmoid", "not-attempted"),
            AnswerJudged("sigmoid", "tutor-fault"),
            AnswerJudged("sigmoid", "reject", "wrong-dim"),
            HintShown("sigmoid", 2),
            HintShown("sigmoid", 1),
            AnswerJudged("sigmoid", "accept-with-note", "implicit-dim"),
            AnswerJudged("sigmoid", "reject"),
            AnswerJudged("softmax", "reject"),
            PlaceKept("sigmoid", "task", 0, 0, 4),
            PlaceKept("softmax", "editor", 3, 7, 1),
        ],
    )
    progress, problems = read_progress(tmp_path)
    assert problems == ()
    assert progress.done == {"intro", "truths", "sigmoid"}
    assert progress.opened == {"intro", "truths"}
    assert progress.attempts == {"truths": 2, "sigmoid": 3, "softmax": 1}
    assert progress.hints == {"sigmoid": 2}
    assert progress.verdicts == {"truths": "accept", "sigmoid": "reject", "softmax": "reject"}
    assert progress.quiz["truths"].judged == {0: False}
    assert progress.shuffled == {"truths": 2}
    assert progress.place == Place("softmax", "editor", 3, 7, 1)


@pytest.mark.parametrize(
    ("shown", "order"),
    [
        ([(1, 3), (2, 1), (3, 2)], (3, 1, 2)),
        ([(1, 0), (2, 0)], (1, 2)),  # of a version that knew no other order
        ([(1, 3), (2, 0), (3, 0)], (3, 1, 2)),
        ([(1, 2), (1, 2), (2, 2)], (2, 1)),
        ([(1, 2), (1, 3)], (2,)),
        ([(3, 2)], (2, 1, 3)),
        ([(10**12, 0)], tuple(range(1, 1001))),
        ([(0, 2)], ()),
    ],
)
def test_hints_keep_the_order_in_which_they_were_shown(
    shown: list[tuple[int, int]], order: tuple[int, ...]
) -> None:
    progress = fold([HintShown("sigmoid", count, number) for count, number in shown])
    assert progress.hint_numbers == {"sigmoid": order}
    assert progress.hints == {"sigmoid": len(order)}


def test_coming_to_the_step_where_one_is_moves_nothing() -> None:
    kept = PlaceKept("sigmoid", "editor", 3, 7, 1)
    assert fold([kept, StepOpened("sigmoid")]).place == Place("sigmoid", "editor", 3, 7, 1)
    assert fold([kept, StepOpened("softmax")]).place == Place("softmax", "", 0, 0, 0)


LOOKED = SolutionShown("sigmoid", "words", 3)
RIGHT = AnswerJudged("sigmoid", "accept")
CLEAN = StartedClean("sigmoid")


@pytest.mark.parametrize(
    ("entries", "helped"),
    [
        ([LOOKED, RIGHT], True),
        ([LOOKED, AnswerJudged("sigmoid", "reject")], False),
        ([LOOKED, CLEAN, RIGHT], False),
        ([RIGHT, LOOKED, RIGHT], False),
        ([LOOKED, RIGHT, RIGHT], True),
        ([LOOKED, RIGHT, CLEAN], True),
        ([LOOKED, RIGHT, CLEAN, RIGHT], False),
    ],
)
def test_a_step_was_done_with_help_until_it_is_done_without(
    entries: list[Entry], helped: bool
) -> None:
    progress = fold(entries)
    assert ("sigmoid" in progress.helped) == helped
    assert progress.done == ({"sigmoid"} if RIGHT in entries else set())


def test_how_much_of_a_solution_is_in_sight() -> None:
    assert fold([LOOKED]).solutions == {"sigmoid": Help("words", 3)}
    assert fold([LOOKED, SolutionShown("sigmoid", "whole")]).solutions == {"sigmoid": Help("whole")}
    assert fold([LOOKED, CLEAN]).solutions == {}


@given(some_entries)
def test_what_was_recorded_is_what_is_folded(entries: list[Entry]) -> None:
    with fresh_folder() as data:
        keep(data, entries)
        progress, problems = read_progress(data)
        assert problems == ()
        assert _bare(progress) == _bare(fold(entries))


@given(some_entries)
def test_one_entry_at_a_time_makes_the_same_progress(entries: list[Entry]) -> None:
    progress = Progress()
    for entry in entries:
        before = msgspec.json.encode(progress.attempts)
        after = add_entries(progress, (entry,))
        assert msgspec.json.encode(progress.attempts) == before
        progress = after
    assert progress == fold(entries)


def _bare(progress: Progress) -> Progress:
    """Without the stamps that the journal gave to the quiz answers."""
    quiz = {
        step: QuizAnswered(answer.step, answer.verdict, answer.judged, answer.text)
        for step, answer in progress.quiz.items()
    }
    return msgspec.structs.replace(progress, quiz=quiz)


@given(some_entries, st.binary(max_size=120))
def test_any_bytes_at_the_end_leave_what_was_kept(entries: list[Entry], tail: bytes) -> None:
    with fresh_folder() as data:
        keep(data, [StepOpened("sigmoid"), *entries])
        before, _ = read_progress(data)
        with journal_file(data).open("ab") as file:
            file.write(tail)
        assert read_progress(data)[0] == before


@given(some_entries, st.data())
def test_a_file_cut_anywhere_gives_the_whole_lines(
    entries: list[Entry], draws: st.DataObject
) -> None:
    with fresh_folder() as data:
        keep(data, [StepOpened("sigmoid"), *entries])
        file = journal_file(data)
        content = file.read_bytes()
        cut = draws.draw(st.integers(0, len(content)))
        os.truncate(file, cut)
        whole = content[:cut].count(b"\n") + (content[cut : cut + 1] == b"\n")
        progress, problems = read_progress(data)
        assert _bare(progress) == _bare(fold([StepOpened("sigmoid"), *entries][:whole]))
        assert problems == ()


@given(st.lists(st.tuples(st.booleans(), st.one_of(kinds_of_entry)), max_size=16))
def test_two_apps_at_once_make_the_progress_of_one(turns: list[tuple[bool, Entry]]) -> None:
    with fresh_folder() as both, fresh_folder() as single:
        now = clock()
        first, second = Journal(both, now=now), Journal(both, now=now)
        for is_first, entry in turns:
            (first if is_first else second).record(entry)
        first.close()
        second.close()
        keep(single, (entry for _, entry in turns))
        assert _bare(read_progress(both)[0]) == _bare(read_progress(single)[0])


@given(st.lists(some_entries, max_size=4), st.randoms(use_true_random=False))
def test_the_names_of_files_and_their_order_do_not_count(
    sessions: list[list[Entry]], random: Random
) -> None:
    with fresh_folder() as data, fresh_folder() as renamed:
        for number, entries in enumerate(sessions):
            keep(data, entries, clock(NOON + timedelta(hours=number)))
        (renamed / "journal").mkdir()
        files = sorted((data / "journal").glob("*")) if sessions else []
        random.shuffle(files)
        for number, file in enumerate(files):
            shutil.copy(file, renamed / "journal" / f"{number}.jsonl")
        assert read_progress(renamed) == read_progress(data)


def test_a_journal_copied_from_another_machine_counts_too(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    keep(here, [StepRead("intro")])
    keep(there, [AnswerJudged("sigmoid", "accept")], clock(NOON + timedelta(days=1)))
    for _ in range(2):  # copying again changes nothing
        shutil.copy(journal_file(there), here / "journal")
        progress, problems = read_progress(here)
        assert progress.done == {"intro", "sigmoid"}
        assert progress.attempts == {"sigmoid": 1}
        assert problems == ()


def append(data: Path, *lines: bytes) -> Path:
    file = journal_file(data)
    with file.open("ab") as stream:
        stream.writelines(line + b"\n" for line in lines)
    return file


def test_kinds_of_a_later_version_are_passed_over(tmp_path: Path) -> None:
    keep(tmp_path, [StepRead("intro")])
    append(tmp_path, b'{"kind":"card-reviewed","card":"x","v":1,"at":"2026-03-01T12:00:05Z"}')
    append(tmp_path, b'{"kind":"step-read","step":"b","mood":"fine","at":"2026-03-01T12:00:05Z"}')
    progress, problems = read_progress(tmp_path)
    assert progress.done == {"intro", "b"}
    assert problems == ()


def test_lines_of_a_newer_version_are_left_out_and_told(tmp_path: Path) -> None:
    keep(tmp_path, [StepRead("intro")])
    file = append(
        tmp_path,
        b'{"kind":"step-read","step":"b","v":2,"at":"2026-03-01T12:00:05Z"}',
        b'{"kind":"step-read","id":7,"v":3}',
    )
    progress, problems = read_progress(tmp_path)
    assert progress.done == {"intro"}
    assert problems == (
        f"{file} has 2 lines from a newer nntutor, which this one leaves out. "
        "Update nntutor to see all your progress.",
    )


@pytest.mark.parametrize(
    "line",
    [
        b"garbage",
        b"[1, 2]",
        b'"text"',
        b"\xff\xfe",
        b'{"kind":"step-read"}',
        b'{"kind":"step-read","step":"\xff"}',
        b'{"kind":"answer-judged","step":"a","verdict":"perhaps"}',
        b'{"kind":"step-read","step":"a","at":"yesterday"}',
        b'{"kind":"step-read","step":"a","at":"2026-03-01T12:00:00"}',
        b"[" * 100_000,
        b'{"step":' * 50_000,
    ],
    ids=range(11),
)
def test_lines_that_cannot_be_read_are_told_and_passed_over(tmp_path: Path, line: bytes) -> None:
    keep(tmp_path, [StepRead("intro")])
    file = append(tmp_path, line)
    keep(tmp_path, [StepRead("end")])
    progress, problems = read_progress(tmp_path)
    assert progress.done == {"intro", "end"}
    assert problems == (f"{file} has 1 line that cannot be read. The rest counts.",)


def test_what_a_power_cut_leaves_is_no_problem(tmp_path: Path) -> None:
    keep(tmp_path, [StepRead("intro")])
    append(tmp_path, b"\0" * 4096, b'{"kind":"step-read","step":"b","v":1,"at":"2026-03')
    progress, problems = read_progress(tmp_path)
    assert progress.done == {"intro"}
    assert problems == ()


def test_nul_bytes_before_a_line_spoil_nothing(tmp_path: Path) -> None:
    keep(tmp_path, [StepRead("intro")])
    append(tmp_path, b'\0\0{"kind":"step-read","step":"b"}', b'{"kind":"step-read","step":"c"}')
    progress, problems = read_progress(tmp_path)
    assert progress.done == {"intro", "b", "c"}
    assert problems == ()


def test_what_is_no_journal_is_told_or_ignored(tmp_path: Path) -> None:
    keep(tmp_path, [StepRead("intro")])
    folder = tmp_path / "journal"
    (folder / "notes.txt").write_text("hello")
    (folder / "a.jsonl").mkdir()
    os.mkfifo(folder / "b.jsonl")
    (folder / "c.jsonl").symlink_to("nowhere")
    progress, problems = read_progress(tmp_path)
    assert progress.done == {"intro"}
    assert [problem.split(": ")[1] for problem in problems] == [
        "Is a directory. The other files count.",
        "Not a regular file. The other files count.",
        "No such file or directory. The other files count.",
    ]


def test_a_file_in_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "journal").write_text("")
    assert read_progress(tmp_path) == (
        Progress(),
        (
            f"{tmp_path / 'journal'} cannot be read: Not a directory. "
            "Earlier progress is not shown.",
        ),
    )


def test_renamed_steps_keep_their_ticks(tmp_path: Path) -> None:
    keep(
        tmp_path,
        [
            AnswerJudged("old", "reject"),
            AnswerJudged("newer", "accept"),
            HintShown("old", 1),
            PlaceKept("old", "editor", 0, 0, 0),
            AnswerJudged("newest", "reject"),
            StepRead("gone"),
        ],
    )
    progress, _ = read_progress(tmp_path, {"old": "newer", "newer": "newest"})
    assert progress.done == {"newest", "gone"}
    assert progress.attempts == {"newest": 3}
    assert progress.hints == {"newest": 1}
    assert progress.place == Place("newest", "editor", 0, 0, 0)


def test_renames_in_a_circle_end() -> None:
    entries: list[Entry] = [StepRead("a"), StepRead("x")]
    assert fold(entries, {"a": "b", "b": "a", "x": "x"}).done == {"b", "x"}
