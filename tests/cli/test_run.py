"""The main job, as a user sees it."""

import csv
import json
import re
import subprocess
import unittest

import h5py

from program import DIGITS, PROGRAM, SOURCE, ProgramTest


def undescribed(schema, value, place=""):
    """Places of members that the schema has no property for."""
    found = []
    for key, member in value.items() if isinstance(value, dict) else ():
        part = schema.get("properties", {}).get(key) or schema.get("additionalProperties")
        if part in (None, True, False):
            found += [] if "properties" not in schema else [f"{place}/{key}"]
        else:
            found += undescribed(part, member, f"{place}/{key}")
    for index, element in enumerate(value if isinstance(value, list) else ()):
        found += undescribed(schema.get("items", {}), element, f"{place}/{index}")
    return found


class Run(ProgramTest):
    def test_writes_everything_it_promises(self):
        self.run_digits("--trace")
        names = sorted(path.name for path in (self.folder / "out").iterdir())
        self.assertEqual(
            names,
            ["chip.nirdata.h5", "chip.svg", "effective.json", "float.nirdata.h5",
             "integer.nirdata.h5", "mapping.h5", "report.html", "result.json", "samples.csv",
             "spikes.csv", "state.h5"],
        )
        self.assertEqual([path.name for path in self.folder.iterdir()], ["out"])

    def test_engines_agree_and_every_population_spikes(self):
        result = self.run_digits(samples=5)
        self.assertEqual(result["spikes"]["mismatched"], 0)
        self.assertEqual(result["warnings"], [])
        for row in result["spikes"]["by_population"]:
            self.assertGreater(row["chip"], 0, row)
            self.assertEqual(row["chip"], row["integer"], row)
        self.assertEqual(result["accuracy"]["samples"], 5)

    def test_default_place_is_results_and_the_stem(self):
        code, out, error = self.spikeloom("run", DIGITS, "--set", "/input/samples=1")
        self.assertEqual((code, error), (0, ""))
        self.assertIn("results/digits", out)
        self.assertTrue((self.folder / "results" / "digits" / "result.json").exists())

    def test_json_prints_one_object_equal_to_the_file(self):
        code, out, _ = self.spikeloom(
            "run", DIGITS, "--set", "/input/samples=1", "--out", "out", "--json"
        )
        self.assertEqual(code, 0)
        self.assertEqual(json.loads(out), self.result())

    def test_the_effective_experiment_repeats_the_run(self):
        first = self.run_digits()
        code, _, error = self.spikeloom("run", "out/effective.json", "--out", "again")
        self.assertEqual(code, 0, error)
        second = self.result("again")
        for part in ("accuracy", "spikes", "mapping", "latency", "energy", "traffic", "experiment"):
            self.assertEqual(first[part], second[part], part)

    def test_a_saved_mapping_gives_the_same_run(self):
        first = self.run_digits()
        second = self.run_digits("--set", "/mapping={\"file\": \"%s\"}" % (
            self.folder / "out" / "mapping.h5"), out="again")
        for part in ("accuracy", "spikes", "latency", "energy", "traffic"):
            self.assertEqual(first[part], second[part], part)

    def test_how_it_is_simulated_changes_no_number(self):
        first = self.run_digits(samples=1)
        for option in ("/simulator/skip_idle=false", "/simulator/shuffle_seed=5"):
            key, _, value = option.rpartition("=")
            setting = '/simulator={"%s": %s}' % (key.rsplit("/", 1)[1], value)
            second = self.run_digits("--set", setting, samples=1, out="again")
            for part in ("accuracy", "spikes", "latency", "energy", "traffic", "tiles"):
                self.assertEqual(first[part], second[part], (option, part))

    def test_one_flipped_weight_bit_is_found_and_located(self):
        self.run_digits(samples=20)
        path = self.folder / "out" / "mapping.h5"
        with h5py.File(path, "r+") as mapping:
            self.flip_largest_weight_of("hidden1", mapping)
        result = self.run_digits(
            "--set", "/mapping/file=%s" % path, samples=20, expect=1, out="again"
        )
        self.assertGreater(result["spikes"]["mismatched"], 0)
        first = result["spikes"]["first_mismatch"]
        self.assertEqual((first["population"], first["cause"]), ("hidden1", "unexplained"))
        self.assertNotEqual(first["integer"], first["chip"])
        self.assertRegex(first["explanation"],
                         r"^step %d: neuron %d of hidden1 .* nothing that the chip logged"
                         % (first["step"], first["neuron"]))
        causes = result["spikes"]["by_cause"]
        self.assertGreater(causes["unexplained"], 0)
        self.assertGreater(causes["propagated"], 0)
        self.assertEqual(causes["unexplained"] + causes["propagated"],
                         result["spikes"]["mismatched"])

    def flip_largest_weight_of(self, population, mapping):
        """Flips bit 6 of one eight-bit weight on the core that holds the population."""
        wanted = [name.decode() for name in mapping["populations"][()]].index(population)
        core = next(
            core for core in mapping["cores"].values()
            if core["identity"][0][0] == wanted
        )
        words = core["words"][()]
        weights = words.astype("int32") >> 22  # the word's upper ten bits, signed
        words.flat[abs(weights).argmax()] ^= 1 << (22 + 6)
        core["words"][...] = words

    def test_results_fit_their_schemas(self):
        self.run_digits()
        for kind, file in (("result", "result.json"), ("experiment", "effective.json")):
            done = subprocess.run(
                ["/usr/bin/python3", "-B", SOURCE / "tests" / "repo" / "test_schemas.py",
                 "--document", kind, self.folder / "out" / file],
                capture_output=True, text=True, check=False,
            )
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_the_schema_describes_every_figure(self):
        schema = json.loads((SOURCE / "models" / "library" / "schemas" / "result.schema.json")
                            .read_text(encoding="utf-8"))
        result = self.run_digits("--set", "/chip/step={\"mode\": \"realtime\", \"tick_cycles\": 400}")
        self.assertIsNotNone(result["spikes"]["first_mismatch"])
        self.assertEqual(undescribed(schema, result), [])

    def test_samples_csv_agrees_with_the_accuracies(self):
        result = self.run_digits(samples=20)
        with open(self.folder / "out" / "samples.csv", newline="", encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream))
        for engine in ("float", "integer", "chip"):
            mine = [row for row in rows if row["engine"] == engine]
            right = sum(row["label"] == row["predicted"] for row in mine)
            self.assertEqual(right / len(mine), result["accuracy"][engine])

    def test_traces_hold_what_the_result_counts(self):
        result = self.run_digits("--trace")
        with open(self.folder / "out" / "spikes.csv", newline="", encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream))
        self.assertNotIn("input", {spike["population"] for spike in rows})
        for row in result["spikes"]["by_population"][1:]:
            for engine in ("float", "integer", "chip"):
                counted = sum(
                    int(spike["value"])
                    for spike in rows
                    if spike["engine"] == engine and spike["population"] == row["population"]
                )
                self.assertEqual(counted, row[engine], (engine, row))
        with h5py.File(self.folder / "out" / "state.h5") as states:
            self.assertEqual(states["chip/0/hidden1/v"].shape, (32, 1024))
            self.assertTrue(
                (states["chip/1/hidden3/v"][()] == states["integer/1/hidden3/v"][()]).all()
            )


