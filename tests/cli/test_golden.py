"""The references alone: conventions side by side, and their traces."""

import csv
import json
import os
import shutil
import subprocess
import unittest

import h5py
import numpy

from program import DIGITS, SOURCE, ProgramTest

try:
    import nir
except ImportError:
    nir = None

PRESETS = SOURCE / "models" / "library" / "semantics"


class Golden(ProgramTest):
    def golden(self, *arguments, samples=2, expect=0):
        """Runs golden on a few digits; gives standard output."""
        code, out, error = self.spikeloom(
            "golden", DIGITS, "--set", f"/input/samples={samples}", *arguments
        )
        self.assertEqual(code, expect, error)
        return out if expect == 0 else error

    def compare(self, *names, arguments=(), samples=2):
        """Runs golden under several conventions; gives its JSON."""
        options = [word for name in names for word in ("--semantics", name)]
        return json.loads(self.golden(*options, *arguments, "--json", samples=samples))

    def spikes(self, engine, out="results/digits-golden"):
        with open(self.folder / out / "spikes.csv", newline="", encoding="utf-8") as stream:
            return [row for row in csv.DictReader(stream) if row["engine"] == engine]


class Comparison(Golden):
    def test_prints_and_leaves_nothing_unless_asked(self):
        self.golden("--semantics", "norse")
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_each_convention_runs_as_if_alone(self):
        together = self.compare("snntorch", "sinabs", "nengo")["runs"]
        for run in together:
            alone = self.compare(run["semantics"])["runs"][0]
            for part in ("accuracy", "spikes", "by_population", "convention"):
                self.assertEqual(run[part], alone[part], (run["semantics"], part))

    def test_the_first_difference_is_where_the_traces_part(self):
        result = self.compare("snntorch", "spyx", arguments=("--trace",))
        seen = {
            engine: {
                tuple(row[key] for key in ("sample", "step", "population", "neuron"))
                for row in self.spikes(engine)
            }
            for engine in ("snntorch", "spyx")
        }
        different = seen["snntorch"] ^ seen["spyx"]
        layers = ["hidden1", "hidden2", "hidden3", "output"]
        least = min(
            (int(sample), int(step), layers.index(population), int(neuron))
            for sample, step, population, neuron in different
        )
        run = result["runs"][1]
        first = run["first_difference"]
        self.assertEqual(run["differences"], len(different))
        self.assertEqual(
            (first["sample"], first["step"], layers.index(first["population"]), first["neuron"]),
            least,
        )
        self.assertEqual({first["first_run"], first["this_run"]}, {0, 1})

    def test_equal_conventions_are_said_to_be_equal(self):
        result = self.compare("snntorch", "norse")
        self.assertIsNone(result["runs"][1]["first_difference"])
        self.assertIn(
            "norse does what snntorch does, spike for spike",
            self.golden("--semantics", "snntorch", "--semantics", "norse"),
        )

    def test_a_file_may_hold_the_convention(self):
        document = json.loads((PRESETS / "norse.json").read_text())
        document.update(name="my own/1", reset="subtract")
        (self.folder / "own.json").write_text(json.dumps(document))
        runs = self.compare("norse", "own.json")["runs"]
        self.assertEqual(runs[1]["semantics"], "my_own_1")
        self.assertEqual(runs[1]["convention"]["reset"], "subtract")
        self.assertNotEqual(runs[0]["spikes"], runs[1]["spikes"])

    def test_mistakes_in_such_a_file_are_placed_in_it(self):
        (self.folder / "own.json").write_text('{"integrator": "euler"}')
        error = self.golden("--semantics", "own.json", expect=2)
        self.assertTrue(error.startswith("spikeloom: own.json#/"), error)

    def test_the_same_convention_twice_is_refused(self):
        error = self.golden("--semantics", "norse", "--semantics", "norse", expect=2)
        self.assertEqual(error, "spikeloom: --semantics: two conventions are named 'norse'\n")

    def test_many_conventions_keep_to_100_columns(self):
        names = ["snntorch", "sinabs", "norse", "nengo", "spyx"]
        out = self.golden(*[word for name in names for word in ("--semantics", name)])
        self.assertLessEqual(max(map(len, out.splitlines())), 100)
        self.assertEqual(out.count("\nsemantics "), 2)

    def test_a_silent_population_is_named(self):
        (self.folder / "silence.csv").write_text("0\n" * 32)
        recording = {"format": "csv", "events": str(self.folder / "silence.csv"), "column": "0"}
        code, out, error = self.spikeloom(
            "golden", DIGITS, "--set", "/input=" + json.dumps(recording), "--json"
        )
        self.assertEqual(code, 0, error)
        self.assertIn("population input never spiked under snntorch", json.loads(out)["warnings"])

    def test_an_unknown_preset_is_a_mistake_of_the_command_line(self):
        error = self.golden("--semantics", "nest", expect=2)
        self.assertEqual(
            error,
            "spikeloom: --semantics: there is no preset 'nest' (see spikeloom list semantics), and "
            "a file would end in .json\n",
        )

    def test_names_that_are_not_utf_8_are_refused(self):
        folder = os.fsencode(self.folder) + b"/\xff"
        os.mkdir(folder)
        error = self.golden("--set", os.fsdecode(b"/name=\xff"), expect=2)
        self.assertEqual(error, "spikeloom: --set '/name=\\xff': is not UTF-8\n")
        shutil.copy(DIGITS, folder + b"/digits.json")
        code, _, error = self.spikeloom("golden", os.fsdecode(folder + b"/digits.json"))
        self.assertEqual(code, 2, error)
        self.assertIn("its path is not UTF-8, so that results cannot name it", error)

    def test_sums_that_wrap_are_told_of_each_convention(self):
        (self.folder / "flood.csv").write_text("65535\n" * 32)
        recording = {"format": "csv", "events": str(self.folder / "flood.csv"), "column": "0"}
        code, out, error = self.spikeloom(
            *("golden", DIGITS, "--engine", "integer", "--set", "/input=" + json.dumps(recording)),
            *("--semantics", "snntorch", "--semantics", "norse", "--json"),
        )
        self.assertEqual(code, 0, error)
        result = json.loads(out)
        for run in result["runs"]:
            told = (
                f"{run['overflows']['sum']} synaptic sums did not fit the delay ring and wrapped "
                f"under {run['semantics']}"
            )
            self.assertGreater(run["overflows"]["sum"], 0)
            self.assertIn(told, result["warnings"])

    def test_the_integer_engine_says_what_quantization_lost(self):
        out = self.golden("--engine", "integer")
        self.assertIn("quantization of snntorch", out)
        result = self.compare("snntorch", arguments=("--engine", "integer"))
        self.assertEqual(
            [loss["population"] for loss in result["runs"][0]["quantization"]],
            ["hidden1", "hidden2", "hidden3", "output"],
        )


