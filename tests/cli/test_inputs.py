"""Every format of input drives a network as its page says (docs/reference/inputs.md)."""

import gzip
import json
import struct
import unittest

import numpy

from networks import write_classifier
from program import SOURCE, ProgramTest

MESH = SOURCE / "models" / "library" / "chips" / "mesh8x8.json"
STEPS = 10


def event(x, y, polarity, time):
    return bytes([x, y, polarity << 7 | time >> 16, time >> 8 & 255, time & 255])


def idx(values):
    values = numpy.asarray(values, dtype="u1")
    header = struct.pack(">HBB", 0, 8, values.ndim) + struct.pack(f">{values.ndim}I", *values.shape)
    return header + values.tobytes()


class Inputs(ProgramTest):
    def setUp(self):
        super().setUp()
        # Neuron k counts element k; 8 elements, as (2, 2, 2) and flat.
        write_classifier(self.folder / "cube.nir", numpy.eye(8), (2, 2, 2))
        write_classifier(self.folder / "flat.nir", numpy.eye(8))

    def experiment(self, network, given):
        document = {
            "name": "inputs",
            "chip": str(MESH),
            "network": {"nir": network, "dt_s": 1e-3,
                        "semantics": {"integrator": "euler", "input_gain": "one", "reset": "subtract",
                                      "comparison": "greater_or_equal"}},
            "input": given,
            "readout": {"population": "neurons"},
            "steps": STEPS,
            "seed": 1,
        }
        (self.folder / "exp.json").write_text(json.dumps(document))

    def counts(self, network, given, engine="float"):
        """Spikes of each neuron, by sample; and accuracy."""
        self.experiment(network, given)
        code, out, error = self.spikeloom("golden", "exp.json", "--engine", engine, "--json",
                                          "--out", "out")
        self.assertEqual(code, 0, error)
        rows = (self.folder / "out" / "samples.csv").read_text().splitlines()[1:]
        counts = [[int(word) for word in row.split(",")[4:]] for row in rows]
        return counts, json.loads(out)

    def refusal(self, network, given, command=("golden", "--engine", "float")):
        self.experiment(network, given)
        code, out, error = self.spikeloom(command[0], "exp.json", *command[1:])
        self.assertEqual((code, out), (2, ""))
        return error.replace(str(self.folder), "HERE").rstrip("\n")

    def test_event_recordings(self):
        (self.folder / "clip.bin").write_bytes(
            event(0, 0, 0, 0) + event(1, 0, 0, 2000) + event(1, 1, 1, 9000) + event(1, 1, 1, 12000))
        given = {"format": "nmnist", "events": "clip.bin", "late_events": "last_step"}
        expected = [[1, 1, 0, 0, 0, 0, 0, 1]]  # two events in the last step, one spike a step
        self.assertEqual(self.counts("cube.nir", given)[0], expected)
        self.assertEqual(self.counts("cube.nir", given, "integer")[0], expected)
        flat = {**given, "height": 2, "width": 2, "late_events": "drop"}
        self.assertEqual(self.counts("flat.nir", flat)[0], expected)
        self.assertEqual(
            self.refusal("flat.nir", given),
            "spikeloom: exp.json#/input/height: required field is missing: the network's input is "
            "flat, (8)")
        self.assertEqual(
            self.refusal("flat.nir", {**flat, "width": 3}),
            "spikeloom: exp.json#/input/height: frames of 2 x 2 x 3 do not fill the network's input "
            "of shape (8)")
        self.assertEqual(
            self.refusal("cube.nir", {**given, "width": 3}),
            "spikeloom: exp.json#/input/width: is 3, the network's input has shape (2, 2, 2)")

    def test_a_list_gives_labels(self):
        for label in range(3):
            (self.folder / f"{label}.bin").write_bytes(event(label % 2, label // 2, 0, 0))
        (self.folder / "list.txt").write_text("#sample #class\n0 0\n1 1\n2 2\n")
        counts, result = self.counts("cube.nir", {"format": "nmnist", "list": "list.txt"})
        self.assertEqual([row.index(1) for row in counts], [0, 1, 2])
        self.assertEqual(result["runs"][0]["accuracy"], 1.0)

    def test_spike_times(self):
        (self.folder / "spikes.csv").write_text(
            "time,neuron,sample,label\n0,3,0,3\n1.5,3,0,3\n9.9,5,1,5\n")
        given = {"format": "spike_times", "events": "spikes.csv", "time_unit": "ms"}
        counts, result = self.counts("flat.nir", given)
        self.assertEqual(counts, [[0, 0, 0, 2, 0, 0, 0, 0], [0, 0, 0, 0, 0, 1, 0, 0]])
        self.assertEqual(result["runs"][0]["accuracy"], 1.0)

    def test_constant_images_are_counts_if_whole(self):
        image = numpy.array([[0, 1], [0, 0], [0, 0], [0, 1]])  # (4, 2) in the order whatever fills 8
        numpy.save(self.folder / "image.npy", image.reshape(2, 2, 2).transpose(2, 1, 0))
        given = {"format": "images", "events": "image.npy", "axes": "whc", "encoder": "constant"}
        expected = [[0, STEPS, 0, 0, 0, 0, 0, STEPS]]
        self.assertEqual(self.counts("cube.nir", given)[0], expected)
        self.assertEqual(self.counts("cube.nir", given, "integer")[0], expected)
        self.assertEqual(
            self.refusal("cube.nir", {**given, "scale": 0.5}, ("golden", "--engine", "integer")),
            "spikeloom: HERE/image.npy: holds values that are no whole counts: only the float engine "
            "takes them")
        self.assertEqual(self.counts("cube.nir", {**given, "scale": 0.5})[0],
                         [[0, STEPS // 2, 0, 0, 0, 0, 0, STEPS // 2]])

    def test_idx_images_with_labels_through_every_static_encoder(self):
        images = numpy.zeros((3, 2, 2, 2), "u1")
        for i in range(3):
            images[i].flat[2 * i + 1] = 255
        (self.folder / "images.gz").write_bytes(gzip.compress(idx(images)))
        (self.folder / "labels").write_bytes(idx([1, 3, 5]))
        given = {"format": "images", "events": "images.gz", "labels": "labels"}
        for encoder, spikes in (("constant", STEPS), ("bernoulli", STEPS),
                                ({"name": "latency", "code": "linear", "clip": True}, 1)):
            with self.subTest(encoder=encoder):
                counts, result = self.counts("cube.nir", {**given, "encoder": encoder}, "integer")
                self.assertEqual([max(row) for row in counts], [spikes] * 3)
                self.assertEqual([sum(row) for row in counts], [spikes] * 3)
                self.assertEqual(result["runs"][0]["accuracy"], 1.0)
        counts, _ = self.counts(
            "cube.nir", {**given, "samples": 1, "encoder": {"name": "poisson", "max_rate_hz": 500}})
        self.assertEqual(len(counts), 1)
        self.assertTrue(0 < counts[0][1] <= STEPS and sum(counts[0]) == counts[0][1], counts)

    def test_a_table_of_frames_through_delta(self):
        rows = numpy.zeros((STEPS, 4))
        rows[3:6, 1] = 1
        numpy.savetxt(self.folder / "table.csv", rows, delimiter=",")
        given = {"format": "csv", "events": "table.csv",
                 "encoder": {"name": "delta", "off_spikes": "channel"}}
        expected = [[0, 1, 0, 0, 0, 1, 0, 0]]
        self.assertEqual(self.counts("flat.nir", given)[0], expected)
        self.assertEqual(self.counts("cube.nir", given)[0], expected)

    def test_the_chip_takes_encoded_images(self):
        (self.folder / "images").write_bytes(idx(numpy.arange(16).reshape(2, 8) * 16))
        self.experiment("flat.nir", {"format": "images", "events": "images", "encoder": "bernoulli"})
        code, out, error = self.spikeloom("run", "exp.json", "--json")
        self.assertEqual(code, 0, error)
        result = json.loads(out)
        self.assertEqual(result["spikes"]["mismatched"], 0)
        self.assertGreater(result["spikes"]["chip"][0]["spikes"] if isinstance(
            result["spikes"]["chip"], list) else result["spikes"]["chip"], 0)
        effective = json.loads((self.folder / "results" / "exp" / "effective.json").read_text())
        self.assertEqual(effective["input"]["encoder"],
                         {"name": "bernoulli", "gain": 1.0, "offset": 0.0})
        code, again, error = self.spikeloom("run", "results/exp/effective.json", "--json",
                                            "--out", "again")
        self.assertEqual(code, 0, error)
        self.assertEqual(json.loads(again)["spikes"], result["spikes"])

    def test_check_reads_the_input(self):
        (self.folder / "clip.bin").write_bytes(event(2, 0, 0, 0))
        self.assertEqual(
            self.refusal("cube.nir", {"format": "nmnist", "events": "clip.bin"}, ("check",)),
            "spikeloom: HERE/clip.bin#byte 0: x is 2, allowed are 0 to 1")

    def test_list_names_the_inputs_and_encoders(self):
        self.assertEqual(self.spikeloom("list", "inputs"),
                         (0, "nmnist\nshd\ncsv\nspike_times\nimages\n", ""))
        self.assertEqual(self.spikeloom("list", "encoders"),
                         (0, "constant\nbernoulli\npoisson\nlatency\ndelta\n", ""))


if __name__ == "__main__":
    unittest.main()
