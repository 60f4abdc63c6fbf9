#!/usr/bin/env python3
"""spikeloom verify: RTL in lockstep with the models, and what it says of RTL that is wrong."""

import json
import os
import pathlib
import unittest

from program import EXPERIMENTS, SOURCE, ProgramTest

ROUTER = SOURCE / "hw" / "rtl" / "sl_router.sv"
UNIT = SOURCE / "models" / "library" / "rtl" / "lif_unit.v"
FST_MAGIC = 0  # the first block of an FST file is its header


class Verify(ProgramTest):
    def setUp(self):
        super().setUp()
        # Compiled RTL is kept with the build, for all tests.
        os.environ["XDG_CACHE_HOME"] = str(pathlib.Path(os.environ["SPIKELOOM"]).parent / "cache")

    def verify(self, *arguments, samples=1, rtl=None):
        document = json.loads((EXPERIMENTS / "digits_rtl.json").read_text())
        for part, field in (("chip", None), ("network", "nir"), ("input", "events")):
            holder = document if field is None else document[part]
            key = part if field is None else field
            holder[key] = str((EXPERIMENTS / holder[key]).resolve())
        document["input"]["samples"] = samples
        if rtl is not None:
            document["rtl"] = rtl
        (self.folder / "digits.json").write_text(json.dumps(document))
        return self.spikeloom("verify", "digits.json", "--out", "out", *arguments, timeout=1500)

    def written(self, source, *changes):
        """A copy of a module with text replaced; gives its name."""
        text = source.read_text()
        for old, new in changes:
            self.assertEqual(text.count(old), 1, old)
            text = text.replace(old, new)
        (self.folder / source.name).write_text(text)
        return source.name

    def refused(self, rtl, *words):
        code, out, error = self.verify(rtl=rtl)
        self.assertEqual((code, out), (2, ""), error)
        for word in words:
            self.assertIn(word, error)
        self.assertFalse((self.folder / "out").exists())

    def test_the_digits(self):
        code, out, error = self.verify("--json", samples=2)
        self.assertEqual(code, 0, error)
        result = json.loads(out)
        self.assertTrue(result["equal"])
        self.assertEqual(result["samples"], 2)
        self.assertGreater(result["cycles"], 100_000)
        self.assertGreater(result["moves"], 20_000)
        self.assertEqual(result["neuron_steps"], 2 * 32 * 1674)
        self.assertEqual(json.loads((self.folder / "out" / "result.json").read_text()), result)

    def test_a_unit_in_plain_verilog(self):
        code, out, error = self.verify(rtl={"neuron_unit": str(UNIT)})
        self.assertEqual(code, 0, out + error)
        self.assertIn("RTL equals chip and golden", out)

    def test_a_router_that_forgets_to_turn(self):
        router = self.written(ROUTER, ("detour == sl_pkg::DetourFirstLeg ? sl_pkg::DetourSecondLeg",
                                       "detour == sl_pkg::DetourNone ? sl_pkg::DetourSecondLeg"))
        code, out, error = self.verify("--json", rtl={"router": router})
        self.assertEqual(code, 1, error)
        found = json.loads(out)["divergence"]
        self.assertEqual(found["sample"], 0)
        self.assertEqual(found["reference"], "chip")
        self.assertRegex(found["where"], r"tile \(\d, \d\), port ")
        self.assertNotEqual(found["expected"], found["found"])
        self.assertTrue(found["replay"].endswith("--sample 0"))
        waveform = (self.folder / "out" / "divergence.fst").read_bytes()
        self.assertEqual(waveform[0], FST_MAGIC)
        self.assertGreater(len(waveform), 1000)

    def test_rtl_that_is_none(self):
        self.refused({"router": self.written(ROUTER, ("endmodule", "endmodul"))},
                     "Verilator refuses the RTL", "syntax error")
        self.refused({"router": self.written(ROUTER, ("  output logic quiet_o\n",
                                                      "  output logic silent_o\n"),
                                             ("assign quiet_o", "assign silent_o"))},
                     "Verilator refuses the RTL", "quiet_o")
        self.refused({"neuron_unit": self.written(UNIT, ("input signed [SumBits-1:0] sum_i;",
                                                         "input signed [SumBits:0] sum_i;"))},
                     "a port of the RTL has another width", "sum_i")
        self.refused({"router": "nowhere.sv"}, "digits.json#/rtl/router", "which is no file")
        self.refused({"rooter": "x.sv"}, "digits.json#/rtl/rooter", "unknown field")

    def test_chips_that_have_no_rtl(self):
        for change, sentence in (
                ("/chip/core/lookup_cycles=1", "is 1, the RTL needs at least 2"),
                ("/chip/core/update_latency_cycles=3", "is 3, the RTL needs at least 4"),
                ("/chip/core/kernel_words=8", "is 8, the RTL has no convolution rows"),
                ('/chip/core_clock_ratio=[2,1]', "is 2:1, the RTL has one clock")):
            code, out, error = self.verify("--set", change)
            self.assertEqual((code, out), (2, ""))
            self.assertIn(sentence, error)

    def test_no_verilator(self):
        path = os.environ["PATH"]
        self.addCleanup(os.environ.__setitem__, "PATH", path)
        os.environ["PATH"] = str(self.folder)
        code, out, error = self.verify("--set", "/chip/router/input_queue_packets=7")
        self.assertEqual((code, out), (2, ""))
        self.assertIn("the program verilator is not on the PATH", error)


if __name__ == "__main__":
    unittest.main()
