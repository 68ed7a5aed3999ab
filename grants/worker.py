"""The background loop of `grants serve`: mails and clocks, again and again."""

import logging
from collections.abc import Callable, Sequence
from threading import Event, Thread
from types import TracebackType
from typing import Self

logger = logging.getLogger(__name__)


class Worker:
    """Runs its tasks in order, in one thread, every `interval_seconds` until stopped.

    A task that fails is logged and tried again at the next turn; the others go on. The thread
    never holds up the end of the process: tasks bear being killed at any point.
    """

    def __init__(self, tasks: Sequence[Callable[[], object]], interval_seconds: float) -> None:
        self._tasks = tasks
        self._interval = interval_seconds
        self._stopping = Event()
        self._thread = Thread(target=self._loop, name="grants-worker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: float = 15.0) -> None:
        """Ask for the end and wait for the task under way, `timeout` seconds at most."""
        self._stopping.set()
        self._thread.join(timeout)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def run_once(self) -> None:
        for task in self._tasks:
            if self._stopping.is_set():
                return
            try:
                task()
            except Exception:
                logger.exception("task %s failed", getattr(task, "__name__", task))

    def _loop(self) -> None:
        while not self._stopping.is_set():
            self.run_once()
            self._stopping.wait(self._interval)
