"""A real network on real recordings under four conventions, against counts computed elsewhere.

cnn_sinabs.nir on the 100 recordings of nmnist/test100.txt, 300 steps of 1 ms; what comes later
counts in the last step. The output counts were computed with numpy, in single precision."""

import csv
import json
import os
import pathlib
import sys
import tempfile
import unittest

import h5py
import numpy

from program import SOURCE, ProgramTest

DATA = pathlib.Path(os.environ.get("SPIKELOOM_DATA", SOURCE.parent / "shared" / "data"))
NEEDED = [DATA / "nir" / "cnn_sinabs.nir", DATA / "nmnist" / "test100.txt"]
STEPS, SIDE = 300, 34

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


def recording(name):
    """Steps and input elements of a recording's events: 5 bytes each, x, y, polarity and time."""
    data = numpy.fromfile(DATA / "nmnist" / "test" / f"{name}.bin", numpy.uint8)
    x, y, third, fourth, fifth = data.reshape(-1, 5).astype(int).T
    microseconds = (third & 127) << 16 | fourth << 8 | fifth
    steps = numpy.minimum(microseconds // 1000, STEPS - 1)
    order = numpy.argsort(steps, kind="stable")
    return steps[order], (((third >> 7) * SIDE + y) * SIDE + x)[order]


def write_recordings(path):
    """All recordings as one file; an event lies in the middle of its step."""
    lines = (DATA / "nmnist" / "test100.txt").read_text().splitlines()
    rows = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    with h5py.File(path, "w") as file:
        times = file.create_dataset("spikes/times", (len(rows),), h5py.vlen_dtype("f4"))
        units = file.create_dataset("spikes/units", (len(rows),), h5py.vlen_dtype("u2"))
        file["labels"] = numpy.array([int(label) for _, label in rows])
        for i, (name, _) in enumerate(rows):
            steps, elements = recording(name)
            times[i] = (steps + 0.5) * 1e-3
            units[i] = elements


class Conventions(ProgramTest):
    @classmethod
    def setUpClass(cls):
        missing = [path for path in NEEDED if not path.exists()]
        if missing:
            print(f"skipped for lack of reference data: {missing[0]}", file=sys.stderr)
            raise unittest.SkipTest("no reference data")
        cls.inputs = tempfile.TemporaryDirectory(prefix="spikeloom_nmnist_")
        cls.addClassCleanup(cls.inputs.cleanup)
        cls.events = pathlib.Path(cls.inputs.name) / "nmnist.h5"
        write_recordings(cls.events)

    def golden(self, engine, names):
        """Runs the conventions side by side; gives result.json and the rows of samples.csv."""
        for name in names:
            block = CONVENTIONS[name][0] | {"name": name}
            (self.folder / f"{name}.json").write_text(json.dumps(block))
        (self.folder / "nmnist.json").write_text(json.dumps({
            "name": "N-MNIST", "steps": STEPS, "seed": 1,
            "network": {"nir": str(DATA / "nir" / "cnn_sinabs.nir"), "dt_s": 1e-3,
                        "semantics": CONVENTIONS[names[0]][0]},
            "input": {"format": "shd", "events": str(self.events)},
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
