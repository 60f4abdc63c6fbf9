#!/usr/bin/env python3
"""Checks the JSON schemas of the library, and every shipped file against its schema.

usage: test_schemas.py                      check schemas and shipped files
       test_schemas.py --document KIND FILE check one document, such as: result result.json
exit codes: 0 sound, 1 not, 77 the jsonschema module is missing
"""
import argparse
import json
import pathlib
import sys

try:
    import jsonschema
except ImportError:
    print("skipped: python3-jsonschema is not installed")
    sys.exit(77)

LIBRARY = pathlib.Path(__file__).resolve().parents[2] / "models" / "library"
# Folder of the library -> schema of its files.
KINDS = {
    "chips": "chip",
    "technologies": "technology",
    "semantics": "semantics",
}
if (LIBRARY.parent / "experiment").exists():  # experiments are shipped with their reader
    KINDS["experiments"] = "experiment"


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


def validator(kind):
    schema = load(LIBRARY / "schemas" / f"{kind}.schema.json")
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def document_faults(kind, document, name):
    for error in validator(kind).iter_errors(document):
        yield f"{name}#{''.join(f'/{part}' for part in error.absolute_path)}: {error.message}"


def shipped_faults():
    for folder, kind in KINDS.items():
        files = sorted((LIBRARY / folder).glob("*.json"))
        if not files:
            yield f"models/library/{folder}: holds no file to check"
        for file in files:
            yield from document_faults(kind, load(file), file.relative_to(LIBRARY))


def parts(schema, place=""):
    """Every subschema with its place."""
    yield place, schema
    for name in ("properties", "$defs"):
        for key, part in schema.get(name, {}).items():
            if isinstance(part, dict):
                yield from parts(part, f"{place}/{name}/{key}")
    for name in ("items", "additionalProperties"):
        if isinstance(schema.get(name), dict):
            yield from parts(schema[name], f"{place}/{name}")


def schema_faults():
    files = sorted((LIBRARY / "schemas").glob("*.json"))
    if not files:
        yield "models/library/schemas: holds no schema"
    for file in files:
        for place, part in parts(load(file)):
            if "description" not in part:
                yield f"{file.name}#{place}: has no description"
            if "properties" in part and "additionalProperties" not in part:
                yield f"{file.name}#{place}: does not say whether other fields are allowed"
            if "default" in part:
                bare = {key: value for key, value in part.items() if key != "$ref"}
                for error in jsonschema.Draft202012Validator(bare).iter_errors(part["default"]):
                    yield f"{file.name}#{place}: its default does not fit it: {error.message}"


def planted_faults():
    """A shipped file with a mistake planted must be refused; yields where it is not."""
    for folder, kind in KINDS.items():
        files = sorted((LIBRARY / folder).glob("*.json"))
        for file in files[:1]:
            sound = load(file)
            misspelt = {**sound, "nuerons": 1}
            if not list(document_faults(kind, misspelt, file)):
                yield f"{kind}: an unknown field is accepted"
            for key in validator(kind).schema["required"]:
                lacking = {name: value for name, value in sound.items() if name != key}
                if not list(document_faults(kind, lacking, file)):
                    yield f"{kind}: a document without {key} is accepted"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--document", nargs=2, metavar=("KIND", "FILE"))
    arguments = parser.parse_args()
    if arguments.document:
        kind, file = arguments.document
        faults = list(document_faults(kind, load(pathlib.Path(file)), file))
    else:
        faults = [*schema_faults(), *shipped_faults(), *planted_faults()]
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
