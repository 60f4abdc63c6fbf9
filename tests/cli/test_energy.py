"""Energy can be reproduced by hand from its rows."""

import json
import math
import unittest

from program import ProgramTest, SOURCE

LIBRARY = SOURCE / "models" / "library"
LOIHI = LIBRARY / "technologies" / "loihi14.json"


def rows(result):
    return result["energy"]["by_action"]


class Energy(ProgramTest):
    def test_rows_sum_to_the_total(self):
        self.check_sum(self.run_digits())

    def test_rows_of_kernels_and_taps_are_among_them(self):
        result = self.run_digits(
            "--set", f"/chip={LIBRARY / 'chips' / 'loihi.json'}",
            "--set", f"/chip/technology={LIBRARY / 'technologies' / 'cmos45.json'}")
        self.check_sum(result)
        for name in ("kernel_read", "convolution_tap"):
            self.assertGreater(rows(result)[name]["count"], 0)
            self.assertGreater(rows(result)[name]["pj_each"], 0)

    def check_sum(self, result):
        total = math.fsum(row["j"] for row in rows(result).values())
        self.assertAlmostEqual(total, result["energy"]["total_j"], delta=1e-12 * total)
        for name, row in rows(result).items():
            self.assertAlmostEqual(
                row["j"], row["count"] * row["pj_each"] * 1e-12, delta=1e-12 * total, msg=name
            )
            self.assertTrue(row["source"], name)

    def test_doubling_a_price_adds_exactly_that_row(self):
        technology = f"/chip/technology={LOIHI}"
        before = self.run_digits("--set", technology)
        price = json.loads(LOIHI.read_text())["actions"]["synaptic_operation"]["pj"]
        after = self.run_digits(
            "--set", technology, "--set",
            f"/chip/technology/actions/synaptic_operation/pj={2 * price}", out="doubled"
        )
        row = rows(before)["synaptic_operation"]["j"]
        self.assertGreater(row, 0)
        self.assertAlmostEqual(
            after["energy"]["total_j"], before["energy"]["total_j"] + row,
            delta=1e-12 * before["energy"]["total_j"]
        )

    def test_a_silent_network_costs_updates_and_time_only(self):
        silent = self.silent_run()
        self.assertEqual(silent["spikes"]["chip"], 0)
        counted = {name for name, row in rows(silent).items() if row["count"] > 0}
        self.assertEqual(counted & TRAFFIC, set())
        updates = rows(silent)["neuron_update_inactive"]["count"]
        steps = silent["experiment"]["steps"]
        self.assertEqual(updates, 200 * steps)
        # Clearing the state before the sample ends with a barrier of its own.
        self.assertEqual(rows(silent)["barrier_step"]["count"], steps + 1)
        self.assertEqual(rows(silent)["neuron_update_active"]["count"], 0)
        self.assertEqual(rows(silent)["neuron_state_read"]["count"], updates)
        # Every neuron's slot is read and cleared in every step.
        self.assertEqual(rows(silent)["ring_read"]["count"], updates)
        self.assertEqual(rows(silent)["leakage"]["count"], silent["latency"]["cycles"])
        self.assertEqual(silent["latency"]["cycles"], self.silent_cycles(silent))
        total = math.fsum(rows(silent)[name]["j"] for name in counted)
        self.assertAlmostEqual(total, silent["energy"]["total_j"], delta=1e-12 * total)

    def silent_cycles(self, result):
        """The closed forms of docs/concepts/microarchitecture.md."""
        core = result["experiment"]["chip"]["core"]
        neurons = result["mapping"]["worst_core_neurons"]
        barrier = result["experiment"]["chip"]["barrier"]["latency_cycles"]
        step = (
            (neurons - 1) * core["update_cycles_per_neuron"] + core["update_latency_cycles"]
            + barrier
        )
        slots = core["delay_steps"] + 1
        clearing = max(neurons, slots * math.ceil(neurons / core["synapses_per_word"])) + barrier
        return clearing + result["experiment"]["steps"] * step

    def silent_run(self):
        code, _, error = self.spikeloom(
            "run", SOURCE / "models/library/experiments/random_1k.json", "--out", "silent",
            "--set", '/network/random={"neurons": 200, "fan_out": 10, "rate_hz": 0.001}',
            "--set", f"/chip/technology={LOIHI}",
        )
        self.assertEqual(code, 0, error)
        return self.result("silent")


# What only spikes cause.
TRAFFIC = {
    "synaptic_operation", "neuron_update_active", "spike_within_tile", "axon_lookup",
    "row_pointer_read", "synaptic_word_read", "route_lookup", "queue_write", "queue_read",
    "hop_east_west", "hop_north_south", "input_packet", "output_packet",
}


if __name__ == "__main__":
    unittest.main()
