"""Work in threads beside: all of it is done, the first failure ends it, and nothing is begun after that."""

from __future__ import annotations

import threading

import pytest

from nqpf_assets.warehouse.side_threads import aside, at_once


@pytest.mark.parametrize("n_threads", [1, 3, 50])
def test_every_item_is_done_once(n_threads: int) -> None:
    assert sorted(at_once(lambda n: n * n, range(20), n_threads)) == [n * n for n in range(20)]
    assert [*at_once(lambda n: n, [], n_threads)] == []


def test_two_are_at_work_together() -> None:
    meeting = threading.Barrier(2, timeout=20)
    assert len([*at_once(lambda _: meeting.wait(), range(2), 2)]) == 2


def test_a_failure_is_raised_and_nothing_is_begun_after_it() -> None:
    begun: list[int] = []

    def work(n: int) -> int:
        begun.append(n)
        if n == 2:
            raise ValueError("two")
        return n

    with pytest.raises(ValueError, match="two"):
        [*at_once(work, range(1000), 1)]
    assert begun == [0, 1, 2]


def test_aside_gives_and_raises_what_the_work_does() -> None:
    assert aside(lambda: threading.current_thread().daemon) is True
    with pytest.raises(SystemExit):
        aside(lambda: exit(3))
