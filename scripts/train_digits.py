#!/usr/bin/python3
"""Trains the shipped digits network and writes it with its encoded test samples.

usage: train_digits.py [--out DIR] [--validate | --evaluate | --check]

  (no option)   train on the training split; write digits.nir, digits_test.h5 and digits.md to DIR
                (by default models/library/networks) and print the report
  --validate    train on 80 % of the training split and print the accuracy on its other 20 %, by
                which a recipe is chosen; the test split is not touched and nothing is written
  --evaluate    print the report for the files in DIR without training
  --check       train into a temporary folder and compare with the files in DIR byte for byte

exit codes: 0 done; 1 --check found a difference; 2 the input or the installation is wrong
"""

import argparse
import dataclasses
import hashlib
import os
import pathlib
import sys
import tempfile

# One thread and one instruction set, fixed before the libraries load: the order in which floats
# are summed decides the bytes of the result, and it would follow the processor found otherwise.
os.environ.update(
    OMP_NUM_THREADS="1",
    ATEN_CPU_CAPABILITY="avx2",
    ONEDNN_MAX_CPU_ISA="AVX2",
    DNNL_MAX_CPU_ISA="AVX2",
)

try:
    import h5py
    import numpy as np
    import sklearn.datasets
    import sklearn.model_selection
    import torch
    import torch.nn.functional as F
except ImportError as error:  # reported by main(), so that --help works without them
    MISSING = error.name
    torch = None
else:
    MISSING = None

STEPS = 32
DT_S = 1e-3
SIDE = 8
LEVELS = 16  # pixels are 0..16
GAIN = 0.5  # over 32 steps a pixel of value v spikes exactly v times: nothing lost, no spike wasted
CLASSES = 10
THETA = 1.0
FILES = ("digits.nir", "digits_test.h5", "digits.md")
CREDIT = """Optical Recognition of Handwritten Digits, E. Alpaydin and C. Kaynak (1998),
UCI Machine Learning Repository, https://archive.ics.uci.edu/dataset/80, CC BY 4.0;
the copy of its test set carried by scikit-learn"""


class InputError(Exception):
    """The user's mistake: one sentence, exit code 2."""


@dataclasses.dataclass(frozen=True)
class Recipe:
    """Everything training depends on besides the data."""

    seed: int = 0
    epochs: int = 60
    batch: int = 64
    learning_rate: float = 5e-3  # peak of a one-cycle schedule
    weight_decay: float = 1e-2
    tau_s: float = 0.008  # beta = 1 - dt/tau = 7/8, exact in binary and in 12-bit decays
    slope: float = 5.0  # of the fast-sigmoid surrogate
    count_scale: float = 0.5  # spike counts to logits
    label_smoothing: float = 0.05
    activity_weight: float = 0.2
    activity_target: float = 0.05  # spikes per neuron and step that are free
    shift_px: float = 1.0
    zoom: float = 0.1
    shear: float = 0.15


RECIPE = Recipe()


# ---- data ---------------------------------------------------------------------------------------


def load_split():
    """Train images, train labels, test images, test labels; images are (n,8,8) of 0..16."""
    digits = sklearn.datasets.load_digits()
    return split(digits.images, digits.target)


def split(images, labels):
    """Stratified 80/20 split, always with seed 0."""
    large, small, large_labels, small_labels = sklearn.model_selection.train_test_split(
        images, labels, test_size=0.2, stratify=labels, random_state=0
    )
    return large, large_labels, small, small_labels


def encode(images):
    """Spike trains (STEPS, n, 8, 8) of 0/1: a phase accumulator per pixel.

    Spike at step t iff floor((t+1) * rate) > floor(t * rate), rate = GAIN * value / LEVELS.
    Takes numpy and torch.
    """
    rate = images * (GAIN / LEVELS)
    if isinstance(images, np.ndarray):
        phase = np.floor(np.arange(STEPS + 1).reshape(-1, 1, 1, 1) * rate)
    else:
        phase = torch.floor(torch.arange(STEPS + 1).reshape(-1, 1, 1, 1) * rate)
    return phase[1:] - phase[:-1]


