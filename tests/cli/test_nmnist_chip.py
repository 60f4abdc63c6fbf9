#!/usr/bin/env python3
"""A convolutional network on a shipped chip, on recorded events."""

import json
import os
import pathlib
import unittest

from program import SOURCE, ProgramTest

DATA = pathlib.Path(os.environ.get("SPIKELOOM_DATA", SOURCE / ".." / "shared" / "data"))
NETWORK = DATA / "nir" / "cnn_sinabs.nir"
EVENTS = DATA / "nmnist"
SAMPLES = 10


class NmnistOnChip(ProgramTest):
    def run_program(self):
        document = {
            "name": "N-MNIST on a Loihi-like chip",
            "chip": str(SOURCE / "models" / "library" / "chips" / "loihi.json"),
            "network": {"nir": str(NETWORK), "semantics": "sinabs", "dt_s": 1e-3},
            "input": {"format": "nmnist", "list": str(EVENTS / "test100.txt"),
                      "samples": SAMPLES},
            "readout": {"population": "7", "by": "count"},
            "between_samples": "reset", "steps": 300, "seed": 1}
        (self.folder / "nmnist.json").write_text(json.dumps(document))
        code, _, error = self.spikeloom("run", "nmnist.json", "--out", "out")
        self.assertEqual(code, 0, error)
        return json.loads((self.folder / "out" / "result.json").read_text())

    def test_the_chip_classifies_recordings_as_the_integer_engine_does(self):
        if not NETWORK.exists() or not EVENTS.exists():
            self.skipTest(f"skipped for lack of reference data: {NETWORK}")
        result = self.run_program()
        self.assertEqual(result["cosim"]["mismatches"], 0)
        self.assertEqual(result["accuracy"]["chip"], result["accuracy"]["integer"])
        self.assertGreaterEqual(result["accuracy"]["chip"], 0.9)
        self.assertGreater(result["mapping"]["convolution_rows"], 0)


if __name__ == "__main__":
    unittest.main()
