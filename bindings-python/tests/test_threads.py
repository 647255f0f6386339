"""Threads: the interpreter's lock is let go, an engine is shared, signals are heard."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

import hullmark

ENGINE = hullmark.Engine()
DOCKERFILE = "FROM debian:latest\n" + "RUN apt-get update && apt-get install -y curl | sh\n" * 60
INPUTS = [(f"{number}/Dockerfile", DOCKERFILE) for number in range(300)]


def test_a_python_thread_goes_on_beside_a_long_check() -> None:
    beats: list[float] = []
    done = threading.Event()

    def beat() -> None:
        while not done.is_set():
            beats.append(time.perf_counter())
            time.sleep(0.001)

    beside = threading.Thread(target=beat)
    beside.start()
    try:
        inputs = list(INPUTS)
        start = time.perf_counter()
        report = ENGINE.check_many(inputs)
        end = time.perf_counter()
    finally:
        done.set()
        beside.join()
    during = [start, *(at for at in beats if start <= at <= end), end]
    longest = max(after - before for before, after in zip(during, during[1:]))
    assert report.findings and end - start > 0.1, "the check is too short to tell"
    assert len(during) > 20 and longest < (end - start) / 2, (len(during), longest, end - start)


def test_ten_threads_share_one_engine() -> None:
    inputs = INPUTS[:20]
    expected = ENGINE.check_many(inputs)
    barrier = threading.Barrier(10)

    def job(_: int) -> list[hullmark.Report]:
        barrier.wait()
        return [ENGINE.check_many(inputs) for _ in range(3)]

    with ThreadPoolExecutor(10) as pool:
        reports = [report for made in pool.map(job, range(10)) for report in made]
    assert len(reports) == 30 and all(report == expected for report in reports)


def test_ten_threads_look_at_one_report() -> None:
    report = ENGINE.check_many(INPUTS[:20])
    barrier = threading.Barrier(10)

    def job(_: int) -> int:
        barrier.wait()
        return sum(len(finding.message) + finding.start.offset for finding in report.findings)

    with ThreadPoolExecutor(10) as pool:
        assert len(set(pool.map(job, range(10)))) == 1


@pytest.fixture
def interrupts() -> Iterator[None]:
    """Interrupts are heard: a program that was started in the background begins with them switched off."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interrupts")
def test_an_interrupt_is_heard() -> None:
    def interrupt() -> None:
        time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGINT)

    beside = threading.Thread(target=interrupt)
    with pytest.raises(KeyboardInterrupt):
        # On a busy machine the signal may come before the check begins; it is never lost.
        beside.start()
        ENGINE.check_many(INPUTS)
    beside.join()


@pytest.mark.usefixtures("interrupts")
def test_an_interrupt_ends_an_endless_iterable() -> None:
    def endless():
        signal.raise_signal(signal.SIGINT)
        while True:
            yield ("Dockerfile", "")

    with pytest.raises(KeyboardInterrupt):
        ENGINE.check_many(endless())
