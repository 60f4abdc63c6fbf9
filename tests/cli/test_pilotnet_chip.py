#!/usr/bin/env python3
"""PilotNet, 158,509 neurons, on a board of two Loihi-like chips."""

import json
import os
import pathlib
import unittest

from program import SOURCE, ProgramTest

DATA = pathlib.Path(os.environ.get("SPIKELOOM_DATA", SOURCE / ".." / "shared" / "data"))
RECORDED = DATA / "loihi_netx" / "pilotnet_lif"
STEPS = 24
# Layers with neurons, in order; layer k forgets its state before the steps k mod 17.
LAYERS = ["layer/0", "layer/1", "layer/2", "layer/3", "layer/4", "layer/5", "layer/7", "layer/8",
          "layer/9"]
# A pixel's value comes as one packet, which Loihi does not have (docs/chips/loihi.md).
CHANGES = ["--set", "/chip/io/input=graded"]


class PilotNetOnChip(ProgramTest):
    def test_every_spike_is_that_of_the_integers(self):
        if not RECORDED.exists():
            self.skipTest(f"skipped for lack of reference data: {RECORDED}")
        document = {
            "name": "PilotNet on two chips",
            "chip": str(SOURCE / "models" / "library" / "chips" / "loihi_2x1.json"),
            "network": {"netx": str(RECORDED / "network.net"), "dt_s": 1e-3},
            "input": {"format": "images", "events": str(RECORDED / "image.npy"), "axes": "whc",
                      "encoder": "constant"},
            "between_samples": {"period": 17,
                                "offset": {name: k for k, name in enumerate(LAYERS)}},
            "steps": STEPS, "seed": 1}
        (self.folder / "pilotnet.json").write_text(json.dumps(document))
        code, _, error = self.spikeloom("run", "pilotnet.json", "--out", "out", *CHANGES)
        self.assertEqual(code, 0, error)
        result = json.loads((self.folder / "out" / "result.json").read_text())
        self.assertEqual(result["spikes"]["mismatched"], 0)
        self.assertEqual(result["spikes"]["chip"], result["spikes"]["integer"])
        # Those of the recorded layers are the recordings' (test_pilotnet.py).
        spikes = {p["population"]: p["chip"] for p in result["spikes"]["by_population"]}
        self.assertEqual(sum(spikes[name] for name in LAYERS[1:]), 275_436)
        self.assertEqual(result["mapping"]["neurons"], 158_509)
        self.assertGreater(result["mapping"]["convolution_rows"], 0)


if __name__ == "__main__":
    unittest.main()
