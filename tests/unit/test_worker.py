"""The background loop: every task at every turn, whatever the others do."""

import logging
from queue import Queue

import pytest

from grants.worker import Worker


def test_tasks_run_in_order_again_and_again() -> None:
    runs: Queue[str] = Queue()
    with Worker([lambda: runs.put("mails"), lambda: runs.put("clocks")], interval_seconds=0.001):
        seen = [runs.get(timeout=5) for _ in range(4)]
    assert seen == ["mails", "clocks", "mails", "clocks"]


def test_a_task_that_fails_is_logged_and_the_next_one_runs(
    caplog: pytest.LogCaptureFixture,
) -> None:
    runs: list[str] = []

    def deliver_mails() -> None:
        raise ConnectionError("panne")

    with caplog.at_level(logging.ERROR, logger="grants.worker"):
        Worker([deliver_mails, lambda: runs.append("clocks")], interval_seconds=60).run_once()
    assert runs == ["clocks"]
    assert [record.getMessage() for record in caplog.records] == ["task deliver_mails failed"]


def test_a_worker_stops_at_once_however_long_its_interval() -> None:
    runs: Queue[str] = Queue()
    worker = Worker([lambda: runs.put("mails")], interval_seconds=3600)
    worker.start()
    runs.get(timeout=5)
    worker.stop(timeout=5)
    assert not worker._thread.is_alive()
