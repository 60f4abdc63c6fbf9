#!/usr/bin/env python3
"""The largest shipped experiments: equal to golden, at the rate and in the memory that they state."""

import json
import unittest

from program import EXPERIMENTS, ProgramTest

GIGABYTE = 1e9


class Scale(ProgramTest):
    def result_of(self, experiment):
        code, _, error = self.spikeloom("run", EXPERIMENTS / experiment, "--out", "out")
        self.assertEqual(code, 0, error)
        result = json.loads((self.folder / "out" / "result.json").read_text())
        self.assertEqual(result["spikes"]["mismatched"], 0)
        self.assertEqual(result["spikes"]["chip"], result["spikes"]["integer"])
        return result

    def test_ten_million_synapses(self):
        neurons, synapses, seconds = 100_000, 10_000_000, 0.101
        result = self.result_of("random_100k.json")
        self.assertEqual(result["mapping"]["neurons"], neurons)
        rate = result["spikes"]["chip"] / neurons / seconds
        self.assertGreater(rate, 22)
        self.assertLess(rate, 26)
        memory = result["simulator"]["peak_rss_bytes"]
        self.assertLess(memory, 16 * synapses)
        self.assertLess(memory, 1 * GIGABYTE)

    def test_a_million_neurons(self):
        neurons, synapses, seconds = 1_000_000, 100_000_000, 0.020
        result = self.result_of("local_1m.json")
        self.assertEqual(result["mapping"]["neurons"], neurons)
        self.assertEqual(result["mapping"]["cores_used"], 1024)
        rate = result["spikes"]["chip"] / neurons / seconds
        self.assertGreater(rate, 4.5)
        self.assertLess(rate, 5.5)
        self.assertLess(result["simulator"]["peak_rss_bytes"], 16 * synapses)


if __name__ == "__main__":
    unittest.main()