class Traces(Golden):
    def test_files_appear_with_the_result(self):
        self.golden("--semantics", "snntorch", "--semantics", "spyx", "--trace", "--out", "out")
        self.assertEqual(
            sorted(path.name for path in (self.folder / "out").iterdir()),
            ["effective.json", "result.json", "samples.csv", "snntorch.nirdata.h5", "spikes.csv",
             "spyx.nirdata.h5", "state.h5"],
        )
        self.assertEqual(self.result()["format"], "spikeloom-golden/1")
        again = self.golden("--semantics", "norse", "--out", "out")
        self.assertTrue(again.endswith("results: out\n"))

    def test_other_results_are_not_replaced(self):
        self.run_digits()
        error = self.golden("--out", "out", expect=2)
        self.assertIn("holds something other than a spikeloom-golden/1", error)

    def test_the_state_table_repeats_the_states(self):
        self.golden("--state-csv", samples=1)
        folder = self.folder / "results" / "digits-golden"
        with open(folder / "state.csv", newline="", encoding="utf-8") as stream:
            rows = [row for row in csv.DictReader(stream) if row["population"] == "hidden3"]
        with h5py.File(folder / "state.h5") as states:
            for name in ("u", "v"):
                table = numpy.array([float(row[name]) for row in rows]).reshape(32, 128)
                self.assertTrue((table == states[f"snntorch/0/hidden3/{name}"][()]).all())

    def test_a_state_table_without_end_is_refused(self):
        error = self.golden("--state-csv", "--set", "/steps=1000", samples=360, expect=2)
        self.assertEqual(
            error,
            "spikeloom: --state-csv: state.csv would have 602640000 rows, at most 50000000 are "
            "written; --trace writes the same to state.h5\n",
        )
        self.assertEqual(list(self.folder.iterdir()), [])


