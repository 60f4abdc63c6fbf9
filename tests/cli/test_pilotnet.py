#!/usr/bin/env python3
"""PilotNet from its image through the program, against what was recorded of it."""

import csv
import json
import os
import pathlib
import unittest

import h5py
import numpy
from program import SOURCE, ProgramTest

DATA = pathlib.Path(os.environ.get("SPIKELOOM_DATA", SOURCE / ".." / "shared" / "data"))
RECORDED = DATA / "loihi_netx" / "pilotnet_lif"
STEPS = 24
# Layers with neurons, in order; layer k forgets its state before the steps k mod 17.
NAMES = {"layer/0": "input", "layer/1": "conv-0", "layer/2": "conv-1", "layer/3": "conv-2",
         "layer/4": "conv-3", "layer/5": "conv-4", "layer/7": "fc-0", "layer/8": "fc-1",
         "layer/9": "fc-2"}
WITH_STATES = ["layer/3", "layer/4", "layer/5", "layer/7", "layer/8", "layer/9"]
READS_ON_SPIKE = 128  # the v register in a step with a spike, which acts as 0


def recording(name):
    """As (step, neuron), neurons by channel, row, column; files are (column, row, channel, step)."""
    return numpy.load(RECORDED / f"{name}.npy").T.reshape(STEPS, -1)


class PilotNet(ProgramTest):
    def run_program(self):
        document = {
            "name": "PilotNet",
            "network": {"netx": str(RECORDED / "network.net"), "dt_s": 1e-3},
            "input": {"format": "images", "events": str(RECORDED / "image.npy"), "axes": "whc",
                      "encoder": "constant"},
            "between_samples": {"period": 17,
                                "offset": {name: k for k, name in enumerate(NAMES)}},
            "steps": STEPS, "seed": 1}
        (self.folder / "pilotnet.json").write_text(json.dumps(document))
        code, _, error = self.spikeloom("golden", "pilotnet.json", "--engine", "integer",
                                        "--trace", "--out", "out")
        self.assertEqual(code, 0, error)

    def rasters(self):
        rasters = {name: numpy.zeros(recording(recorded).shape, bool)
                   for name, recorded in NAMES.items()}
        with open(self.folder / "out" / "spikes.csv", newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                rasters[row["population"]][int(row["step"]), int(row["neuron"])] = True
        return rasters

    def test_every_spike_and_state_from_the_image_on_is_as_recorded(self):
        if not RECORDED.exists():
            self.skipTest(f"skipped for lack of reference data: {RECORDED}")
        self.run_program()
        rasters = self.rasters()
        compared = 0
        for name, recorded in NAMES.items():
            self.assertEqual((rasters[name] != recording(recorded)).sum(), 0, recorded)
            compared += rasters[name].size if name != "layer/0" else 0
        self.assertEqual(compared, 2_853_792)
        self.assertEqual(sum(r.sum() for n, r in rasters.items() if n != "layer/0"), 275_436)
        with h5py.File(self.folder / "out" / "state.h5") as states:
            run = states[list(states)[0]]["0"]
            for name in WITH_STATES:
                population = run[name.replace("/", ".")]
                read = numpy.where(rasters[name], READS_ON_SPIKE, population["v"])
                self.assertEqual((population["u"][()] != recording(NAMES[name] + "-u")).sum(), 0)
                self.assertEqual((read != recording(NAMES[name] + "-v")).sum(), 0, name)


if __name__ == "__main__":
    unittest.main()
