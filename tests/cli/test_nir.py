"""Networks of the reference data through the program: the recurrent Braille network runs, and its
twin with dangling inner edges is refused."""

import json
import os
import unittest

import numpy

from program import SOURCE, ProgramTest

NETWORKS = os.path.realpath(os.environ.get("SPIKELOOM_DATA", f"{SOURCE}/../shared/data") + "/nir")
STEPS = 100


@unittest.skipUnless(os.path.isdir(NETWORKS), "skipped for lack of reference data: " + NETWORKS)
class Braille(ProgramTest):
    def experiment(self, network):
        """An experiment file that drives the 12 sensors with sparse random spikes."""
        spikes = numpy.random.default_rng(1).random((STEPS, 12)) < 0.1
        numpy.savetxt(self.folder / "input.csv", spikes, fmt="%d", delimiter=",",
                      header=",".join(f"s{i}" for i in range(12)), comments="")
        path = self.folder / "braille.json"
        path.write_text(json.dumps({
            "name": "braille",
            "network": {"nir": f"{NETWORKS}/{network}", "semantics": "snntorch", "dt_s": 1e-4},
            "input": {"format": "csv", "events": "input.csv", "column": "*"},
            "steps": STEPS, "seed": 1}))
        return path

    def test_the_cycle_runs_in_float_and_in_integers(self):
        counts = {}
        for engine in ("float", "integer"):
            code, output, error = self.spikeloom(
                "golden", self.experiment("braille_noDelay_bias_zero.nir"), "--engine", engine,
                "--json")
            self.assertEqual((code, error), (0, ""))
            counts[engine] = {row["population"]: row["spikes"]
                              for row in json.loads(output)["runs"][0]["by_population"]}
        self.assertEqual(set(counts["float"]), {"input", "lif1.lif", "lif2"})
        self.assertGreater(counts["float"]["lif1.lif"], 0)
        for population, count in counts["float"].items():
            self.assertLess(abs(counts["integer"][population] - count), 0.1 * count + 1, population)

    def test_dangling_inner_edges_are_refused_by_name(self):
        name = "braille_noDelay_bias_zero_subgraph.nir"
        for command in (["check", f"{NETWORKS}/{name}"], ["golden", self.experiment(name)]):
            self.assertEqual(self.spikeloom(*command), (2, "", (
                f"spikeloom: {NETWORKS}/{name}#/node/nodes/lif1/edges: edge 'input' -> 'lif': there "
                "is no node 'lif'; did you mean 'lif1'?\n")))


if __name__ == "__main__":
    unittest.main()