class Cost(Golden):
    def test_the_result_fits_its_schema(self):
        for engine in ("float", "integer"):
            out = self.folder / engine
            self.golden("--engine", engine, "--semantics", "norse", "--semantics", "snntorch",
                        "--out", out)
            done = subprocess.run(
                ["/usr/bin/python3", "-B", SOURCE / "tests" / "repo" / "test_schemas.py",
                 "--document", "golden", out / "result.json"],
                capture_output=True, text=True, check=False,
            )
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_figures_are_those_that_neurobench_gives(self):
        # neurobench 2.3.0 with snnTorch 1.0.0 on the same weights and recordings, run once.
        figures = self.compare("snntorch", samples=5)["runs"][0]["neurobench"]
        self.assertEqual(figures["parameter_count"], 71754)
        self.assertEqual(figures["parameter_bytes"], 287016)
        self.assertEqual(figures["connection_sparsity"], 0)
        self.assertAlmostEqual(figures["activation_sparsity"], 0.9461096176821983, delta=1e-12)
        self.assertEqual(
            figures["synaptic_operations"],
            {"dense": 4368384.0, "effective_macs": 0.0, "effective_acs": 262364.8},
        )
        self.assertEqual(figures["membrane_updates"], 53478.6)

    def test_a_run_reports_the_figures_of_its_references(self):
        result = self.run_digits(samples=3)
        for engine in ("float", "integer"):
            alone = self.compare("snntorch", arguments=("--engine", engine), samples=3)
            self.assertEqual(result["neurobench"][engine], alone["runs"][0]["neurobench"])


class NirData(Golden):
    def setUp(self):
        super().setUp()
        self.golden("--semantics", "spyx", "--trace")
        self.out = self.folder / "results" / "digits-golden"
        self.file = self.out / "spyx.nirdata.h5"

    def spike_grid(self, population, neurons):
        grid = numpy.zeros((2, 32, neurons), bool)
        for row in self.spikes("spyx"):
            if row["population"] == population:
                grid[int(row["sample"]), int(row["step"]), int(row["neuron"])] = True
        return grid

    def test_the_layout_is_that_of_the_format(self):
        with h5py.File(self.file) as data, h5py.File(self.out / "state.h5") as states:
            self.assertEqual(dict(data.attrs), {"__type__": "NIRGraphData"})
            self.assertEqual(list(data["nodes"]), ["hidden1", "hidden2", "hidden3", "output"])
            node = data["nodes/hidden3"]
            self.assertEqual(dict(node.attrs), {"__type__": "NIRNodeData"})
            self.assertEqual(list(node["observables"]), ["spikes", "u", "v"])
            for name in ("u", "v"):
                group = node["observables"][name]
                self.assertEqual(dict(group.attrs), {"__type__": "TimeGriddedData", "dt": 1e-3})
                for sample in range(2):
                    expected = states[f"spyx/{sample}/hidden3/{name}"][()]
                    self.assertTrue((group["data"][sample] == expected).all())
            self.check_events(node["observables/spikes"])

    def check_events(self, group):
        self.assertEqual(
            dict(group.attrs), {"__type__": "EventData", "n_neurons": 128, "t_max": 0.032}
        )
        idx, time = group["idx"][()], group["time"][()]
        self.assertEqual((idx.shape, idx.dtype), (time.shape, numpy.int64))
        self.assertTrue(((idx == -1) == numpy.isinf(time)).all())
        grid = numpy.zeros((2, 32, 128), bool)
        for sample in range(2):
            real = idx[sample] >= 0
            grid[sample, (time[sample][real] / 1e-3).astype(int), idx[sample][real]] = True
        self.assertGreater(grid.sum(), 0)
        self.assertTrue((grid == self.spike_grid("hidden3", 128)).all())

    @unittest.skipIf(nir is None, "the package nir is not installed")
    def test_the_reference_package_reads_it(self):
        data = nir.read_data(self.file)
        for name, node in data.nodes.items():
            observables = node.observables
            grid = observables["spikes"].to_time_gridded(observables["v"].dt)
            self.assertTrue((grid.data == self.spike_grid(name, grid.n_neurons)).all())


if __name__ == "__main__":
    unittest.main()
