"""A program is not charged for the import of a slow library, and cannot make much of that."""

from __future__ import annotations

from tutor.client.import_allowance import MAX_SECONDS, ImportAllowance


class Deadline:
    """A clock that a test moves, and the seconds that were added to a deadline."""

    def __init__(self) -> None:
        self.now = 100.0
        self.added = 0.0
        self.allowance = ImportAllowance(self.add, lambda: self.now)

    def add(self, seconds: float) -> None:
        self.added += seconds

    def load(self, seconds: float) -> None:
        self.allowance.begin()
        self.now += seconds
        self.allowance.end()


def test_the_deadline_moves_by_the_time_of_the_import() -> None:
    run = Deadline()
    run.load(2.5)
    run.now += 60
    assert (run.added, run.allowance.seconds) == (2.5, 2.5)
    run.load(1.5)
    assert (run.added, run.allowance.seconds) == (4.0, 4.0)


def test_while_it_lasts_there_is_all_that_is_left() -> None:
    run = Deadline()
    run.load(10.0)
    run.allowance.begin()
    assert run.added == MAX_SECONDS
    run.now += 5
    assert run.allowance.seconds == 15.0


def test_a_program_that_says_it_for_ever_gets_no_more() -> None:
    run = Deadline()
    for _ in range(50):
        run.load(7.0)
    assert (run.added, run.allowance.seconds) == (MAX_SECONDS, MAX_SECONDS)


def test_an_end_without_a_begin_and_a_second_begin_change_nothing() -> None:
    run = Deadline()
    run.allowance.end()
    assert (run.added, run.allowance.seconds) == (0.0, 0.0)
    run.allowance.begin()
    run.allowance.begin()
    assert run.added == MAX_SECONDS
