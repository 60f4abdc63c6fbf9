"""Recordings and images made elsewhere, through the program."""

import json
import os
import pathlib
import unittest

import numpy

from networks import write_classifier, write_nir
from program import SOURCE, ProgramTest

DATA = pathlib.Path(os.environ.get("SPIKELOOM_DATA", SOURCE.parent / "shared" / "data"))
INTEGRATE = {"integrator": "euler", "input_gain": "one", "comparison": "greater",
             "reset": "to_value", "float_width": "single"}


def idx(path):
    """The values of an IDX file of unsigned bytes."""
    import gzip

    content = gzip.decompress(path.read_bytes())
    rank = content[3]
    shape = numpy.frombuffer(content, ">u4", rank, 4)
    return numpy.frombuffer(content, "u1", offset=4 + 4 * rank).reshape(shape)


def events(path):
    """x, y, polarity and microseconds of a recording."""
    rows = numpy.fromfile(path, "u1").reshape(-1, 5).astype("i8")
    return (rows[:, 0], rows[:, 1], rows[:, 2] >> 7,
            (rows[:, 2] & 127) << 16 | rows[:, 3] << 8 | rows[:, 4])


class InputData(ProgramTest):
    def golden(self, document):
        (self.folder / "exp.json").write_text(json.dumps({"name": "data", "seed": 1, **document}))
        code, out, error = self.spikeloom("golden", "exp.json", "--engine", "float", "--json")
        self.assertEqual(code, 0, error)
        run = json.loads(out)["runs"][0]
        return run["accuracy"], {row["population"]: row["spikes"] for row in run["by_population"]}

    def test_a_convolutional_network_classifies_a_hundred_event_recordings(self):
        accuracy, spikes = self.golden({
            "network": {"nir": str(DATA / "nir" / "cnn_sinabs.nir"), "semantics": INTEGRATE,
                        "dt_s": 1e-3},
            "input": {"format": "nmnist", "list": str(DATA / "nmnist" / "test100.txt"),
                      "events": str(DATA / "nmnist" / "test"), "late_events": "last_step"},
            "readout": {"population": "12"},
            "steps": 300,
        })
        self.assertEqual(accuracy, 1.0)
        expected = json.loads(
            (DATA / "nmnist" / "expected_numpy_ref" / "nm100_single_zero.json").read_text())
        self.assertEqual(spikes["12"], sum(sum(row[3:]) for row in expected))
        recordings = (DATA / "nmnist" / "test").glob("*.bin")
        self.assertEqual(spikes["input"], sum(path.stat().st_size // 5 for path in recordings))

    def test_a_clip_of_an_event_camera_drives_its_pixels(self):
        clip = DATA / "dvs" / "dvs128_gesture_1.bs2"
        # Four neurons, of OFF and ON events in the left and the right half of the frame.
        weight = numpy.zeros((4, 2, 128, 128))
        for neuron in range(4):
            half = slice(64) if neuron % 2 == 0 else slice(64, 128)
            weight[neuron, neuron // 2, :, half] = 1
        write_classifier(self.folder / "net.nir", weight.reshape(4, -1), (2, 128, 128))
        document = {
            "network": {"nir": "net.nir", "dt_s": 1e-3,
                        "semantics": {**INTEGRATE, "comparison": "greater_or_equal",
                                      "reset": "subtract", "max_spikes_per_step": 1000000}},
            "input": {"format": "nmnist", "events": str(clip)},
            "readout": {"population": "neurons"},
            "steps": 1450,
        }
        x, _, polarity, time = events(clip)
        for steps, late in ((1450, "refuse"), (500, "drop")):
            accuracy, spikes = self.golden(
                {**document, "steps": steps, "input": {**document["input"], "late_events": late}})
            self.assertIsNone(accuracy)
            taken = int((time < steps * 1000).sum())
            self.assertEqual(spikes, {"input": taken, "neurons": taken})
        self.assertGreater(len(x), 60000)
        self.assertGreater(polarity.min() + 1, 0)

    def test_handwritten_digits_through_the_encoders(self):
        images = idx(DATA / "mnist" / "t10k-images-idx3-ubyte.gz")[:200]
        labels = idx(DATA / "mnist" / "t10k-labels-idx1-ubyte.gz")[:200]
        # The mean of each digit, with the same sum of squares, is a crude classifier of them.
        means = numpy.stack([images[labels == k].mean(axis=0).ravel() for k in range(10)])
        weight = means / numpy.sqrt((means**2).sum(axis=1, keepdims=True))
        write_classifier(self.folder / "net.nir", weight, (1, 28, 28))
        steps = 50
        rates = images / 255.0
        for encoder, low, expected, deviation in (
            ("constant", 0.85, steps * (images > 0).sum(), 0),
            ("bernoulli", 0.85, steps * rates.sum(), (steps * (rates * (1 - rates)).sum())**0.5),
            ({"name": "poisson", "max_rate_hz": 500}, 0.85, 0.5 * steps * rates.sum(),
             (0.5 * steps * rates.sum())**0.5),
            ({"name": "latency", "normalize": True, "code": "linear", "clip": True}, 0.75,
             (rates >= 0.01).sum(), 0),
        ):
            with self.subTest(encoder=encoder):
                accuracy, spikes = self.golden({
                    "network": {"nir": "net.nir", "dt_s": 1e-3,
                                "semantics": {**INTEGRATE, "reset": "subtract",
                                              "max_spikes_per_step": 1000000}},
                    "input": {"format": "images", "encoder": encoder, "samples": 200,
                              "events": str(DATA / "mnist" / "t10k-images-idx3-ubyte.gz"),
                              "labels": str(DATA / "mnist" / "t10k-labels-idx1-ubyte.gz")},
                    "readout": {"population": "neurons"},
                    "steps": steps,
                })
                self.assertGreater(accuracy, low)
                self.assertLessEqual(abs(spikes["input"] - expected), 3 * deviation)

    def test_a_numpy_image_of_another_order_of_axes_fills_the_input(self):
        path = DATA / "loihi_netx" / "pilotnet_lif" / "image.npy"
        image = numpy.load(path).transpose(2, 1, 0)  # width, height, channel
        nodes = {"input": ("Input", {"shape": image.shape}),
                 "neurons": ("IF", {"r": numpy.ones(image.shape),
                                    "v_threshold": numpy.full(image.shape, 20.0)}),
                 "output": ("Output", {"shape": image.shape})}
        write_nir(self.folder / "net.nir", nodes, [("input", "neurons"), ("neurons", "output")])
        steps = 3
        _, spikes = self.golden({
            "network": {"nir": "net.nir", "dt_s": 1e-3,
                        "semantics": {**INTEGRATE, "comparison": "greater_or_equal"}},
            "input": {"format": "images", "events": str(path), "axes": "whc",
                      "encoder": "constant"},
            "steps": steps,
        })
        potential, fired = numpy.zeros(image.shape), 0
        for _ in range(steps):
            potential += image
            fired += int((potential >= 20).sum())
            potential[potential >= 20] = 0
        self.assertEqual(spikes, {"input": steps * int(image.sum()), "neurons": fired})


if __name__ == "__main__":
    if not (DATA / "nmnist").exists():
        print(f"skipped for lack of reference data: {DATA}")
    else:
        unittest.main()
