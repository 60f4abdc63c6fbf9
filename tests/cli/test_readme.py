"""What the README prints is what the program prints."""

import re
import unittest

from program import DIGITS, SOURCE, ProgramTest

# Time and memory differ from machine to machine.
VARIES = re.compile(r"^  simulated .*$", re.MULTILINE)


class Readme(ProgramTest):
    def test_the_first_run(self):
        code, out, error = self.spikeloom("run", DIGITS, "--out", "results/digits")
        self.assertEqual((code, error), (0, ""))
        readme = (SOURCE / "README.md").read_text(encoding="utf-8")
        blocks = re.findall(r"^```\w*\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
        self.assertIn(VARIES.sub("", out), [VARIES.sub("", block) for block in blocks])


if __name__ == "__main__":
    unittest.main()
