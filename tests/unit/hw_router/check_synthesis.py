#!/usr/bin/env python3
"""Yosys takes all modules of hw/rtl, and makes of a router the flip-flops that its parameters say.

usage: check_synthesis.py HW_FOLDER
"""

import math
import pathlib
import re
import subprocess
import sys
import tempfile

LINKS, KEY_BITS, PACKET_BITS = 6, 32, 50


def bits(count):
    """Of an index into `count` places."""
    return max(1, math.ceil(math.log2(count)))


def counter(most):
    """Bits of a count from 0 to `most`."""
    return math.ceil(math.log2(most + 1))


def router_flip_flops(entries, cores, queue, lookup, core_queue):
    """Of a lossless router with one virtual channel, a packet per cycle and lookup of 2 or more."""
    outputs, inputs = LINKS + 1 + cores, LINKS + 1 + cores
    # valid, key, mask, route; the beats of an entry that wait; per port a match and where
    table = entries * (1 + 2 * KEY_BITS + outputs) + 2 * KEY_BITS + inputs * (1 + bits(entries))
    # packets and answers, three places, two counts, tokens, fresh, key and whether it is searched
    queues = inputs * (queue * (PACKET_BITS + outputs + 1) + 3 * bits(queue) + 2 * counter(queue)
                       + lookup + 1 + KEY_BITS + 1)
    remaining = inputs * outputs
    pointers = outputs * inputs
    credits = LINKS * counter(queue) + cores * counter(core_queue)
    return table + queues + remaining + pointers + credits


def yosys(hw, commands):
    files = " ".join(str(file) for file in [hw / "pkg" / "sl_pkg.sv", *sorted((hw / "rtl").glob("*.sv"))])
    script = f"read_verilog -sv {files}; {commands}"
    done = subprocess.run(["yosys", "-q", "-p", script], capture_output=True, text=True, check=False)
    if done.returncode != 0 or "Warning" in done.stderr + done.stdout:
        sys.exit(f"check_synthesis.py: yosys: {done.stdout}{done.stderr}")


def cells_of(hw, top, parameters):
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder) / "stat.txt"
        sets = " ".join(f"-set {name} {value}" for name, value in parameters.items())
        yosys(hw, f"chparam {sets} {top}; synth -flatten -top {top}; tee -q -o {report} stat")
        return {name: int(count)
                for name, count in re.findall(r"^\s+(\$_\w+_)\s+(\d+)$", report.read_text(), re.M)}


def main():
    hw = pathlib.Path(sys.argv[1])
    yosys(hw, "hierarchy -check -top sl_chip; proc; opt_clean")
    for entries, cores, queue, lookup, core_queue in ((8, 1, 2, 2, 8), (5, 2, 3, 4, 1)):
        cells = cells_of(hw, "sl_router",
                         {"TableEntries": entries, "Cores": cores, "QueuePackets": queue,
                          "LookupCycles": lookup, "CoreQueuePackets": core_queue})
        latches = sum(count for name, count in cells.items() if "LATCH" in name)
        found = sum(count for name, count in cells.items() if "DFF" in name)
        expected = router_flip_flops(entries, cores, queue, lookup, core_queue)
        print(f"{entries} entries, {cores} cores: {found} flip-flops of {expected}, "
              f"{sum(cells.values())} cells")
        if latches or found != expected:
            sys.exit(f"check_synthesis.py: {found} flip-flops and {latches} latches, "
                     f"expected {expected} and none")


if __name__ == "__main__":
    main()