def augment(images, recipe):
    """Shifts, zooms and shears each image (n,8,8) a little; keeps values in 0..16."""
    count = len(images)

    def uniform(width):
        return (torch.rand(count) * 2 - 1) * width

    grid = torch.zeros(count, 2, 3)
    grid[:, 0, 0] = 1 + uniform(recipe.zoom)
    grid[:, 1, 1] = 1 + uniform(recipe.zoom)
    grid[:, 0, 1] = uniform(recipe.shear)
    grid[:, 1, 0] = uniform(recipe.shear)
    half_images = recipe.shift_px * 2 / SIDE  # the unit of affine_grid
    grid[:, 0, 2] = uniform(half_images)
    grid[:, 1, 2] = uniform(half_images)
    points = F.affine_grid(grid, [count, 1, SIDE, SIDE], align_corners=False)
    moved = F.grid_sample(images.unsqueeze(1), points, align_corners=False)
    return moved.squeeze(1).clamp(0, LEVELS)


# ---- training -----------------------------------------------------------------------------------


class LeakyScan(torch.autograd.Function if torch else object):
    """All steps of a LIF population: v = beta v + x, s = v > theta, v = 0 on a spike.

    The first axis is time.
    """

    @staticmethod
    def forward(ctx, x, beta, slope):
        potentials, spikes = torch.empty_like(x), torch.empty_like(x)
        v = torch.zeros_like(x[0])
        for t in range(len(x)):
            torch.add(x[t], v, alpha=beta, out=potentials[t])
            spikes[t] = potentials[t] > THETA
            v = potentials[t] * (1 - spikes[t])
        ctx.save_for_backward(potentials, spikes)
        ctx.beta, ctx.slope = beta, slope
        return spikes

    @staticmethod
    def backward(ctx, grad):
        """Fast-sigmoid surrogate; the reset is treated as a constant."""
        potentials, spikes = ctx.saved_tensors
        result = grad / (1 + ctx.slope * (potentials - THETA).abs()).square_()
        for t in reversed(range(len(result) - 1)):
            result[t] += ctx.beta * result[t + 1] * (1 - spikes[t])
        return result, None, None


# Name, weight shape, stride, padding, population. The dense layers are trained as convolutions
# that cover their whole input: the same sums, but by oneDNN, fast whatever BLAS is installed.
LAYERS = (
    ("conv1", (16, 1, 3, 3), 1, 1, "hidden1"),
    ("conv2", (32, 16, 3, 3), 2, 1, "hidden2"),
    ("dense1", (128, 32, 4, 4), 1, 0, "hidden3"),
    ("dense2", (CLASSES, 128, 1, 1), 1, 0, "output"),
)


def initial_parameters():
    """{name: (weight, bias)}, uniform, wide enough for spikes to reach the last layer."""
    parameters = {}
    for name, shape, *_ in LAYERS:
        bound = (6 / np.prod(shape[1:])) ** 0.5
        weight = torch.empty(shape).uniform_(-bound, bound).requires_grad_()
        parameters[name] = (weight, torch.zeros(shape[0], requires_grad=True))
    return parameters


def forward(parameters, spikes, recipe):
    """Output spike counts (n, 10) and the mean rate of each population."""
    beta = 1 - DT_S / recipe.tau_s
    x, rates = spikes.unsqueeze(2), []
    for name, _, stride, padding, _ in LAYERS:
        current = F.conv2d(x.flatten(0, 1), *parameters[name], stride, padding)
        x = LeakyScan.apply(current.unflatten(0, x.shape[:2]), beta, recipe.slope)
        rates.append(x.mean())
    return x.sum(0).flatten(1), torch.stack(rates)


def loss_of(counts, rates, labels, recipe):
    """Cross entropy of the counts, plus a price on every population busier than its target."""
    logits = counts * recipe.count_scale
    task = F.cross_entropy(logits, labels, label_smoothing=recipe.label_smoothing)
    return task + recipe.activity_weight * F.relu(rates - recipe.activity_target).sum()


