"""SpiNNaker's software neurons: golden runs them, and chips with software cores."""

import json
import unittest

from program import DIGITS, EXPERIMENTS, ProgramTest

LIBRARY = EXPERIMENTS.parent
BOARD = EXPERIMENTS / "digits_spinnaker.json"
NETWORK = LIBRARY / "networks" / "digits.nir"


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

    def test_digital_cores_refuse_it_in_one_sentence(self):
        for command in ("map", "run"):
            code, _, error = self.spikeloom(
                command, DIGITS, "--set", "/network/semantics=spinnaker"
            )
            self.assertEqual(code, 2)
            self.assertEqual(
                error,
                f"spikeloom: {NETWORK}: has SpiNNaker's software neurons, which the digital cores "
                'of chip "mesh8x8" do not compute\n',
            )
            self.assertEqual(list(self.folder.iterdir()), [])

    def test_software_cores_refuse_all_else_in_one_sentence(self):
        code, _, error = self.spikeloom("run", BOARD, "--set", "/network/semantics=norse")
        self.assertEqual(code, 2)
        self.assertEqual(
            error,
            f"spikeloom: {NETWORK}: has neurons of digital cores; the software cores of chip "
            '"spinnaker48" compute SpiNNaker\'s alone (semantics spinnaker)\n',
        )

    def test_a_board_of_software_cores_equals_golden_and_its_mapping_can_be_kept(self):
        results = []
        for out, more in (("out", []), ("again", ["--set", "/mapping=" + json.dumps(
                {"file": str(self.folder / "out" / "mapping.h5")})])):
            code, _, error = self.spikeloom(
                "run", BOARD, "--set", "/input/samples=2", "--out", out, *more
            )
            self.assertEqual(code, 0, error)
            results.append(json.loads((self.folder / out / "result.json").read_text()))
        first, second = results
        self.assertEqual(first["spikes"]["mismatched"], 0)
        for part in ("spikes", "latency", "energy", "traffic"):
            self.assertEqual(first[part], second[part], part)

    def test_too_short_a_tick_is_explained(self):
        board = json.loads((LIBRARY / "chips" / "spinnaker48.json").read_text())
        board["step"]["tick_cycles"] = 20000
        board["technology"] = str(LIBRARY / "technologies" / "spinnaker130.json")
        (self.folder / "hasty.json").write_text(json.dumps(board))
        code, _, error = self.spikeloom(
            "run", BOARD, "--set", "/input/samples=1", "--set", '/chip="%s"' % (
                self.folder / "hasty.json"), "--out", "out"
        )
        self.assertEqual(code, 0, error)
        spikes = json.loads((self.folder / "out" / "result.json").read_text())["spikes"]
        self.assertGreater(spikes["mismatched"], 0)
        self.assertEqual(spikes["by_cause"].get("unexplained", 0), 0)


if __name__ == "__main__":
    unittest.main()
