"""Wrong input is refused in one sentence: file, place, value and what was allowed; exit code 2."""

import json
import os
import resource
import subprocess
import unittest

from program import DIGITS, EXPERIMENTS, PROGRAM, SOURCE, ProgramTest

LIBRARY = SOURCE / "models" / "library"
RANDOM = EXPERIMENTS / "random_1k.json"
HELP = "(see spikeloom --help)"

# Files that the tests find in their folder.
FILES = {
    "empty.json": "",
    "syntax.json": '{"steps": 3,',
    "twice.json": '{"name": "a", "name": "b"}',
    "deep.json": "[" * 100000,
    "list.json": "[]",
    "priceless.json": json.dumps({"format": "spikeloom-chip/1", "name": "a", "topology":
                                  {"width": 1, "height": 1}, "technology": "cmos.json"}),
    "stranger.json": '{"format": "other/1"}',
    "text.nir": "hello",
    "no_semantics.json": '{"name": "x", "network": {"nir": "a.nir", "dt_s": 0.001}, "steps": 1,'
                         ' "seed": 1}',
    "no_chip.json": '{"name": "x", "network": {"random": {"neurons": 10, "fan_out": 2},'
                    ' "dt_s": 0.001}, "steps": 1, "seed": 1}',
    "rows.csv": "1\n0\nx\n",
}

# Arguments -> the one line on standard error. {lib}, {exp} and {here} stand for folders.
COMMAND_LINE = [
    ([], f"A subcommand is required {HELP}"),
    (["frobnicate"], "there is no command 'frobnicate'; known: run, golden, map, verify, check, noc, list"),
    (["runn", DIGITS], "there is no command 'runn'; did you mean 'run'?"),
    (["run"], f"experiment is required {HELP}"),
    (["run", DIGITS, "--sett"], f"The following argument was not expected: --sett {HELP}"),
    (["run", DIGITS, "--set", "steps=1"],
     "--set 'steps=1': expected /json/pointer=value, such as /steps=16"),
    (["run", DIGITS, "--set", "/no/such=1"], "--set /no/such: the experiment has no such place"),
    (["golden", DIGITS, "--engine", "quantum"],
     f"--engine: quantum not in {{float,integer}} {HELP}"),
    (["golden", RANDOM],
     "{exp}/random_1k.json#/network/random: a generated network is integer: run it with --engine "
     "integer"),
    (["list", "things"],
     "list: there is no kind 'things'; known: chips, encoders, experiments, inputs, patterns, semantics, "
     "technologies, partitioners, placers, routers, tables"),
    (["run", DIGITS, "--out", ""], "--out: is empty, expected a directory (see spikeloom --help)"),
    (["run", DIGITS, "--out", "taken"],
     "{here}/taken: holds thesis.txt, which no run wrote, and is not replaced"),
    (["run", DIGITS, "--out", "rows.csv"], "{here}/rows.csv: exists and is no directory"),
    (["run", DIGITS, "--out", "rows.csv/deeper"], "{here}/rows.csv/deeper: cannot be written: Not "
                                                  "a directory"),
]

DOCUMENTS = [
    (["run", "missing.json"], "missing.json: cannot be read as a file"),
    (["run", "."], ".: cannot be read as a file"),
    (["run", "empty.json"], "empty.json: not valid JSON at line 1, column 1"),
    (["run", "syntax.json"], "syntax.json: not valid JSON at line 1, column 13"),
    (["run", "twice.json"], "twice.json#/name: key appears twice in one object"),
    (["run", "deep.json"], "deep.json: nested deeper than 64 levels"),
    (["run", "list.json"], "list.json#/: expected an object, found a list []"),
    (["run", "no_semantics.json"],
     "no_semantics.json#/network/semantics: required field is missing: a NIR file does not say how "
     "its neurons are stepped"),
    (["run", "no_chip.json"], "no_chip.json#/chip: required field is missing"),
    (["run", RANDOM, "--set", "/network/random/rate_hz=501"],
     "{exp}/random_1k.json#/network/random/rate_hz: is 501.0, allowed are 0 to 500.0, half a spike "
     "per step of 0.001 s"),
    (["check", "stranger.json"],
     "stranger.json#/: is no file of ours: expected a network (.nir, .net), an experiment, or a "
     "\"format\" of spikeloom-chip/1, spikeloom-technology/1 or spikeloom-semantics/1"),
    (["check", "text.nir"], "text.nir: is not an HDF5 file"),
    (["check", "priceless.json"], "{here}/cmos.json: cannot be read as a file"),
]