def make_optimizer(parameters, recipe):
    """AdamW; weight decay on the weights alone, biases are few and set the resting drive."""
    weights, biases = zip(*parameters.values())
    groups = [
        {"params": weights, "weight_decay": recipe.weight_decay},
        {"params": biases, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=recipe.learning_rate)


def make_deterministic(seed):
    """Same numbers in every run."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)


def train(images, labels, recipe=RECIPE):
    """Trains from scratch; {name: (weight, bias)} of the last epoch as float32 arrays."""
    make_deterministic(recipe.seed)
    images = torch.tensor(images, dtype=torch.float32)
    labels = torch.tensor(labels)
    parameters = initial_parameters()
    optimizer = make_optimizer(parameters, recipe)
    batches = len(images) // recipe.batch
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, recipe.learning_rate, total_steps=recipe.epochs * batches, pct_start=0.15
    )
    for epoch in range(recipe.epochs):
        for chosen in torch.randperm(len(images)).split(recipe.batch)[:batches]:
            spikes = encode(augment(images[chosen], recipe))
            loss = loss_of(*forward(parameters, spikes, recipe), labels[chosen], recipe)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        show_progress(epoch + 1, recipe.epochs, loss.item())
    return {name: (w.detach().numpy(), b.detach().numpy()) for name, (w, b) in parameters.items()}


def show_progress(epoch, epochs, loss):
    """One line, rewritten, on a terminal; silent in a pipe."""
    if sys.stderr.isatty():
        end = "\n" if epoch == epochs else ""
        print(f"\repoch {epoch}/{epochs}  loss {loss:.4f} ", end=end, file=sys.stderr, flush=True)


# ---- files --------------------------------------------------------------------------------------


def write_node(nodes, name, kind, **fields):
    """One NIR node: its type and a dataset per field; the large arrays are compressed."""
    group = nodes.create_group(name)
    group.create_dataset("type", data=kind, dtype=h5py.string_dtype())
    for field, value in fields.items():
        value = np.asarray(value)
        packed = {"compression": "gzip", "compression_opts": 9} if value.size > 64 else {}
        group.create_dataset(field, data=value, **packed)


def write_lif(nodes, name, shape, recipe):
    """A LIF population whose update, as snnTorch reads it, is that of LeakyScan.

    tau dv/dt = v_leak - v + r x over one step, divided by r dt/tau: v = (1 - dt/tau) v + x, with
    the threshold divided likewise. In double, so that 1 - dt/tau is beta itself, not a neighbour.
    """
    write_node(
        nodes,
        name,
        "LIF",
        tau=np.full(shape, recipe.tau_s),
        r=np.ones(shape),
        v_leak=np.zeros(shape),
        v_threshold=np.full(shape, THETA * DT_S / recipe.tau_s),
        v_reset=np.zeros(shape),
    )


def write_conv(nodes, name, weight, bias, stride, padding, side):
    """A Conv2d node on side x side inputs."""
    write_node(
        nodes,
        name,
        "Conv2d",
        input_shape=[side, side],
        weight=weight,
        bias=bias,
        stride=[stride, stride],
        padding=[padding, padding],
        dilation=[1, 1],
        groups=1,
    )


def write_nir(path, parameters, recipe=RECIPE):
    """The network as a NIR graph, one chain from `input` to `sink`."""
    chain, shape = ["input"], (1, SIDE, SIDE)
    with h5py.File(path, "w") as file:
        file.create_dataset("version", data="1.0.8", dtype=h5py.string_dtype())
        graph = file.create_group("node")
        graph.create_dataset("type", data="NIRGraph", dtype=h5py.string_dtype())
        nodes = graph.create_group("nodes")
        write_node(nodes, "input", "Input", shape=shape)
        for name, _, stride, padding, population in LAYERS:
            weight, bias = parameters[name]
            if name.startswith("conv"):
                write_conv(nodes, name, weight, bias, stride, padding, shape[1])
                side = (shape[1] + 2 * padding - weight.shape[2]) // stride + 1
                shape = (len(bias), side, side)
            else:
                if len(shape) > 1:
                    ends = {"start_dim": 0, "end_dim": -1}
                    write_node(nodes, "flatten", "Flatten", input_type=shape, **ends)
                    chain.append("flatten")
                write_node(nodes, name, "Affine", weight=weight.reshape(len(bias), -1), bias=bias)
                shape = (len(bias),)
            write_lif(nodes, population, shape, recipe)
            chain += [name, population]
        write_node(nodes, "sink", "Output", shape=shape)
        chain.append("sink")
        edges = np.array(list(zip(chain, chain[1:])), dtype=object)
        graph.create_dataset("edges", data=edges, dtype=h5py.string_dtype())


def write_events(path, images, labels):
    """The encoded images in the layout of the Spiking Heidelberg Digits.

    Events lie in the middle of their step, so that rounding cannot move one to the next.
    """
    times, units = [], []
    for sample in encode(images).transpose(1, 0, 2, 3):
        step, unit = np.nonzero(sample.reshape(STEPS, -1))
        times.append(((step + 0.5) * DT_S).astype(np.float32))
        units.append(unit.astype(np.uint16))
    with h5py.File(path, "w") as file:
        file.attrs["attribution"] = CREDIT.replace("\n", " ")
        file.attrs["encoding"] = "spike at t iff floor((t+1)*v/32) > floor(t*v/32), v in 0..16"
        file.attrs["split"] = "test part, stratified 80/20, random_state 0"
        file.attrs["dt_s"] = DT_S
        file.attrs["steps"] = STEPS
        file.create_dataset("labels", data=labels.astype(np.uint16))
        spikes = file.create_group("spikes")
        for name, rows, kind in (("times", times, np.float32), ("units", units, np.uint16)):
            column = spikes.create_dataset(name, (len(rows),), dtype=h5py.vlen_dtype(kind))
            for i, row in enumerate(rows):
                column[i] = row


# ---- evaluation: numpy in double, from the files alone, sharing no arithmetic with training -----


def read_events(path):
    """Spike counts (STEPS, n, 64) and labels."""
    with h5py.File(path, "r") as file:
        labels = file["labels"][()].astype(int)
        counts = np.zeros((STEPS, len(labels), SIDE * SIDE))
        for i, (times, units) in enumerate(zip(file["spikes/times"], file["spikes/units"])):
            steps = np.floor(times.astype(float) / DT_S).astype(int)
            np.add.at(counts, (steps, i, units), 1)
    return counts, labels


def read_chain(path):
    """The nodes as [(name, type, {field: value})], from the input along the edges."""
    with h5py.File(path, "r") as file:
        following = dict(file["node/edges"].asstr()[()])
        nodes, name = [], "input"
        while name is not None:
            group = file["node/nodes"][name]
            fields = {key: item[()] for key, item in group.items() if key != "type"}
            nodes.append((name, group["type"].asstr()[()], fields))
            name = following.get(name)
    return nodes


def convolve(x, node):
    """Conv2d over the last three axes of x, (steps, n, channels, height, width)."""
    (pad_y, pad_x), (stride_y, stride_x) = node["padding"], node["stride"]
    padded = np.pad(x, ((0, 0), (0, 0), (0, 0), (pad_y, pad_y), (pad_x, pad_x)))
    weight = node["weight"].astype(float)
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], axis=(3, 4))
    taps = windows[:, :, :, ::stride_y, ::stride_x]
    current = np.tensordot(taps, weight, axes=([2, 5, 6], [1, 2, 3]))
    return np.moveaxis(current, -1, 2) + node["bias"].astype(float)[:, None, None]


def fire(x, node):
    """Spikes of a LIF population, and its closest approach to the threshold."""
    per_step = DT_S / node["tau"]
    beta, theta = 1 - per_step, node["v_threshold"] / (node["r"] * per_step)
    v, spikes, closest = np.zeros_like(x[0]), np.zeros_like(x), np.inf
    for t, current in enumerate(x):
        v = beta * v + current
        spikes[t] = v > theta
        closest = min(closest, np.abs(v - theta).min())
        v = np.where(spikes[t] > 0, node["v_reset"], v)
    return spikes, closest


@dataclasses.dataclass
class Replay:
    """What a run of the exported network on the exported events gave."""

    counts: np.ndarray  # (samples, classes)
    spikes: dict  # population -> spikes, all samples together
    neurons: dict  # population -> number of neurons
    closest: float  # smallest |v - theta| met, in units of x


def replay_part(nodes, x):
    """Replay of the samples x (STEPS, n, 64)."""
    spikes, neurons, closest = {}, {}, np.inf
    for name, kind, node in nodes:
        if kind == "Input":
            x = x.reshape(x.shape[:2] + tuple(node["shape"]))
        elif kind == "Conv2d":
            x = convolve(x, node)
        elif kind == "Flatten":
            x = x.reshape(x.shape[:2] + (-1,))
        elif kind == "Affine":
            x = x @ node["weight"].astype(float).T + node["bias"].astype(float)
        elif kind == "LIF":
            x, near = fire(x, node)
            spikes[name], neurons[name] = int(x.sum()), int(x[0, 0].size)
            closest = min(closest, near)
        elif kind != "Output":
            raise InputError(f"node '{name}': type {kind} is not one this script writes")
    return Replay(x.sum(0).astype(int), spikes, neurons, closest)


def replay(nodes, events):
    """Replay of all samples, in parts that keep memory small."""
    parts = [replay_part(nodes, events[:, i : i + 40]) for i in range(0, events.shape[1], 40)]
    return Replay(
        np.concatenate([part.counts for part in parts]),
        {name: sum(part.spikes[name] for part in parts) for name in parts[0].spikes},
        parts[0].neurons,
        min(part.closest for part in parts),
    )


def rounded(nodes, per_channel):
    """The nodes with weights on a signed 8-bit grid, per layer or per output channel.

    Biases use the grid of their weights but may be wider, as bias registers are.
    """
    result = []
    for name, kind, node in nodes:
        if "weight" in node:
            weight, bias = node["weight"].astype(float), node["bias"].astype(float)
            rows = np.abs(weight).reshape(len(weight), -1).max(1)
            scale = (rows if per_channel else np.full_like(rows, rows.max())) / 127
            column = scale.reshape((-1,) + (1,) * (weight.ndim - 1))
            node = dict(node, weight=np.round(weight / column) * column)
            node["bias"] = np.round(bias / scale) * scale
        result.append((name, kind, node))
    return result


def score(counts, labels):
    """'98.06 % (353 of 360)'; ties go to the lowest class, as argmax does."""
    right = int((counts.argmax(1) == labels).sum())
    return f"{100 * right / len(labels):.2f} % ({right} of {len(labels)})"


def interval(counts, labels):
    """Wilson's 95 % interval: few samples bound an accuracy loosely, a perfect score too."""
    n, z = len(labels), 1.96
    p = (counts.argmax(1) == labels).mean()
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5
    return f"{100 * (centre - half):.2f} to {100 * (centre + half):.2f} %"


def evaluate(folder):
    """The report on the files in `folder` as [(name, value)]."""
    require(folder, FILES[:2])
    try:
        nodes = read_chain(folder / FILES[0])
        events, labels = read_events(folder / FILES[1])
    except (OSError, KeyError) as error:
        raise InputError(f"{folder}: cannot read {FILES[0]} and {FILES[1]}: {error}") from error
    run = replay(nodes, events)
    per_layer = replay(rounded(nodes, per_channel=False), events)
    per_channel = replay(rounded(nodes, per_channel=True), events)
    top = np.sort(run.counts, axis=1)
    samples = len(labels)
    rows = [
        ("test accuracy, double", score(run.counts, labels)),
        ("its 95 % confidence interval", interval(run.counts, labels)),
        ("8-bit weights, scale per layer", score(per_layer.counts, labels)),
        ("8-bit weights, scale per channel", score(per_channel.counts, labels)),
        ("samples whose two best classes tie", str(int((top[:, -1] == top[:, -2]).sum()))),
        ("smallest abs(v - theta) met", f"{run.closest:.1e}"),
        ("neurons", f"{sum(run.neurons.values()):,}"),
        ("input spikes per sample", f"{events.sum() / samples:.1f}"),
    ]
    for name, spikes in run.spikes.items():
        rate = 100 * spikes / (samples * STEPS * run.neurons[name])
        size = f"{run.neurons[name]:,} neurons, {rate:.2f} % of neuron-steps"
        rows.append((f"spikes per sample, {name}", f"{spikes / samples:.1f} ({size})"))
    return rows + [(f"sha256 of {name}", sha256(folder / name)) for name in FILES[:2]]


def require(folder, names):
    """Refuses a folder that lacks one of the files."""
    for name in names:
        if not (folder / name).is_file():
            raise InputError(f"{folder / name}: no such file")


def sha256(path):
    """Hex digest of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


# ---- the page beside the files ------------------------------------------------------------------

PAGE = """# The digits network

`digits.nir` classifies 8x8 images of handwritten digits; `digits_test.h5` holds the {samples} test
samples as spikes. Both, and this page, are written by

```
scripts/train_digits.py
```

and `scripts/train_digits.py --check` trains again and compares the bytes. Float sums are ordered by
the libraries: other versions than those below, or another processor, may give other weights.

## Data

{credit}.

The images are those of `sklearn.datasets.load_digits`: 1,797 of them, pixels 0..16, from the set's
13 test writers. They are split 80/20, stratified by class, `random_state=0`: each writer may have
digits in both parts, so the accuracy says nothing about an unknown hand. `digits_test.h5` is a
changed form of the test part, each image encoded as spikes; the licence of the data covers it.
Reference: E. Alpaydin, C. Kaynak, Cascading Classifiers, Kybernetika, 1998.

## Network

| node | what | neurons |
|---|---|---|
| `input` | 1 x 8 x 8 pixels, row-major | |
| `conv1`, `hidden1` | 3x3 convolution to 16 channels, padding 1; LIF | 1,024 |
| `conv2`, `hidden2` | 3x3 convolution to 32 channels, stride 2, padding 1; LIF | 512 |
| `flatten`, `dense1`, `hidden3` | fully connected; LIF | 128 |
| `dense2`, `output` | fully connected; LIF; the most spikes win, ties to the lowest class | 10 |

All layers have biases, added in every step. Semantics: preset `snntorch`, dt = 1 ms, {steps} steps:
v = beta v + x, a spike where v > theta, then v = 0; at most one spike per step; v starts at 0;
layers are instantaneous. beta = 1 - dt/tau = {beta}, theta = {theta} in units of x, that is
`tau` = {tau_s} s, `r` = 1, `v_threshold` = theta dt/tau = {v_threshold} in the file.

## Encoding

A pixel of value v spikes at step t if and only if floor((t+1) v/32) > floor(t v/32): a phase
accumulator, no randomness, v spikes in 32 steps. Events are stamped (t + 0.5) ms. Layout of
`digits_test.h5`: `spikes/times` (s), `spikes/units` (0..63, row-major), `labels`.

## Training

Surrogate gradient (fast sigmoid, slope {slope}) through all steps, the reset held constant. Loss:
cross entropy of {count_scale} x spike count, label smoothing {label_smoothing}, plus
{activity_weight} x the rate of each population above {activity_target}. AdamW, weight decay
{weight_decay} on the weights, one-cycle learning rate with peak {learning_rate}, batches of
{batch}, {epochs} epochs, seed {seed}, the weights of the last epoch. Images are shifted by up to
{shift_px} pixel, zoomed by up to {zoom} and sheared by up to {shear}. The recipe was chosen by the
accuracy on held-back fifths of the training part (`--validate` repeats the first of these); the
test part had no say.

Trained with {versions}.

## Result

Recomputed from the two files in double precision, apart from the training code.

| | |
|---|---|
{rows}
"""


def write_page(path, rows, samples, recipe=RECIPE):
    """digits.md: where the data come from, what was trained and how, and what came of it."""
    modules = (("torch", torch), ("numpy", np), ("scikit-learn", sklearn), ("h5py", h5py))
    text = PAGE.format(
        samples=samples,
        credit=CREDIT,
        steps=STEPS,
        theta=THETA,
        beta=1 - DT_S / recipe.tau_s,
        v_threshold=THETA * DT_S / recipe.tau_s,
        versions=", ".join(f"{name} {module.__version__}" for name, module in modules),
        rows="\n".join(f"| {name} | {value} |" for name, value in rows),
        **dataclasses.asdict(recipe),
    )
    path.write_text(text, encoding="utf-8")


# ---- commands -----------------------------------------------------------------------------------


def build(folder):
    """Trains and writes the three files into `folder`; returns the report."""
    images, labels, test_images, test_labels = load_split()
    write_nir(folder / FILES[0], train(images, labels))
    write_events(folder / FILES[1], test_images, test_labels)
    rows = evaluate(folder)
    write_page(folder / FILES[2], rows, len(test_labels))
    return rows


def validate():
    """Accuracy on a part of the training split that was held back."""
    images, labels, _, _ = load_split()
    images, labels, held_images, held_labels = split(images, labels)
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / FILES[0]
        write_nir(path, train(images, labels))
        nodes = read_chain(path)
    run = replay(nodes, encode(held_images).reshape(STEPS, len(held_images), -1))
    return [("validation accuracy, double", score(run.counts, held_labels))]


def check(folder):
    """Names of the files in `folder` that differ from freshly built ones."""
    require(folder, FILES)
    with tempfile.TemporaryDirectory() as fresh:
        fresh = pathlib.Path(fresh)
        build(fresh)
        return [name for name in FILES if sha256(fresh / name) != sha256(folder / name)]


def write(folder):
    """Builds beside the destination and moves the files in when all are complete."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".digits-") as fresh:
        rows = build(pathlib.Path(fresh))
        for name in FILES:
            os.replace(pathlib.Path(fresh) / name, folder / name)
    return rows


def parse(arguments):
    """The command line."""
    root = pathlib.Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n\nusage:")[0],
        epilog=__doc__.split("\n\n")[-1],
        allow_abbrev=False,
    )
    default = root / "models" / "library" / "networks"
    parser.add_argument(
        "--out", metavar="DIR", type=pathlib.Path, default=default,
        help="folder of the three files (default: models/library/networks of this repository)",
    )
    modes = parser.add_mutually_exclusive_group()
    for mode, meaning in (
        ("--validate", "train on a part of the training split, print the accuracy on the rest"),
        ("--evaluate", "print the report for the files in DIR without training"),
        ("--check", "train again and compare with the files in DIR byte for byte"),
    ):
        modes.add_argument(mode, action="store_true", help=meaning)
    return parser.parse_args(arguments)


def run(options):
    """The chosen command; returns the exit code."""
    if MISSING:
        raise InputError(
            f"the Python module '{MISSING}' is missing; Debian has it as python3-torch, "
            "python3-sklearn, python3-numpy or python3-h5py"
        )
    if options.check:
        changed = check(options.out)
        print("\n".join(f"{name}: differs" for name in changed) or "the files are reproduced")
        return 1 if changed else 0
    command = {options.validate: validate, options.evaluate: lambda: evaluate(options.out)}
    rows = command.get(True, lambda: write(options.out))()
    for name, value in rows:
        print(f"{name:36} {value}")
    return 0


def main(arguments=None):
    """Runs and turns the user's mistakes into one sentence."""
    try:
        return run(parse(arguments))
    except (InputError, OSError) as error:
        print(f"train_digits.py: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
