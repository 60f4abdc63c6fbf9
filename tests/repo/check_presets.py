#!/usr/bin/env python3
"""Every semantics preset and every chip has a page that shows its fields as they are.

usage: check_presets.py
exit codes: 0 sound, 1 not
"""
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "models" / "library"
IN_WORDS = ("format", "name", "description", "source")  # on the page, but not among its fields
# Folder of the library -> folder of its pages, and the sections of a page.
KINDS = {
    "semantics": ("presets", ("## A step", "## Where each choice was read",
                              "## How far it is verified", "## Not covered", "## Fields")),
    "chips": ("chips", ("## What it resembles", "## Where each figure was read",
                        "## What it leaves out", "## Fields")),
}


def page_faults(name, preset, sections, text):
    if not text.startswith(f"# {name}\n"):
        yield "is not headed by its name"
    if "**Choose it** " not in text:
        yield "does not say when to choose it"
    for section in sections:
        if f"\n{section}\n" not in text:
            yield f"has no section '{section}'"
    blocks = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    shown = json.loads(blocks[-1]) if blocks else None
    if shown != {key: value for key, value in preset.items() if key not in IN_WORDS}:
        yield "shows other fields than the file has"


def faults(kind):
    folder, sections = KINDS[kind]
    pages = ROOT / "docs" / folder
    presets = {path.stem: path for path in (LIBRARY / kind).glob("*.json")}
    if not presets:
        yield f"models/library/{kind}: holds no preset"
    index = (pages / "index.md").read_text(encoding="utf-8")
    for name, path in sorted(presets.items()):
        page = pages / f"{name}.md"
        if f"[{name}]({name}.md)" not in index:
            yield f"docs/{folder}/index.md: does not list {name}"
        if not page.exists():
            yield f"docs/{folder}/{name}.md: is missing"
            continue
        preset = json.loads(path.read_text(encoding="utf-8"))
        for fault in page_faults(name, preset, sections, page.read_text(encoding="utf-8")):
            yield f"docs/{folder}/{name}.md: {fault}"
    for page in sorted(pages.glob("*.md")):
        if page.stem != "index" and page.stem not in presets:
            yield f"docs/{folder}/{page.name}: is about no preset"


def main():
    found = [fault for kind in KINDS for fault in faults(kind)]
    print("\n".join(found) or "every preset and every chip has its page")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
