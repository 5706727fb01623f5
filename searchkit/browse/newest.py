"""Questions that are answered in a thread, one after the other: of those that wait, only the newest."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Generic, TypeVar

from searchkit.errors import SearchkitError

Question = TypeVar("Question")
Answer = TypeVar("Answer")


class Newest(Generic[Question, Answer]):
    """Asks without waiting; only the answer to the last question is shown.

    All methods belong to the event loop's thread; ``work`` alone runs in another.

    Args:
        work: answers a question.
        show: gets the answer, or the error that it failed with.
    """

    def __init__(self, work: Callable[[Question], Answer], show: Callable[[Answer | SearchkitError], None]) -> None:
        self._work = work
        self._show = show
        self._question: Question | None = None
        self._asked = asyncio.Event()

    def ask(self, question: Question) -> None:
        """Ask a question instead of the one before it, wherever that is."""
        self._question = question
        self._asked.set()

    def forget(self) -> None:
        """Show no answer to what was asked before."""
        self._question = None

    @property
    def is_idle(self) -> bool:
        """Whether no answer is to come."""
        return self._question is None

    async def run(self) -> None:
        """Answer questions until cancelled."""
        while True:
            await self._asked.wait()
            self._asked.clear()
            question = self._question
            if question is None:
                continue
            try:
                answer: Answer | SearchkitError = await asyncio.wrap_future(begun(partial(self._work, question)))
            except SearchkitError as error:
                answer = error
            if self._question is question:
                self._question = None
                self._show(answer)


def begun(work: Callable[[], Answer]) -> Future[Answer]:
    """Begin work in a thread that nobody waits for who leaves: another machine may be asked, and not answer."""
    future: Future[Answer] = Future()
    future.set_running_or_notify_cancel()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return future
