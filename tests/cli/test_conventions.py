"""A real network on real recordings under four conventions, against counts computed elsewhere.

cnn_sinabs.nir on the 100 recordings of nmnist/test100.txt, 300 steps of 1 ms; what comes later
counts in the last step. The output counts were computed with numpy, in single precision."""

import csv
import json
import os
import pathlib
import sys
import unittest

import numpy

from program import SOURCE, ProgramTest

DATA = pathlib.Path(os.environ.get("SPIKELOOM_DATA", SOURCE.parent / "shared" / "data"))
NEEDED = [DATA / "nir" / "cnn_sinabs.nir", DATA / "nmnist" / "test100.txt"]

ONE = {"integrator": "euler", "input_gain": "dt_over_tau", "comparison": "greater",
       "reset": "subtract", "float_width": "single"}
MANY = ONE | {"comparison": "greater_or_equal", "max_spikes_per_step": 2**32 - 1}
# Convention -> its block, and the file of the counts.
CONVENTIONS = {
    "one_zero": (ONE | {"reset": "to_value"}, "single_zero"),
    "one_subtract": (ONE, "single_sub"),
    "many_subtract": (MANY, "multi_sub"),
    "many_bounded": (MANY | {"v_min_thresholds": -1}, "multi_sub_min-1"),
}


class Conventions(ProgramTest):
    @classmethod
    def setUpClass(cls):
        missing = [path for path in NEEDED if not path.exists()]
        if missing:
            print(f"skipped for lack of reference data: {missing[0]}", file=sys.stderr)
            raise unittest.SkipTest("no reference data")

    def golden(self, engine, names):
        """Runs the conventions side by side; gives result.json and the rows of samples.csv."""
        for name in names:
            block = CONVENTIONS[name][0] | {"name": name}
            (self.folder / f"{name}.json").write_text(json.dumps(block))
        (self.folder / "nmnist.json").write_text(json.dumps({
            "name": "N-MNIST", "steps": 300, "seed": 1,
            "network": {"nir": str(DATA / "nir" / "cnn_sinabs.nir"), "dt_s": 1e-3,
                        "semantics": CONVENTIONS[names[0]][0]},
            "input": {"format": "nmnist", "events": str(DATA / "nmnist" / "test"),
                      "list": str(DATA / "nmnist" / "test100.txt"), "late_events": "last_step"},
            "readout": {"population": "12"},
        }))
        options = [word for name in names for word in ("--semantics", f"{name}.json")]
        code, _, error = self.spikeloom(
            "golden", "nmnist.json", "--engine", engine, *options, "--out", engine
        )
        self.assertEqual(code, 0, error)
        with open(self.folder / engine / "samples.csv", newline="", encoding="utf-8") as stream:
            return self.result(engine), list(csv.DictReader(stream))

    def differences(self, rows, name):
        """For each recording, the largest difference of an output count from the reference's."""
        reference = DATA / "nmnist" / "expected_numpy_ref" / f"nm100_{CONVENTIONS[name][1]}.json"
        expected = [row[3:] for row in json.loads(reference.read_text())]
        counts = [[int(row[f"count_{k}"]) for k in range(10)]
                  for row in rows if row["engine"] == name]
        self.assertEqual(numpy.shape(counts), (100, 10))
        self.assertGreater(numpy.sum(expected), 10000)
        return numpy.abs(numpy.array(counts) - numpy.array(expected)).max(axis=1)

    def accuracies(self, result):
        return {run["semantics"]: run["accuracy"] for run in result["runs"]}

    def test_float_gives_the_counts_of_the_reference(self):
        result, rows = self.golden("float", list(CONVENTIONS))
        self.assertEqual(
            self.accuracies(result),
            {"one_zero": 1.0, "one_subtract": 0.98, "many_subtract": 1.0, "many_bounded": 0.96},
        )
        for name in ("one_zero", "one_subtract", "many_subtract"):
            self.assertEqual(self.differences(rows, name).max(), 0, name)
        bounded = self.differences(rows, "many_bounded")  # here the order of summation matters
        self.assertLessEqual((bounded > 0).sum(), 5)
        self.assertLessEqual(bounded.max(), 2)

    def test_eight_bits_cost_at_most_two_points_and_say_where(self):
        names = ["one_zero", "one_subtract"]
        floating = self.accuracies(self.golden("float", names)[0])
        result, _ = self.golden("integer", names)
        for run in result["runs"]:
            self.assertLessEqual(floating[run["semantics"]] - run["accuracy"], 0.02)
            losses = {loss["population"]: loss for loss in run["quantization"]}
            self.assertEqual(list(losses), ["1", "3", "6", "10", "12"])
            for loss in losses.values():
                self.assertGreater(loss["weight_rms_error"], 0)
                self.assertLess(loss["weight_rms_error"], 0.01)


if __name__ == "__main__":
    unittest.main()
