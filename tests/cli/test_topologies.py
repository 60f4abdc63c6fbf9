"""Digits on every topology, and what faults of a chip do to them."""

import collections
import csv
import json
import unittest

from program import DIGITS, EXPERIMENTS, SOURCE, ProgramTest

MESH = SOURCE / "models" / "library" / "chips" / "mesh8x8.json"
DEAD_LINK = [[1, 0, "east"], [0, 1, "north"]]

TOPOLOGIES = {
    "mesh": {},
    "torus": {"kind": "torus"},
    "triangular_mesh": {"kind": "triangular_mesh"},
    "triangular_torus": {"kind": "triangular_torus"},
    "two_chips": {"chip_width": 4, "chip_height": 8},
}


class Topologies(ProgramTest):
    def chip(self, topology=None, **members):
        """Writes a chip like mesh8x8 and gives its path."""
        chip = json.loads(MESH.read_text())
        chip["technology"] = str(self.technology(MESH.parent / chip["technology"]))
        chip["topology"] = {**chip["topology"], **(topology or {})}
        if "torus" in chip["topology"]["kind"]:
            chip["router"]["virtual_channels"] = 2
        for name, value in members.items():
            chip[name] = {**chip.get(name, {}), **value} if isinstance(value, dict) else value
        path = self.folder / "chip.json"
        path.write_text(json.dumps(chip))
        return path

    def technology(self, like):
        """Prices of `like`, which knows a mesh; what other topologies do more has none."""
        technology = json.loads(like.read_text())
        for action in ("hop_diagonal", "hop_between_chips"):
            technology["actions"].setdefault(action, {"unpriced": "the test asks for no energy"})
        path = self.folder / "technology.json"
        path.write_text(json.dumps(technology))
        return path

    def run_on(self, path, **options):
        return self.run_digits("--set", f"/chip={path}", **options)

    def refusal(self, path, *arguments):
        code, _, error = self.spikeloom("run", DIGITS, "--set", f"/chip={path}", *arguments)
        self.assertEqual(code, 2, error)
        return error

    def packets_by_link(self):
        """Of the last run, by (x, y, link)."""
        with open(self.folder / "out" / "packets.csv", newline="") as file:
            hops = [row for row in csv.DictReader(file) if row["event"] == "hop"]
        return collections.Counter(
            (int(row["tile"]) % 8, int(row["tile"]) // 8, row["port"]) for row in hops)

    def check_alike(self, name, dead):
        """Runs a digit; gives the packets by link."""
        members = {"chip_link": {"latency_cycles": 20}} if name == "two_chips" else {}
        path = self.chip({**TOPOLOGIES[name], "dead_links": dead}, **members)
        result = self.run_digits("--set", f"/chip={path}", "--packet-trace", samples=1)
        self.assertGreater(result["spikes"]["chip"], 0)
        self.assertEqual(result["spikes"]["mismatched"], 0)
        self.assertEqual(result["mapping"]["deadlock"], {"possible": False, "cycle": None})
        return self.packets_by_link()

    def test_digits_spike_alike_with_and_without_the_busiest_link(self):
        for name in TOPOLOGIES:
            with self.subTest(name):
                (busiest, packets), = self.check_alike(name, []).most_common(1)
                self.assertGreater(packets, 100)
                around = self.check_alike(name, [list(busiest)])
                self.assertEqual(around[busiest], 0)
                self.assertGreater(around.total(), packets)

    def test_dead_and_isolated_tiles_are_survived(self):
        around = [[3, 2, link] for link in ("east", "west", "north", "south")]
        for fault in {"dead_tiles": [[1, 0], [2, 2]]}, {"dead_links": around}, {
            "dead_cores": [[0, 0, 0]]
        }:
            with self.subTest(fault):
                result = self.run_on(self.chip(fault))
                self.assertEqual(result["spikes"]["mismatched"], 0)

    def test_too_few_cores_are_refused_with_those_that_are_dead(self):
        dead = [[x, y] for x in range(8) for y in range(8) if y > 0]
        error = self.refusal(self.chip({"dead_tiles": dead}))
        self.assertIn('chip "mesh8x8" has 8 (dead or cut off: tile (0, 1), tile (1, 1), '
                      "tile (2, 1) and 53 more tiles)", error)

    def test_capacities_are_refused_by_name(self):
        cases = (
            ({"router": {"table_entries": 1}}, "routing entries, the router has 1"),
            ({"core": {"synaptic_words": 8}}, "synaptic words, a core has 8"),
        )
        for members, sentence in cases:
            with self.subTest(sentence):
                chip = json.loads(self.chip().read_text())
                for name, fields in members.items():
                    chip[name] = {**chip[name], **fields}
                path = self.folder / "small.json"
                path.write_text(json.dumps(chip))
                self.assertIn(sentence, self.refusal(path))

    def test_a_router_that_knows_no_detour_is_refused_by_name(self):
        path = self.chip({"dead_links": DEAD_LINK})
        error = self.refusal(path, "--set", '/mapping={"router":"xy_tree"}')
        self.assertIn("router xy_tree finds no way for packets from tile (", error)

    def test_a_circle_is_refused_where_no_packet_is_dropped_and_told_where_they_are(self):
        def mapped(chip):
            return self.spikeloom(
                "map", EXPERIMENTS / "random_1k.json", "--set", f"/chip={chip}",
                "--set", '/mapping={"router":"steiner"}', "--json"
            )

        code, _, error = mapped(self.chip({"kind": "triangular_torus"},
                                          router={"virtual_channels": 1}))
        self.assertEqual(code, 2, error)
        self.assertIn("packets can wait for each other for ever: tile (", error)
        dropping = {"virtual_channels": 1, "blocked": {"wait1_cycles": 1000}}
        code, out, error = mapped(self.chip({"kind": "triangular_torus"}, router=dropping))
        self.assertEqual(code, 0, error)
        mapping = json.loads(out)
        self.assertTrue(mapping["deadlock"]["possible"])
        self.assertIn("tile (", mapping["deadlock"]["cycle"])
        self.assertIn("packets can wait for each other in a circle", mapping["warnings"][0])


if __name__ == "__main__":
    unittest.main()
