"""Every shipped experiment runs, and its engines agree."""

import json
import unittest

from program import EXPERIMENTS, ProgramTest

# Of the largest: seconds that pass in the network, least and highest rate of a neuron in Hz.
RATES = {"random_100k.json": (0.101, 22, 26), "local_1m.json": (0.020, 4.5, 5.5)}


class Shipped(ProgramTest):
    def test_every_shipped_experiment(self):
        files = sorted(EXPERIMENTS.glob("*.json"))
        self.assertGreater(len(files), 2)
        self.assertLessEqual(set(RATES), {file.name for file in files})
        for file in files:
            with self.subTest(file.name):
                code, out, error = self.spikeloom("run", file, "--json", timeout=1200)
                self.assertEqual(code, 0, error)
                result = json.loads(out)
                self.assertEqual(result["spikes"]["mismatched"], 0)
                self.assertEqual(result["warnings"], [])
                self.assertEqual(result["traffic"]["dropped"], 0)
                self.check_size(file, result)

    def check_size(self, file, result):
        """Large networks spike at the rate they state, and take few bytes a synapse in all."""
        if file.name not in RATES:
            return
        seconds, low, high = RATES[file.name]
        rate = result["spikes"]["chip"] / result["mapping"]["neurons"] / seconds
        self.assertGreater(rate, low)
        self.assertLess(rate, high)
        memory = result["simulator"]["peak_rss_bytes"]
        self.assertLess(memory, 16 * result["mapping"]["synapses"])

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
