#!/usr/bin/env python3
"""Refuses includes that point up or sideways in the layer order (docs/developer/layers.md).

Prints `file:line: sentence` per offender. Exit codes: 0 none, 1 some, 2 wrong argument.
"""

import argparse
import pathlib
import re
import sys
import unittest

from tree import read_sources

Sources = dict[pathlib.PurePosixPath, str]

_NETWORK = {"models/base", "models/library", "models/network"}
_CHIP = _NETWORK | {"models/lowering", "models/chip"}
_MODELS = _CHIP | {"models/inputs", "models/technology", "models/mapping", "models/experiment"}
_ENGINES = {"sim/golden", "sim/chip", "sim/rtl"}

# Folder -> the other folders that its files may include.
MAY_INCLUDE: dict[str, set[str]] = {
    "models/base": set(),
    "models/library": {"models/base"},
    "models/network": _NETWORK,
    "models/inputs": _NETWORK,
    "models/lowering": _NETWORK,
    "models/chip": _NETWORK | {"models/lowering"},
    "models/technology": _CHIP,
    "models/mapping": _CHIP,
    "models/experiment": _MODELS,
    "mapper": _CHIP | {"models/mapping"},
    "sim/golden": _NETWORK | {"models/lowering"},
    "sim/chip": _CHIP | {"models/technology", "models/mapping"},
    "sim/rtl": _CHIP | {"models/mapping"},
    "sim/noc": _CHIP | {"models/technology", "models/mapping", "sim/chip"},
    "sim/cosim": _MODELS | _ENGINES,
    "sim/report": _MODELS | _ENGINES | {"sim/cosim"},
    "cli/flow": _MODELS | _ENGINES | {"mapper", "sim/cosim", "sim/report"},
    "cli": _MODELS | _ENGINES | {"mapper", "sim/cosim", "sim/report", "sim/noc", "cli/flow"},
}
MAY_SEE_SYSTEMC = ("sim/chip/", "tests/")
MAY_JOIN_MAPPER_AND_SIM = ("cli/flow/", "tests/")
# Costly to parse: never in a header.
HEAVY_HEADER = re.compile(r"nlohmann/json\.hpp|CLI/|spdlog/")
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', re.MULTILINE)


def folder_of(path: str) -> str | None:
    """The deepest folder with a rule that holds `path`."""
    holders = [folder for folder in MAY_INCLUDE if path.startswith(folder + "/")]
    return max(holders, key=len, default=None)


def refusal(path: str, quoted: bool, included: str) -> str | None:
    """Why `path` may not include `included`; None if it may."""
    in_tests = path.startswith("tests/")
    if not quoted:
        if re.match(r"systemc|tlm|sysc/", included) and not path.startswith(MAY_SEE_SYSTEMC):
            return "only sim/chip may include SystemC"
        if path.endswith(".hpp") and HEAVY_HEADER.match(included) and not in_tests:
            return f"<{included}> belongs into a .cpp file; headers are kept cheap to parse"
        return None
    if in_tests:
        return None
    source, target = folder_of(path), folder_of(included)
    if source is None:
        return "no layer is known for this file; add its folder to tests/repo/check_layers.py"
    if target is None:
        return f'"{included}" is in no layer; includes are written by full path from the root'
    if target != source and target not in MAY_INCLUDE[source]:
        return f"{source} may not include {target}"
    return None


def offenders(sources: Sources) -> list[str]:
    found = []
    for path, text in sources.items():
        name = str(path)
        sides = set()
        for match in _INCLUDE.finditer(text):
            included = match.group(2)
            place = f"{name}:{text.count(chr(10), 0, match.start()) + 1}"
            reason = refusal(name, match.group(1) == '"', included)
            if reason:
                found.append(f"{place}: {reason}")
            sides |= {included.split("/")[0]} & {"mapper", "sim"}
            if len(sides) == 2 and not name.startswith(MAY_JOIN_MAPPER_AND_SIM):
                found.append(f"{place}: only cli/flow may include both mapper and sim")
                sides = set()
    return found


class PlantedViolations(unittest.TestCase):
    def check(self, path: str, text: str, expected: list[str]) -> None:
        self.assertEqual(offenders({pathlib.PurePosixPath(path): text}), expected)

    def test_downward_includes_are_taken(self):
        self.check("mapper/mapper.hpp", '#include "models/mapping/mapping.hpp"\n#include <vector>\n', [])
        self.check("models/chip/chip.cpp", '#include "models/chip/chip.hpp"\n', [])

    def test_an_include_that_points_up_is_refused_with_its_line(self):
        self.check("models/base/ids.hpp", '#pragma once\n\n#include "models/network/graph.hpp"\n',
                   ["models/base/ids.hpp:3: models/base may not include models/network"])

    def test_mapper_and_simulator_do_not_know_each_other(self):
        self.check("mapper/x.cpp", '#include "sim/chip/chip_simulator.hpp"\n',
                   ["mapper/x.cpp:1: mapper may not include sim/chip"])
        self.check("sim/cosim/x.cpp", '  #  include "mapper/mapper.hpp"\n',
                   ["sim/cosim/x.cpp:1: sim/cosim may not include mapper"])

    def test_golden_is_an_independent_witness(self):
        self.check("sim/golden/x.cpp", '#include "models/chip/chip.hpp"\n#include <systemc.h>\n',
                   ["sim/golden/x.cpp:1: sim/golden may not include models/chip",
                    "sim/golden/x.cpp:2: only sim/chip may include SystemC"])

    def test_technology_and_mapping_are_siblings(self):
        self.check("models/mapping/x.cpp", '#include "models/technology/ledger.hpp"\n',
                   ["models/mapping/x.cpp:1: models/mapping may not include models/technology"])

    def test_only_flow_joins_mapper_and_simulator(self):
        text = '#include "mapper/mapper.hpp"\n#include "sim/chip/chip_simulator.hpp"\n'
        self.check("cli/flow/run.cpp", text, [])
        self.check("cli/main.cpp", text,
                   ["cli/main.cpp:2: only cli/flow may include both mapper and sim"])

    def test_paths_are_written_from_the_root(self):
        self.check("models/base/error.cpp", '#include "error.hpp"\n',
                   ['models/base/error.cpp:1: "error.hpp" is in no layer; '
                    "includes are written by full path from the root"])

    def test_a_folder_without_a_rule_is_refused(self):
        self.check("sim/new/x.cpp", '#include "models/base/ids.hpp"\n',
                   ["sim/new/x.cpp:1: no layer is known for this file; "
                    "add its folder to tests/repo/check_layers.py"])

    def test_heavy_headers_stay_out_of_headers(self):
        self.check("models/base/x.hpp", "#include <nlohmann/json.hpp>\n",
                   ["models/base/x.hpp:1: <nlohmann/json.hpp> belongs into a .cpp file; "
                    "headers are kept cheap to parse"])
        self.check("models/base/x.hpp", "#include <nlohmann/json_fwd.hpp>\n", [])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--self-test", action="store_true", help="plant violations and see them refused")
    if parser.parse_args().self_test:
        return 0 if unittest.main(argv=[sys.argv[0]], exit=False).result.wasSuccessful() else 1
    sources = read_sources({".cpp", ".hpp"})
    found = offenders(sources)
    print("\n".join(found + [f"{len(sources)} files read, {len(found)} includes refused"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
