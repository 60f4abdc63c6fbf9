"""Steps of a fixed length, and clocks of their own, as a user sees them."""

import unittest

from program import EXPERIMENTS, SOURCE, ProgramTest

RANDOM = EXPERIMENTS / "random_1k.json"
CHIP = str(SOURCE / "models" / "library" / "chips" / "mesh8x8.json")


class RealTime(ProgramTest):
    def run_random(self, step, *more, expect=0):
        code, out, error = self.spikeloom(
            "run", RANDOM, "--out", "out", "--set", "/steps=60", "--set", "/chip/step=" + step, *more
        )
        self.assertEqual(code, expect, error)
        self.text, self.error = out, error
        return self.result() if expect == 0 else None

    def test_a_long_tick_changes_no_spike(self):
        result = self.run_random('{"mode": "realtime", "tick_cycles": 100000}')
        self.assertEqual(result["spikes"]["mismatched"], 0)
        latency = result["latency"]
        self.assertEqual(latency["tick_cycles"], 100000)
        self.assertEqual(latency["per_step_cycles"], {"p50": 100000, "p95": 100000, "max": 100000})
        self.assertEqual(latency["overruns"], 0)
        self.assertEqual(latency["cycles"], latency["reset_cycles"] + 60 * 100000)
        self.assertLess(latency["busy_cycles"]["max"], 100000)
        self.assertAlmostEqual(latency["utilization"], latency["busy_cycles"]["max"] / 1e5)
        self.assertEqual(result["traffic"]["late"], 0)
        self.assertIn("  real time    ticks of 100000 cycles, of which", self.text)

    def test_a_short_tick_has_a_cause_for_every_mismatch(self):
        for late in ("defer", "drop"):
            result = self.run_random(
                '{"mode": "realtime", "tick_cycles": 100, "late": "%s"}' % late)
            causes = result["spikes"]["by_cause"]
            self.assertGreater(causes["late"], 0)
            self.assertGreater(causes["propagated"], 0)
            self.assertEqual(causes["unexplained"], 0)
            self.assertEqual(sum(causes.values()), result["spikes"]["mismatched"])
            self.assertGreater(result["traffic"]["late"], 0)
            self.assertEqual(result["latency"]["utilization"], 1)
            first = result["spikes"]["first_mismatch"]
            self.assertRegex(
                first["explanation"],
                r"^step %d: neuron %d of neurons .*because .*sent in step \d+, "
                r"(reached core \(\d,\d\) \d+ steps? late|did not reach core)"
                % (first["step"], first["neuron"]),
            )
            self.assertIn("chip differs from integer golden", self.text)
            self.assertIn("  causes       ", self.text)
            self.assertIn("  first        sample 0, step ", self.text)
            report = (self.folder / "out" / "report.html").read_text()
            self.assertIn("<p>Sample 0, step %d: neuron" % first["step"], report)

    def test_slow_cores_are_overrun_and_clocks_change_no_spike_with_barriers(self):
        result = self.run_random(
            '{"mode": "realtime", "tick_cycles": 100}', "--set", "/chip/core_clock_ratio=[1, 3]")
        self.assertGreater(result["latency"]["overruns"], 0)
        self.assertGreater(result["spikes"]["by_cause"]["overrun"], 0)
        self.assertEqual(result["spikes"]["by_cause"]["unexplained"], 0)
        result = self.run_random('{"mode": "barrier"}', "--set", "/chip/core_clock_ratio=[3, 2]")
        self.assertEqual(result["spikes"]["mismatched"], 0)
        self.assertIsNone(result["latency"]["tick_cycles"])

    def test_impossible_ticks_and_clocks_are_refused(self):
        for override, sentence in (
            ('/chip/step={"mode": "realtime", "tick_cycles": 0}',
             "#/step/tick_cycles: is 0, allowed is 1 to 1099511627776"),
            ('/chip/step={"mode": "realtime"}', "#/step/tick_cycles: required field is missing"),
            ('/chip/step={"mode": "realtime", "tick_cycles": 9, "late": "maybe"}',
             '#/step/late: unknown word "maybe"; allowed: defer, drop'),
            ("/chip/core_clock_ratio=[0, 1]", "#/core_clock_ratio/0: is 0, allowed is an integer 1 to 1024"),
            ("/chip/core_clock_ratio=[1, 0]", "#/core_clock_ratio/1: is 0, allowed is an integer 1 to 1024"),
        ):
            code, out, error = self.spikeloom("run", RANDOM, "--set", override, "--out", "out")
            self.assertEqual((code, out), (2, ""), override)
            self.assertEqual(error, "spikeloom: %s%s\n" % (CHIP, sentence))
            self.assertFalse((self.folder / "out").exists())


if __name__ == "__main__":
    unittest.main()
