#!/usr/bin/env python3
"""netx networks and state between samples, as a user runs them."""

import csv
import json
import sys
import unittest

import h5py
import numpy
from program import SOURCE, ProgramTest

sys.path.insert(0, str(SOURCE / "tests"))
import netx_files  # noqa: E402


def write_shd(path, samples):
    """`samples`: for each a list of (seconds, unit)."""
    with h5py.File(path, "w") as file:
        for name, kind, column in (("times", numpy.float32, 0), ("units", numpy.int32, 1)):
            rows = file.create_dataset(f"spikes/{name}", (len(samples),), h5py.vlen_dtype(kind))
            for i, events in enumerate(samples):
                rows[i] = numpy.array([event[column] for event in events], kind)


class Netx(ProgramTest):
    def experiment(self, **changes):
        """One neuron that keeps 3/4 of v and spikes above 25; six spikes drive it."""
        with h5py.File(self.folder / "network.net", "w") as file:
            netx_files.write_layer(file.create_group("layer/0"), "dense", [1],
                                   weight=numpy.array([[10]]),
                                   neuron=netx_files.cuba(4096, 1024, 25))
        document = {"name": "netx", "network": {"netx": "network.net", "dt_s": 1e-3},
                    "input": {"format": "shd", "events": "events.h5"}, "steps": 6, "seed": 1,
                    **changes}
        path = self.folder / "netx.json"
        path.write_text(json.dumps(document))
        return path

    def spikes(self, experiment, *arguments):
        code, _, error = self.spikeloom("golden", experiment, "--engine", "integer", "--trace",
                                        "--out", "out", *arguments)
        self.assertEqual(code, 0, error)
        with open(self.folder / "out" / "spikes.csv", newline="", encoding="utf-8") as file:
            return [(int(row["sample"]), int(row["step"])) for row in csv.DictReader(file)
                    if row["population"] == "layer/0"]

    def two_samples(self):
        events = [[(t * 1e-3 + 5e-4, 0) for t in steps] for steps in ([3, 4, 5], [0, 1, 2])]
        write_shd(self.folder / "events.h5", events)

    def test_state_and_spikes_on_their_way_continue_across_samples(self):
        self.two_samples()
        # Input of steps 3, 4, 5 | 0, 1, 2 arrives a step later; three in a row are 23, four 27.
        self.assertEqual(self.spikes(self.experiment()), [])
        self.assertEqual(self.spikes(self.experiment(between_samples="continue")), [(1, 1)])

    def test_continued_samples_are_one_long_run_cut(self):
        self.two_samples()
        cut = self.spikes(self.experiment(between_samples="continue"))
        write_shd(self.folder / "events.h5", [[(t * 1e-3 + 5e-4, 0) for t in range(3, 9)]])
        whole = self.spikes(self.experiment(steps=12))
        self.assertEqual([(0, 6 * sample + step) for sample, step in cut], whole)

    def test_periodic_resets_forget_what_came_before(self):
        self.two_samples()
        # A reset before step 6 of the long run leaves four inputs, one before 7 three.
        for offset, expected in ((0, [(1, 3)]), (1, []), (2, [(1, 1)])):
            resets = {"period": 6, "offset": {"layer/0": offset}}
            self.assertEqual(self.spikes(self.experiment(between_samples=resets)), expected, offset)

    def test_a_name_of_no_population_is_refused(self):
        self.two_samples()
        resets = {"period": 6, "offset": {"layer/1": 0}}
        code, _, error = self.spikeloom("check", self.experiment(between_samples=resets))
        self.assertEqual(code, 2)
        self.assertIn("#/between_samples/offset/layer~11: is no population with state; "
                      "the network has layer/0\n", error)

    def test_a_chip_continues_and_resets_its_neurons_as_the_golden_model_does(self):
        self.two_samples()
        chip = str(SOURCE / "models" / "library" / "chips" / "mesh8x8.json")
        counts = []
        for between in ("continue", {"period": 2, "offset": {"layer/0": 0}}):
            path = self.experiment(chip=chip, between_samples=between)
            code, _, error = self.spikeloom("run", path, "--out", "out")
            self.assertEqual(code, 0, error)
            spikes = self.result()["spikes"]
            self.assertEqual(spikes["mismatched"], 0)
            self.assertEqual(spikes["chip"], spikes["integer"])
            counts.append(spikes["chip"])
        self.assertEqual(counts, [1, 0], "four inputs in a row are one spike, unless v is reset")

    def test_a_mapping_with_other_resets_is_refused(self):
        self.two_samples()
        chip = str(SOURCE / "models" / "library" / "chips" / "mesh8x8.json")
        path = self.experiment(chip=chip, between_samples="continue")
        code, _, error = self.spikeloom("run", path, "--out", "out")
        self.assertEqual(code, 0, error)
        path = self.experiment(chip=chip, mapping={"file": "out/mapping.h5"},
                               between_samples={"period": 2, "offset": {"layer/0": 0}})
        code, _, error = self.spikeloom("run", path)
        self.assertEqual(code, 2)
        self.assertTrue(error.endswith(
            "mapping.h5#/cores/0/identity: local neuron 0 is reset in other steps than its "
            "population\n"), error)

    def test_the_float_engine_refuses_integers(self):
        self.two_samples()
        code, _, error = self.spikeloom("golden", self.experiment())
        self.assertEqual(code, 2)
        self.assertTrue(error.endswith("netx.json#/network/netx: a netx network is integer: run it "
                                       "with --engine integer\n"), error)

    def test_a_netx_file_is_checked_by_itself(self):
        self.experiment()
        code, output, error = self.spikeloom("check", "network.net")
        self.assertEqual((code, output), (0, "network.net: valid, a network\n"), error)
        with h5py.File(self.folder / "network.net", "a") as file:
            del file["layer/0/weight"]
        code, _, error = self.spikeloom("check", "network.net")
        self.assertEqual(code, 2)
        self.assertEqual(
            error, "spikeloom: network.net#/layer/0/weight: required field is missing\n")


if __name__ == "__main__":
    unittest.main()
