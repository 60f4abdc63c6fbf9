"""Samples in parallel processes: the same result for any number, and nothing left behind."""

import json
import os
import pathlib
import signal
import subprocess
import time
import unittest

from program import DIGITS, PROGRAM, ProgramTest


def children_of(process):
    """The processes that a process has started."""
    path = pathlib.Path(f"/proc/{process}/task/{process}/children")
    return [int(child) for child in path.read_text().split()]


def is_alive(process):
    try:
        return "\nState:\tZ" not in pathlib.Path(f"/proc/{process}/status").read_text()
    except FileNotFoundError:
        return False


class Jobs(ProgramTest):
    def run_jobs(self, jobs, *arguments, samples=5):
        out = f"out{jobs}"
        result = self.run_digits("--jobs", jobs, *arguments, samples=samples, out=out)
        del result["simulator"]
        result.pop("command", None)
        return result

    def test_the_result_is_the_same_for_any_number(self):
        one = self.run_jobs(1, "--trace")
        self.assertGreater(one["spikes"]["chip"], 0)
        for jobs in (2, 3, 9):
            self.assertEqual(self.run_jobs(jobs, "--trace"), one)
            for name in ("samples.csv", "spikes.csv", "effective.json"):
                self.assertEqual((self.folder / f"out{jobs}" / name).read_text(),
                                 (self.folder / "out1" / name).read_text())

    def test_samples_that_are_one_run_need_one_process(self):
        continued = ("--set", "/between_samples=continue")
        self.assertEqual(self.run_jobs(3, *continued), self.run_jobs(1, *continued))

    def test_a_wrong_number_is_refused(self):
        code, _, error = self.spikeloom("run", DIGITS, "--jobs", 0)
        self.assertEqual(code, 2)
        self.assertIn("--jobs", error)
        code, _, error = self.spikeloom("run", DIGITS, "--jobs", 2, "--packet-trace")
        self.assertEqual(code, 2)
        self.assertEqual(error, "spikeloom: --packet-trace follows one process: leave out --jobs\n")

    def start(self, *arguments):
        process = subprocess.Popen(
            [PROGRAM, "run", str(DIGITS), "--jobs", "2", "--trace", "--out", "out", *arguments],
            cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            start_new_session=True,
        )
        self.addCleanup(process.stderr.close)
        while len(children_of(process.pid)) < 2:
            time.sleep(0.005)
        return process, children_of(process.pid)

    def check_nothing_left(self, children):
        deadline = time.monotonic() + 10
        while any(is_alive(child) for child in children) and time.monotonic() < deadline:
            time.sleep(0.01)
        self.assertFalse([child for child in children if is_alive(child)])
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_a_process_that_dies_is_named(self):
        process, children = self.start()
        os.kill(children[1], signal.SIGKILL)
        error = process.communicate(timeout=60)[1]
        self.assertEqual(process.returncode, 3)
        self.assertEqual(error, "spikeloom: internal error: process 2 of 2 that simulate samples "
                                "was ended by signal 9\n")
        self.check_nothing_left(children)

    def test_an_interruption_ends_all(self):
        for to_all in (True, False):  # as from a terminal, or from another program
            process, children = self.start()
            (os.killpg if to_all else os.kill)(process.pid, signal.SIGINT)
            error = process.communicate(timeout=60)[1]
            self.assertEqual(process.returncode, 128 + signal.SIGINT)
            self.assertEqual(error, "spikeloom: interrupted; nothing was written\n")
            self.check_nothing_left(children)

    def test_children_do_not_outlive_a_killed_program(self):
        process, children = self.start()
        process.kill()
        process.communicate(timeout=60)
        deadline = time.monotonic() + 10
        while any(is_alive(child) for child in children) and time.monotonic() < deadline:
            time.sleep(0.01)
        self.assertFalse([child for child in children if is_alive(child)])


if __name__ == "__main__":
    unittest.main()
