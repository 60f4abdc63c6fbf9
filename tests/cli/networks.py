"""Small NIR networks for the tests beside it."""

import h5py
import numpy


def write_nir(path, nodes, edges):
    """nodes: name -> (type, fields)."""
    text = h5py.string_dtype("utf-8")
    with h5py.File(path, "w") as file:
        file["version"] = "1.0.8"
        root = file.create_group("node")
        root["type"] = "NIRGraph"
        root["edges"] = numpy.array(edges, dtype=text)
        group = root.create_group("nodes")
        for name, (kind, fields) in nodes.items():
            node = group.create_group(name)
            node["type"] = kind
            for field, value in fields.items():
                node[field] = numpy.asarray(value)


def write_classifier(path, weight, shape=None):
    """input of `shape` (default flat) -> flatten -> dense -> integrate and fire -> output."""
    classes, inputs = weight.shape
    shape = [inputs] if shape is None else list(shape)
    nodes = {
        "input": ("Input", {"shape": shape}),
        "flat": ("Flatten", {"start_dim": 0, "end_dim": -1, "input_type": shape}),
        "dense": ("Linear", {"weight": weight.astype("f4")}),
        "neurons": ("IF", {"r": numpy.ones(classes), "v_threshold": numpy.ones(classes)}),
        "output": ("Output", {"shape": [classes]}),
    }
    names = list(nodes)
    write_nir(path, nodes, list(zip(names, names[1:])))
