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
    beats = 0
    done = threading.Event()

    def beat() -> None:
        nonlocal beats
        while not done.is_set():
            beats += 1
            time.sleep(0.001)

    beside = threading.Thread(target=beat)
    beside.start()
    try:
        # A check that kept the lock would let no beat through, however long it is; how long it takes is another matter.
        for rounds in range(7):
            inputs = INPUTS * 2**rounds
            before = beats
            report = ENGINE.check_many(inputs)
            during = beats - before
            if during > 20:
                break
    finally:
        done.set()
        beside.join()
    assert report.findings and during > 20, during


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
