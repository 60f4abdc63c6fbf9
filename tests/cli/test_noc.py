"""spikeloom noc: latency against load of a chip's network."""

import json
import unittest

from program import SOURCE, ProgramTest

CHIPS = SOURCE / "models" / "library" / "chips"
POINT = ["pattern", "offered", "accepted", "latency_mean", "latency_p95", "dropped",
         "stable"]


class Noc(ProgramTest):
    def points(self, *arguments):
        code, out, error = self.spikeloom("noc", *arguments, "--json")
        self.assertEqual((code, error), (0, ""))
        return json.loads(out)["points"]

    def refused(self, arguments, message):
        self.assertEqual(self.spikeloom("noc", *arguments), (2, "", f"spikeloom: {message}\n"))

    def test_the_reference_network_is_the_default(self):
        points = self.points()
        self.assertEqual([list(point) for point in points], [POINT] * 3)
        self.assertEqual([(p["pattern"], p["offered"], p["stable"]) for p in points],
                         [("uniform", 0.02, True), ("uniform", 0.1, True), ("uniform", 0.2, False)])
        for point, expected in zip(points, (27.2, 28.8)):
            self.assertAlmostEqual(point["latency_mean"] / expected, 1, delta=0.03)
            self.assertAlmostEqual(point["accepted"] / point["offered"], 1, delta=0.03)
            self.assertGreater(point["latency_p95"], point["latency_mean"])
        self.assertEqual(points, self.points("noc8x8"))

    def test_every_pattern_at_every_rate(self):
        _, listed, _ = self.spikeloom("list", "patterns")
        patterns = listed.split()
        self.assertEqual(len(patterns), 9)
        arguments = [word for pattern in patterns for word in ("--pattern", pattern)]
        points = self.points("mesh8x8", *arguments, "--offered", "0.01", "--offered", "0.02")
        self.assertEqual([(p["pattern"], p["offered"]) for p in points],
                         [(pattern, rate) for pattern in patterns for rate in (0.01, 0.02)])
        self.assertTrue(all(point["stable"] for point in points))

    def test_no_packet_has_no_latency(self):
        point, = self.points("--offered", "1e-300")
        self.assertIsNone(point["latency_mean"])
        self.assertIsNone(point["latency_p95"])
        _, table, _ = self.spikeloom("noc", "--offered", "1e-300")
        self.assertIn("no packet", table)

    def test_a_chip_file(self):
        chip = json.loads((CHIPS / "mesh8x8.json").read_text())
        chip["topology"] |= {"width": 3, "height": 2}
        (self.folder / "small.json").write_text(json.dumps(chip))
        point, = self.points("small.json", "--offered", "0.001")
        self.assertAlmostEqual(point["latency_mean"], 2 + 2 + 3 * (8 / 9 + 1 / 2) + 1, delta=0.1)

    def torus(self, name, **router):
        """A chip file: mesh8x8 closed to a torus, with its router changed."""
        chip = json.loads((CHIPS / "mesh8x8.json").read_text())
        chip["topology"]["kind"] = "torus"
        chip["router"] |= router
        (self.folder / name).write_text(json.dumps(chip))
        return name

    def test_circles(self):
        circle = ", ".join(f"tile ({x}, 0) west" for x in (1, 0, 7, 6, 5, 4, 3, 2))
        self.refused([self.torus("lossless.json"), "--pattern", "uniform"],
                     f"pattern uniform: packets can wait for each other for ever: {circle}; "
                     "give the chip 2 virtual_channels or a rule for blocked packets")
        drops = self.torus("drops.json", input_queue_packets=1, blocked={"wait1_cycles": 20})
        arguments = (drops, "--pattern", "uniform", "--pattern", "neighbour", "--offered", "0.5")
        code, out, error = self.spikeloom("noc", *arguments, "--json")
        self.assertEqual((code, error), (0, ""))
        result = json.loads(out)
        self.assertEqual(result["deadlock"],
                         [{"pattern": "uniform", "possible": True, "cycle": circle},
                          {"pattern": "neighbour", "possible": False, "cycle": None}])
        self.assertGreater(result["points"][0]["dropped"], 0)
        self.assertFalse(result["points"][0]["stable"])
        code, out, error = self.spikeloom("noc", *arguments)
        self.assertEqual((code, error), (0, ""))
        self.assertRegex(out.splitlines()[2], r"^uniform +0.5 .* drops +#+")
        self.assertEqual(out.splitlines()[4], "uniform: packets can wait for each other in a "
                         f"circle until the routers drop them: {circle}")
        channels = self.torus("channels.json", virtual_channels=2)
        self.assertTrue(self.points(channels, "--offered", "0.05")[0]["stable"])

    def test_the_table(self):
        code, out, error = self.spikeloom("noc", "--offered", "0.02", "--offered", "0.2")
        self.assertEqual((code, error), (0, ""))
        lines = out.splitlines()
        self.assertIn("noc8x8, 8 x 8 tiles", lines[0])
        self.assertEqual(lines[1].split(), ["pattern", "offered", "accepted", "mean", "p95"])
        self.assertRegex(lines[2], r"^uniform +0.02 +0.0[12]\d+ +27\.\d+ +4\d  stable +#+$")
        self.assertRegex(lines[3], r"^uniform +0.2 .* unstable +#+>$")
        self.assertRegex(lines[4], r"^\d+\.\d+ million router-cycles per CPU second$")

    def test_refusals(self):
        self.refused(["planet"], "there is no shipped chip 'planet' and no such file; shipped: "
                     + ", ".join(sorted(file.stem for file in CHIPS.glob("*.json"))))
        self.refused(["--pattern", "neighbor"],
                     "there is no pattern 'neighbor'; known: uniform, transpose, bit_complement, "
                     "bit_reversal, tornado, shuffle, neighbour, hotspot, multicast")
        for rate in ("0", "-1", "1.01"):
            self.refused(["--offered", rate], f"offered is {rate}, allowed is above 0 and at most "
                         "1 packet per node and cycle")
        self.refused(["mesh10x10", "--pattern", "shuffle"],
                     "pattern shuffle needs a power of two of tiles; the chip has 10 x 10 tiles")
        for rate in ("nan", "inf", "many"):
            self.assertEqual(self.spikeloom("noc", "--offered", rate)[0], 2)
        chip = json.loads((CHIPS / "mesh8x8.json").read_text())
        chip["topology"] |= {"width": 256, "height": 256}
        (self.folder / "large.json").write_text(json.dumps(chip))
        self.refused(["large.json"],
                     "the chip has 65536 tiles, synthetic traffic takes at most 4096")
        self.refused(["absent.json"], "absent.json: cannot be read as a file")


if __name__ == "__main__":
    unittest.main()
