"""Processes and threads that ask and compare until it is time to stop."""
import concurrent.futures
import multiprocessing
import os
import time

PROCESSES = max(2, os.cpu_count() or 1)
THREADS = 3  # of each process: the server is asked while we think


def share_of(comparisons):
    """Of each process, when all shall make as many, or None."""
    return comparisons and -(-comparisons // PROCESSES)


class Bounds:
    """When to stop; shared by all processes."""

    def __init__(self, seconds, comparisons):
        self.deadline = time.monotonic() + seconds
        self.comparisons = comparisons  # of each process, or None
        self.stopped = multiprocessing.Event()

    def over(self, done):
        return self.stopped.is_set() or time.monotonic() > self.deadline or done >= (self.comparisons or done + 1)


def run(make, found):
    """What as many processes find as there are processors: Python runs one thread at a time. make gives the part of a
    process, by its number: work is called by several threads, then close; found is what it has found."""
    context = multiprocessing.get_context("fork")
    shares = []
    for share in range(PROCESSES):
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=run_share, args=(make, share, there))
        process.start()
        there.close()
        shares.append((process, here))
    for process, here in shares:
        found.add(here.recv())
        process.join()
    return found


def run_share(make, share, out):
    part = make(share)
    with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
        for worker in [pool.submit(part.work) for _ in range(THREADS)]:
            worker.result()
    part.close()
    out.send(part.found)