# An override of the digits experiment -> the one line on standard error.
OVERRIDES = [
    ("/stepps=1", "{exp}/digits.json#/stepps: unknown field; did you mean \"steps\"?"),
    ("/steps=0", "{exp}/digits.json#/steps: is 0, allowed is 1 to 1000000"),
    ("/steps=-1", "{exp}/digits.json#/steps: is -1, allowed is 1 to 1000000"),
    ("/steps=1.5", "{exp}/digits.json#/steps: expected an integer, found a number 1.5"),
    ('/steps="x"', "{exp}/digits.json#/steps: expected an integer, found a string \"x\""),
    ("/seed=4294967296",
     "{exp}/digits.json#/seed: is 4294967296, allowed is 0 to 4294967295"),
    ("/name=7", "{exp}/digits.json#/name: expected a string, found an integer 7"),
    ("/chip=nochip.json", "{exp}/nochip.json: cannot be read as a file"),
    ("/chip/core/nuerons=3",
     "{lib}/chips/mesh8x8.json#/core/nuerons: unknown field; did you mean \"neurons\"?"),
    ("/chip/core/neurons=0", "{lib}/chips/mesh8x8.json#/core/neurons: is 0, allowed is 1 to 65536"),
    ("/chip/io/ports=[[9,0]]",
     "{lib}/chips/mesh8x8.json#/io/ports/0/0: is 9, allowed is an integer 0 to 7, the mesh"),
    ("/chip/topology/kind=ring",
     "{lib}/chips/mesh8x8.json#/topology/kind: unknown word \"ring\"; "
     "allowed: mesh, torus, triangular_mesh, triangular_torus"),
    ("/chip/technology/actions/synaptic_operation=null",
     "{lib}/technologies/cmos45.json#/actions/synaptic_operation: expected an object, found null"),
    ("/network/semantics=snntorchh",
     "{exp}/digits.json#/network/semantics: unknown semantics \"snntorchh\"; known: "
     "lava-float, loihi, nengo, nir-reference, norse, rockpool, sinabs, snntorch, spikingjelly, "
     "spinnaker, spyx"),
    ("/network/semantics/reset=sideways",
     "{exp}/digits.json#/network/semantics/reset: unknown word \"sideways\"; allowed: to_value, "
     "subtract"),
    ("/network/semantics=sinabs",
     "{lib}/networks/digits.nir#hidden1: semantics \"sinabs\" asks for several spikes a step, but "
     "a neuron of the chip fires one (core.max_spikes_per_step)"),
    ("/network/nir=missing.nir", "{exp}/missing.nir: file does not exist"),
    ("/network/dt_s=0", "{exp}/digits.json#/network/dt_s: is 0, allowed is 1e-09 to 1000"),
    ("/network/random={}", "{exp}/digits.json#/network: expected one of \"nir\", \"netx\", \"random\" and \"local\""),
    ("/input/format=png",
     "{exp}/digits.json#/input/format: unknown word \"png\"; allowed: nmnist, shd, csv, "
     "spike_times, images"),
    ("/input/late_events=wrap",
     "{exp}/digits.json#/input/late_events: unknown word \"wrap\"; allowed: refuse, last_step, drop"),
    ("/input/axes=nhwc",
     "{exp}/digits.json#/input/axes: does not apply to format \"shd\"; it belongs to: images"),
    ('/input={"format": "images", "events": "a.npy"}',
     "{exp}/digits.json#/input/encoder: required field is missing: images do not say how they "
     "become events"),
    ('/input={"format": "images", "events": "a.npy", "encoder": "poisson"}',
     "{exp}/digits.json#/input/encoder/max_rate_hz: required field is missing"),
    ('/input={"format": "images", "events": "a.npy", "encoder": "morse"}',
     "{exp}/digits.json#/input/encoder/name: unknown word \"morse\"; allowed: constant, bernoulli, "
     "poisson, latency, delta"),
    ('/input={"format": "images", "events": "a.npy", "encoder": "constant", "axes": "hh"}',
     "{exp}/digits.json#/input/axes: is \"hh\", allowed are the letters n (samples), t (frames), c "
     "(channel), h (height) and w (width), each once"),
    ('/input={"format": "nmnist", "events": "a.bin", "samples": 2}',
     "{exp}/digits.json#/input/samples: needs a \"list\": without one there is a single recording"),
    ('/input={"format": "nmnist", "events": "a.bin"}',
     "{exp}/digits.json#/input/format: nmnist drives inputs of shape (2, height, width), or flat ones "
     "of 2 * height * width; the network's has (1, 8, 8)"),
    ("/input/events=missing.h5", "{exp}/missing.h5: file does not exist"),
    ("/input/samples=999",
     "{lib}/networks/digits_test.h5#/spikes/times: has 360 samples, but 999 were asked for"),
    ("/steps=8",
     "{lib}/networks/digits_test.h5#/spikes/times: sample 0, event 62: time 0.00850000046 s is "
     "step 8, allowed are steps 0 to 7; \"late_events\" may take it as last_step or drop it"),
    ('/input={"format": "csv", "events": "{here}/rows.csv", "column": "0"}',
     "{here}/rows.csv#line 3, column 0: 'x' is not a finite number"),
    ("/readout/population=out",
     "{exp}/digits.json#/readout/population: the network has no population \"out\"; it has input, "
     "hidden1, hidden2, hidden3, output"),
    ("/readout/population=input",
     "{exp}/digits.json#/readout/population: \"input\" is an input, not a read-out"),
    ("/mapping={\"file\": \"a.h5\", \"placer\": \"anneal\"}",
     "{exp}/digits.json#/mapping: names a file and algorithms; only one of them applies"),
    ("/readout/by=vote",
     "{exp}/digits.json#/readout/by: unknown word \"vote\"; allowed: count, first, potential"),
    ('/quantization={"weight_bits": 1}',
     "{exp}/digits.json#/quantization/weight_bits: is 1, allowed is 2 to 8"),
    ('/mapping={"placer": "best"}',
     "{exp}/digits.json#/mapping/placer: unknown word \"best\"; allowed: anneal, row_major"),
    ('/mapping={"file": "none.h5"}', "{exp}/none.h5: file does not exist"),
    ('/simulator={"turbo": true}', "{exp}/digits.json#/simulator/turbo: unknown field"),
    ("/chip/topology/width=2",
     "{lib}/networks/digits.nir: needs 27 cores of 64 neurons, chip \"mesh8x8\" has 16"),
    ("/chip/core/synaptic_words=500",
     "{lib}/networks/digits.nir#hidden3: a neuron needs 506 synaptic words, a core has 500"),
    ("/chip/core/rows=10",
     "{lib}/networks/digits.nir#hidden2: a neuron needs 64 rows, a core has 10"),
    ("/chip/router/table_entries=2",
     "{lib}/networks/digits.nir: tile (2, 1): 9 routing entries, the router has 2"),
]


