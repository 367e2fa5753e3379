"""Processes that work at once, each at what it is told, and how long all of them took."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from typing import Any

#: the moments between which processes did something, by the clock that all processes share
Span = tuple[float, float]


def lasted(spans: Sequence[Span]) -> float:
    """Seconds from the first beginning to the last end."""
    return max(ended for _, ended in spans) - min(began for began, _ in spans)


def all_do(crew: Sequence[Connection], act: str, *given: Any) -> list[Any]:
    """Let all of them do the same at once; what each answered."""
    for each in crew:
        each.send((act, *given))
    answers = [each.recv() for each in crew]
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
    return answers


def fresh_processes() -> ForkServerContext:
    """Makes processes that begin with nothing but the program: it is loaded once for all of them,
    by a process that does nothing else."""
    fresh = multiprocessing.get_context("forkserver")
    fresh.set_forkserver_preload(["tests.bench.run"])
    return fresh


@contextmanager
def crew_of(count: int, hand: type[Any]) -> Iterator[list[Connection]]:
    """Processes, each with a `hand` that does what they are told, ended in the end."""
    fresh = fresh_processes()
    ends, processes = [], []
    for _ in range(count):
        ours, theirs = fresh.Pipe()
        process = fresh.Process(target=work, args=(theirs, hand), daemon=True)
        process.start()
        ends.append(ours)
        processes.append(process)
    try:
        yield ends
    finally:
        for end in ends:
            end.close()
        for process in processes:
            process.join(30)


def work(orders: Connection, make: type[Any]) -> None:
    """What one of the processes does until nobody gives orders any more."""
    hand = make()
    while True:
        try:
            act, *given = orders.recv()
        except EOFError:
            return
        try:
            orders.send(getattr(hand, act)(*given))
        except Exception as fault:  # noqa: BLE001 - the one who gave the order has to hear of it
            orders.send(RuntimeError(f"{act}: {type(fault).__name__}: {fault}"))


def timed_acts(act: Callable[[int], object], count: int) -> Span:
    """Do it so many times; when that began and when it ended."""
    began = time.monotonic()
    for number in range(count):
        act(number)
    return began, time.monotonic()