class OtherCommands(ProgramTest):
    def test_golden_runs_both_engines(self):
        for engine in ("float", "integer"):
            code, out, error = self.spikeloom(
                "golden", DIGITS, "--engine", engine, "--set", "/input/samples=3", "--json"
            )
            self.assertEqual(code, 0, error)
            result = json.loads(out)
            self.assertEqual(result["engine"], engine)
            self.assertGreater(result["runs"][0]["spikes"], 0)

    def test_map_says_how_good_the_mapping_is(self):
        code, out, error = self.spikeloom("map", DIGITS, "--json", "--out", "mapped")
        self.assertEqual(code, 0, error)
        self.assertEqual(json.loads(out)["neurons"], 1674)
        self.assertTrue((self.folder / "mapped" / "mapping.h5").exists())

    def test_check_and_list(self):
        code, out, error = self.spikeloom("check", DIGITS)
        self.assertEqual((code, out, error), (0, f"{DIGITS}: valid, an experiment\n", ""))
        code, out, _ = self.spikeloom("list", "chips")
        self.assertEqual(code, 0)
        self.assertIn("mesh8x8", out.split())

    def test_a_packet_trace_holds_every_packet(self):
        result = self.run_digits("--packet-trace", samples=1)
        lines = (self.folder / "out" / "packets.csv").read_text().splitlines()
        self.assertEqual(lines[0], "cycle,event,key,payload,tile,port")
        rows = [line.split(",") for line in lines[1:]]
        self.assertEqual([int(row[0]) for row in rows], sorted(int(row[0]) for row in rows))
        count = {name: sum(row[1] == name for row in rows)
                 for name in ("inject", "hop", "deliver", "drop", "leave")}
        self.assertEqual(sum(count.values()), len(rows))
        actions = result["energy"]["by_action"]
        self.assertEqual(count["inject"], result["traffic"]["packets"])
        self.assertEqual(count["hop"], result["traffic"]["hops"])
        self.assertEqual(count["deliver"], result["traffic"]["deliveries"])
        self.assertEqual(count["leave"], actions["output_packet"]["count"])
        self.assertEqual(count["drop"], 0)
        self.assertEqual({row[3] for row in rows}, {"0"})
        self.assertNotIn("packets.csv", [f.name for f in self.run_digits_files()])

    def run_digits_files(self):
        self.run_digits(samples=1, out="plain")
        return (self.folder / "plain").iterdir()

    def test_configuration_is_beside_the_run(self):
        result = self.run_digits(samples=1)
        configuration = result["configuration"]
        self.assertGreater(configuration["words"], result["mapping"]["neurons"])
        self.assertEqual(configuration["cycles"], configuration["words"])  # one port, one a cycle
        self.assertAlmostEqual(configuration["seconds"], configuration["cycles"] / 100e6)
        self.assertGreater(configuration["energy_j"], 0)
        self.assertNotIn("configuration_word", result["energy"]["by_action"])

    def test_the_examples_of_the_help_run(self):
        for command in ("run", "golden", "map", "check", "noc", "list"):
            code, out, _ = self.spikeloom(command, "--help")
            self.assertEqual(code, 0)
            example = re.search(r"Example: spikeloom (.*)", out.replace("\n  ", " "))
            self.assertIsNotNone(example, command)
            words = example[1].split()
            self.assertEqual(words[0], command)
            done = subprocess.run(
                [PROGRAM, *words, *(["--out", self.folder / "x"] if command == "run" else [])],
                cwd=SOURCE, capture_output=True, text=True, check=False,
            )
            self.assertEqual(done.returncode, 0, (example[0], done.stderr))

    def test_a_map_result_does_not_replace_a_run(self):
        self.run_digits()
        code, _, error = self.spikeloom("map", DIGITS, "--out", "out")
        self.assertEqual(code, 2)
        self.assertIn("holds something other than a spikeloom-map/1", error)


if __name__ == "__main__":
    unittest.main()