class BadInput(ProgramTest):
    def setUp(self):
        super().setUp()
        for name, text in FILES.items():
            (self.folder / name).write_text(text)
        (self.folder / "taken").mkdir()
        (self.folder / "taken" / "thesis.txt").write_text("years of work")

    def expand(self, text):
        for name, folder in (("lib", LIBRARY), ("exp", EXPERIMENTS), ("here", self.folder)):
            text = text.replace("{%s}" % name, str(folder))
        return text.replace("{{", "{").replace("}}", "}")

    def check(self, arguments, message):
        before = sorted(self.folder.rglob("*"))
        with self.subTest(arguments=arguments):
            code, out, error = self.spikeloom(*arguments)
            self.assertEqual(error, f"spikeloom: {self.expand(message)}\n")
            self.assertEqual((code, out), (2, ""))
            self.assertEqual(sorted(self.folder.rglob("*")), before, "something was left behind")

    def test_command_lines(self):
        for arguments, message in COMMAND_LINE:
            self.check(arguments, message)

    def test_documents(self):
        for arguments, message in DOCUMENTS:
            self.check(arguments, message)

    def test_overrides(self):
        self.assertGreater(len(OVERRIDES), 25)
        for override, message in OVERRIDES:
            self.check(["run", DIGITS, "--set", self.expand(override)], message)

    def test_pipes_without_a_writer(self):
        os.mkfifo(self.folder / "pipe")
        self.check(["run", "pipe"], "pipe: not valid JSON at line 1, column 1")
        digits = json.loads(DIGITS.read_text())
        digits["chip"] = str((DIGITS.parent / digits["chip"]).resolve())
        digits["network"]["nir"] = str((DIGITS.parent / digits["network"]["nir"]).resolve())
        digits["input"] = {"format": "spike_times", "events": "pipe"}
        (self.folder / "pipes.json").write_text(json.dumps(digits))
        code, _, error = self.spikeloom("golden", "pipes.json")
        self.assertEqual((code, error.count("\n")), (2, 1), error)

    def test_pipes_with_a_writer_are_files(self):
        prices = LIBRARY / "technologies" / "cmos45.json"
        done = subprocess.run(["bash", "-c", f'"{PROGRAM}" check <(sleep 0.2; cat "{prices}")'],
                              capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_delay_that_no_core_holds(self):
        self.check(
            ["run", RANDOM, "--set", "/network/random/delay_steps=[1,30]"],
            "{exp}/random_1k.json#neurons -> neurons: needs a delay of 30 steps, a core holds 15",
        )

    def test_a_damaged_mapping(self):
        code, _, error = self.spikeloom("map", DIGITS, "--out", "mapped")
        self.assertEqual(code, 0, error)
        path = self.folder / "mapped" / "mapping.h5"
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        code, _, error = self.spikeloom("run", DIGITS, "--set", '/mapping={"file": "%s"}' % path)
        self.assertEqual(code, 2)
        self.assertTrue(error.startswith(f"spikeloom: {path}: "), error)
        self.assertEqual(error.count("\n"), 1)

    def test_a_full_disk(self):
        """A limit on the size of files, since a write beyond it fails as it does on a full disk."""
        for command, size, place in (
            (["map", DIGITS, "--out", "out"], 2000, "mapping.h5: cannot be written"),
            (["run", DIGITS, "--set", "/input/samples=3", "--trace", "--out", "out"], 200_000,
             "spikes.csv: cannot be written: File too large"),
            (["run", DIGITS, "--set", "/input/samples=3", "--trace", "--out", "out"], 1_000_000,
             "state.h5: cannot be written"),
        ):
            with self.subTest(place=place):
                done = subprocess.run(
                    [PROGRAM, *map(str, command)], cwd=self.folder, capture_output=True, text=True,
                    timeout=60, check=False, restore_signals=False,  # Python ignores SIGXFSZ
                    preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertRegex(done.stderr, f"^spikeloom: .*/{place}\n$")
                self.assertEqual(list(self.folder.glob("*out*")), [])


if __name__ == "__main__":
    unittest.main()
