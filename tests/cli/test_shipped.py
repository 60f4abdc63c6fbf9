"""Every shipped experiment runs, and its engines agree."""

import json
import unittest

from program import EXPERIMENTS, ProgramTest


class Shipped(ProgramTest):
    def test_every_shipped_experiment(self):
        files = sorted(EXPERIMENTS.glob("*.json"))
        self.assertGreater(len(files), 2)
        for file in files:
            with self.subTest(file.name):
                code, out, error = self.spikeloom("run", file, "--json", timeout=1200)
                self.assertEqual(code, 0, error)
                result = json.loads(out)
                self.assertEqual(result["spikes"]["mismatched"], 0)
                self.assertEqual(result["warnings"], [])
                self.assertEqual(result["traffic"]["dropped"], 0)
                self.check_size(result)

    def check_size(self, result):
        """Large networks are not silent, and take few bytes a synapse in all."""
        synapses = result["mapping"]["synapses"]
        if synapses < 10_000_000:
            return
        self.assertGreater(result["spikes"]["chip"], 10_000)
        self.assertLess(result["simulator"]["peak_rss_bytes"], 40e6 + 20 * synapses)

    def test_the_whole_test_split_is_classified_well(self):
        code, out, error = self.spikeloom("run", EXPERIMENTS / "digits_full.json", "--json")
        self.assertEqual(code, 0, error)
        accuracy = json.loads(out)["accuracy"]
        self.assertGreaterEqual(accuracy["samples"], 355)
        self.assertGreaterEqual(accuracy["float"], 0.96)
        self.assertLessEqual(abs(accuracy["integer"] - accuracy["float"]), 0.01)
        self.assertEqual(accuracy["chip"], accuracy["integer"])


if __name__ == "__main__":
    unittest.main()
