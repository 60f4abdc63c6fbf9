"""cnn_sinabs.nir under Sinabs' own convention, several spikes a step, on a chip."""

import json
import os
import pathlib
import sys
import unittest

from program import SOURCE, ProgramTest

DATA = pathlib.Path(os.environ.get("SPIKELOOM_DATA", SOURCE.parent / "shared" / "data"))
NEEDED = [DATA / "nir" / "cnn_sinabs.nir", DATA / "nmnist" / "test100.txt"]
CHIP = SOURCE / "models" / "library" / "chips" / "mesh10x10.json"
SAMPLES, STEPS = 2, 60


class SeveralSpikes(ProgramTest):
    @classmethod
    def setUpClass(cls):
        missing = [path for path in NEEDED if not path.exists()]
        if missing:
            print(f"skipped for lack of reference data: {missing[0]}", file=sys.stderr)
            raise unittest.SkipTest("no reference data")

    def run_chip(self, most, packets):
        (self.folder / "nmnist.json").write_text(json.dumps({
            "name": "N-MNIST", "steps": STEPS, "seed": 1, "chip": str(CHIP),
            "network": {"nir": str(DATA / "nir" / "cnn_sinabs.nir"), "dt_s": 5e-3,
                        "semantics": "sinabs"},
            "input": {"format": "nmnist", "events": str(DATA / "nmnist" / "test"),
                      "list": str(DATA / "nmnist" / "test100.txt"), "late_events": "last_step",
                      "samples": SAMPLES},
            "quantization": {"weight_bits": 8},
            "mapping": {"partitioner": "sequential", "placer": "row_major"},
            "readout": {"population": "12"},
        }))
        return self.spikeloom("run", "nmnist.json", "--out", "out",
                              "--set", f"/chip/core/max_spikes_per_step={most}",
                              "--set", f"/chip/core/spike_packets={packets}")

    def test_the_chip_does_what_golden_integer_does_however_it_sends_the_spikes(self):
        packets, held_back = {}, {}
        for most, way in ((255, "one_each"), (255, "graded"), (2, "graded")):
            code, _, error = self.run_chip(most, way)
            self.assertEqual(code, 0, error)
            result = self.result()
            self.assertEqual(result["spikes"]["mismatched"], 0)
            self.assertEqual(result["spikes"]["chip"], result["spikes"]["integer"])
            self.assertGreater(result["spikes"]["chip"], 20000)
            self.assertEqual(result["accuracy"]["chip"], result["accuracy"]["integer"])
            packets[most, way] = result["traffic"]["packets"]
            held_back[most, way] = result["overflows"]["spikes"]
        self.assertLess(packets[255, "graded"], packets[255, "one_each"])
        self.assertEqual(held_back[255, "graded"], 0)
        self.assertGreater(held_back[2, "graded"], 0)

    def test_a_chip_whose_neurons_fire_once_refuses_the_convention(self):
        code, _, error = self.run_chip(1, "one_each")
        self.assertEqual(code, 2)
        self.assertTrue(error.endswith(
            "cnn_sinabs.nir#1: semantics \"sinabs\" asks for several spikes a step, but a neuron "
            "of the chip fires one (core.max_spikes_per_step)\n"), error)


if __name__ == "__main__":
    unittest.main()
