#!/usr/bin/env python3
"""Every semantics preset has a page in docs/presets that shows its fields as they are.

usage: check_presets.py
exit codes: 0 sound, 1 not
"""
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PRESETS = ROOT / "models" / "library" / "semantics"
PAGES = ROOT / "docs" / "presets"
IN_WORDS = ("format", "name", "description", "source")  # on the page, but not among its fields
SECTIONS = ("## A step", "## Where each choice was read", "## How far it is verified",
            "## Not covered", "## Fields")


def page_faults(name, preset, text):
    if not text.startswith(f"# {name}\n"):
        yield "is not headed by its name"
    if "**Choose it** " not in text:
        yield "does not say when to choose it"
    for section in SECTIONS:
        if f"\n{section}\n" not in text:
            yield f"has no section '{section}'"
    blocks = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    shown = json.loads(blocks[-1]) if blocks else None
    if shown != {key: value for key, value in preset.items() if key not in IN_WORDS}:
        yield "shows other fields than the file has"


def faults():
    presets = {path.stem: path for path in PRESETS.glob("*.json")}
    if not presets:
        yield "models/library/semantics: holds no preset"
    index = (PAGES / "index.md").read_text(encoding="utf-8")
    for name, path in sorted(presets.items()):
        page = PAGES / f"{name}.md"
        if f"[{name}]({name}.md)" not in index:
            yield f"docs/presets/index.md: does not list {name}"
        if not page.exists():
            yield f"docs/presets/{name}.md: is missing"
            continue
        preset = json.loads(path.read_text(encoding="utf-8"))
        for fault in page_faults(name, preset, page.read_text(encoding="utf-8")):
            yield f"docs/presets/{name}.md: {fault}"
    for page in sorted(PAGES.glob("*.md")):
        if page.stem != "index" and page.stem not in presets:
            yield f"docs/presets/{page.name}: is about no preset"


def main():
    found = list(faults())
    print("\n".join(found) or "every preset has its page")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
