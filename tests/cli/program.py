"""Runs the program in a folder of its own. Used by the tests beside it."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

PROGRAM = os.environ["SPIKELOOM"]
SOURCE = pathlib.Path(os.environ["SPIKELOOM_SOURCE_DIR"])
EXPERIMENTS = SOURCE / "models" / "library" / "experiments"
DIGITS = EXPERIMENTS / "digits.json"


class ProgramTest(unittest.TestCase):
    """Each test has a fresh folder `self.folder`, in which the program runs."""

    def setUp(self):
        self._folder = tempfile.TemporaryDirectory(prefix="spikeloom_cli_")
        self.addCleanup(self._folder.cleanup)
        self.folder = pathlib.Path(self._folder.name)

    def spikeloom(self, *arguments, timeout=300):
        """Runs the program; gives exit code, standard output, standard error."""
        done = subprocess.run(
            [PROGRAM, *map(str, arguments)],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    def run_digits(self, *arguments, samples=2, expect=0, out="out"):
        """Runs a few digits; gives result.json."""
        code, _, error = self.spikeloom(
            "run", DIGITS, "--set", f"/input/samples={samples}", "--out", out, *arguments
        )
        self.assertEqual(code, expect, error)
        return self.result(out)

    def result(self, out="out"):
        return json.loads((self.folder / out / "result.json").read_text())
