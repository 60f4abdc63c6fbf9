"""A run that is killed leaves the earlier result whole, or none."""

import json
import random
import signal
import subprocess
import time
import unittest

from program import DIGITS, PROGRAM, ProgramTest

KILLS = 100
SEED = 1  # of the moments


class Killed(ProgramTest):
    def start(self, samples):
        return subprocess.Popen(
            [PROGRAM, "run", str(DIGITS), "--set", f"/input/samples={samples}", "--out", "out"],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def check_whole(self):
        """The directory is absent, or complete with all files of one run."""
        out = self.folder / "out"
        if not out.exists():
            return False
        names = {path.name for path in out.iterdir()}
        self.assertEqual(
            names, {"chip.svg", "effective.json", "mapping.h5", "report.html", "result.json",
                    "samples.csv"})
        result = json.loads((out / "result.json").read_text())
        effective = json.loads((out / "effective.json").read_text())
        self.assertEqual(result["experiment"], effective)
        return True

    def test_killed_at_random_moments(self):
        begin = time.monotonic()
        self.assertEqual(self.start(2).wait(), 0)
        duration = time.monotonic() - begin
        moments = random.Random(SEED)
        finished = 0
        for kill in range(KILLS):
            # Half of the kills aim at the end, where results are written.
            low = 0.0 if kill % 2 else 0.8
            process = self.start(1 + kill % 2)
            time.sleep(duration * moments.uniform(low, 1.05))
            finished += process.poll() is not None
            process.kill()
            process.wait()
            self.assertTrue(self.check_whole())
        self.assertLess(finished, KILLS, "no run was killed before its end")
        self.assertEqual(self.start(2).wait(), 0)
        self.assertEqual([path.name for path in self.folder.iterdir()], ["out"])

    def test_an_interrupted_run_takes_back_what_it_began(self):
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            process = subprocess.Popen(
                [PROGRAM, "run", str(DIGITS), "--trace", "--out", "out"],
                cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            )
            while not list(self.folder.iterdir()):
                time.sleep(0.01)  # until the trace has been begun
            process.send_signal(name)
            _, error = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 128 + name)
            self.assertEqual(error, "spikeloom: interrupted; nothing was written\n")
            self.assertEqual(list(self.folder.iterdir()), [])

    def test_killed_before_there_is_any_result(self):
        for delay in (0.01, 0.1, 0.2):
            process = self.start(50)
            time.sleep(delay)
            process.kill()
            process.wait()
            self.assertFalse(self.check_whole())


if __name__ == "__main__":
    unittest.main()
