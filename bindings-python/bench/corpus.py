"""Times `check_many` over the files below folders: `python corpus.py FOLDER...` prints one line of JSON.

Seconds: `whole` is from nothing to the last finding read (engine, reading the files, the check, every message), `memory`
the same with the texts in memory already. `beats` counts how often a Python thread beside the check got to run, and
`longest_pause` is the longest time it had to wait.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path

import hullmark


def paths_below(folders: list[str]) -> list[str]:
    found = [os.path.join(at, name) for folder in folders for at, _, names in os.walk(folder) for name in names]
    return sorted(found)


def read(paths: list[str]) -> list[tuple[str, bytes]]:
    return [(path, Path(path).read_bytes()) for path in paths]


def check(inputs: list[tuple[str, bytes]]) -> tuple[int, int]:
    report = hullmark.check_many(inputs, set_complete=True)
    return len(report.findings), sum(len(finding.message) for finding in report.findings)


def main(folders: list[str]) -> None:
    paths = paths_below(folders)
    start = time.perf_counter()
    inputs = read(paths)
    findings, _ = check(inputs)
    whole = time.perf_counter() - start

    start = time.perf_counter()
    check(inputs)
    memory = time.perf_counter() - start

    beats: list[float] = []
    done = threading.Event()

    def beat() -> None:
        while not done.is_set():
            beats.append(time.perf_counter())
            time.sleep(0.001)

    beside = threading.Thread(target=beat)
    beside.start()
    engine = hullmark.Engine(set_complete=True)
    start = time.perf_counter()
    engine.check_many(inputs)
    end = time.perf_counter()
    done.set()
    beside.join()
    during = [start, *(at for at in beats if start <= at <= end), end]
    longest = max(after - before for before, after in zip(during, during[1:]))
    made = {"whole": whole, "memory": memory, "findings": findings, "files": len(paths)}
    print(json.dumps(made | {"beats": len(during) - 2, "check": end - start, "longest_pause": longest}))


if __name__ == "__main__":
    main(sys.argv[1:])
