"""SpiNNaker's software neurons: golden runs them, map and run refuse them."""

import json
import unittest

from program import DIGITS, ProgramTest


class Spinnaker(ProgramTest):
    def test_golden_runs_a_trained_network_in_its_numbers(self):
        arguments = ["golden", DIGITS, "--semantics", "spinnaker", "--set", "/input/samples=40"]
        runs = {}
        for engine in ("float", "integer"):
            code, out, error = self.spikeloom(*arguments, "--engine", engine, "--json")
            self.assertEqual(code, 0, error)
            runs[engine] = json.loads(out)["runs"][0]
        self.assertEqual(runs["integer"]["semantics"], "spinnaker")
        self.assertGreater(runs["integer"]["spikes"], 1000)
        self.assertLess(abs(runs["integer"]["accuracy"] - runs["float"]["accuracy"]), 0.026)

    def test_map_and_run_refuse_it_in_one_sentence(self):
        for command in ("map", "run"):
            code, _, error = self.spikeloom(
                command, DIGITS, "--set", "/network/semantics=spinnaker"
            )
            self.assertEqual(code, 2)
            self.assertEqual(
                error,
                f"spikeloom: {DIGITS}#/network/semantics: asks for SpiNNaker's software neurons, "
                "which no core kind computes; run it with golden --engine integer\n",
            )
            self.assertEqual(list(self.folder.iterdir()), [])


if __name__ == "__main__":
    unittest.main()
