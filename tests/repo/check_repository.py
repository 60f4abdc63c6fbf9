#!/usr/bin/env python3
"""Checks of the repository on itself: `check_repository.py CHECK`.

Prints `file:line: sentence` per offender. Exit codes: 0 none, 1 some, 2 wrong argument.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys

from tree import ROOT, repository_files

TEXT_SUFFIXES = {".cpp", ".hpp", ".py", ".sh", ".cmake", ".txt", ".md", ".json", ".sv", ".in", ".csv"}


def text_of(root: pathlib.Path, path: pathlib.PurePosixPath) -> str:
    return (root / path).read_text(encoding="utf-8", errors="replace")


def line_of(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def some(items: list, what: str) -> list:
    """The items, of which there must be at least one: a check of nothing proves nothing."""
    if not items:
        raise SystemExit(f"no {what} found")
    return items


# The alternatives are broken up so that this file does not match itself.
FOREIGN_WORDS = re.compile(
    r"(?<![\w.])/(?:home|work|Users|mnt|srv)/[\w.-]+"
    r"|/root/\.|/tmp/[\w-]+|\bsub" r"agents?\b|\bAI (?:assistant|model)s?\b|\blanguage model\b", re.IGNORECASE)


def foreign_words(root: pathlib.Path) -> list[str]:
    """No path of one machine and no word that is not about the project."""
    found = []
    files = [path for path in repository_files(root)
             if path.suffix in TEXT_SUFFIXES or not path.suffix]
    for path in some(files, "text file"):
        text = text_of(root, path)
        found += [f"{path}:{line_of(text, match.start())}: '{match.group()}' does not belong here"
                  for match in FOREIGN_WORDS.finditer(text)]
    return found


def shell_scripts(root: pathlib.Path) -> list[str]:
    """Every shell script parses and is executable; those of scripts/ explain themselves."""
    found = []
    scripts = [path for path in repository_files(root)
               if re.match(r"#!.*\b(?:ba)?sh\b", text_of(root, path).split("\n", 1)[0])]
    for path in some(scripts, "shell script"):
        parsed = subprocess.run(["bash", "-n", root / path], capture_output=True, text=True)
        if parsed.returncode:
            found.append(f"{path}:1: bash -n: {parsed.stderr.strip()}")
        if not os.access(root / path, os.X_OK):
            found.append(f"{path}:1: is not executable")
        elif path.parts[0] == "scripts":
            found += help_problems(root, path)
    return found


def help_problems(root: pathlib.Path, path: pathlib.PurePosixPath) -> list[str]:
    told = subprocess.run([root / path, "--help"], cwd="/", capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=60)
    if told.returncode:
        return [f"{path}:1: --help ends with {told.returncode}"]
    return [f"{path}:1: --help does not tell '{part}'"
            for part in (f"usage: {path}", "exit codes:") if part not in told.stdout]


def test_sources(root: pathlib.Path) -> list[str]:
    """Every test source is named by a CMakeLists.txt, and CMake sees every such list."""
    found = []
    files = repository_files(root)
    for path in some([p for p in files if re.match(r"tests/.*\btest_\w+\.(cpp|py|sh)$", str(p))], "test"):
        lists = [folder / "CMakeLists.txt" for folder in path.parents
                 if (root / folder / "CMakeLists.txt").is_file() and folder.parts[:1] == ("tests",)]
        if not any(re.search(rf"(?<![\w.-]){re.escape(path.name)}(?![\w.-])", text_of(root, listfile))
                   for listfile in lists):
            found.append(f"{path}:1: no CMakeLists.txt names it, so nothing runs it")
    for path in files:
        hidden = path.name == "CMakeLists.txt" and path.parts[0] == "tests" and len(path.parts) > 4
        if hidden and "add_test" in text_of(root, path):
            found.append(f"{path}:1: lies too deep for tests/CMakeLists.txt to find it")
    return found


def test_names(root: pathlib.Path) -> list[str]:
    """Names of doctest cases survive CMake's lists and doctest's filters, on their way to CTest."""
    found = []
    sources = [path for path in repository_files(root)
               if path.parts[0] == "tests" and path.suffix == ".cpp"]
    for path in some(sources, "test source"):
        text = text_of(root, path)
        for match in re.finditer(r'\bTEST_CASE\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)', text):
            for character in sorted(set(match.group(1)) & set(";[]\\")):
                found.append(f"{path}:{line_of(text, match.start())}: "
                             f"'{character}' in a test's name keeps CTest from running it")
    return found


def changelog(root: pathlib.Path) -> list[str]:
    """CHANGELOG.md has an Unreleased section, and something in it."""
    text = text_of(root, pathlib.PurePosixPath("CHANGELOG.md"))
    section = re.search(r"^## \[Unreleased\]\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    if not section:
        return ["CHANGELOG.md:1: has no section '## [Unreleased]'"]
    if not re.search(r"^- \S", section.group(1), re.MULTILINE):
        return [f"CHANGELOG.md:{line_of(text, section.start())}: Unreleased lists no change"]
    return []


def documented_commands(text: str) -> list[tuple[int, list[str]]]:
    """(line, words) of the commands in the text's console blocks: lines that start with `$ `."""
    return [(line_of(text, match.start()), match.group(1).split("  #")[0].split())
            for match in re.finditer(r"^\$ (.+)$", text, re.MULTILINE)]


def commands(root: pathlib.Path, program: str | None) -> list[str]:
    """The commands of README.md and CONTRIBUTING.md exist, and so do the files they name."""
    found = []
    presets = set(re.findall(r'"name": "(\w+)"', text_of(root, pathlib.PurePosixPath("CMakePresets.json"))))
    for name in ("README.md", "CONTRIBUTING.md"):
        text = text_of(root, pathlib.PurePosixPath(name))
        for line, words in some(documented_commands(text), f"command in {name}"):
            found += [f"{name}:{line}: {problem}"
                      for problem in command_problems(root, words, presets, program)]
    return found


def command_problems(root: pathlib.Path, words: list[str], presets: set[str],
                     program: str | None) -> list[str]:
    problems = []
    for word, following in zip(words, words[1:] + [""]):
        built = re.match(r"build/(\w+)(/spikeloom)?", word)
        if (built and built.group(1) not in presets) or (word == "--preset" and following not in presets):
            problems.append(f"'{built.group(1) if built else following}' is no preset")
        if re.match(r"(scripts|models|tests|docs|hw|cmake)/", word) and not (root / word).exists():
            problems.append(f"'{word}' does not exist")
        if built and built.group(2) and program and not subcommand_known(program, following):
            problems.append(f"the program has no subcommand '{following}'")
    return problems


def subcommand_known(program: str, subcommand: str) -> bool:
    if subcommand.startswith("-"):
        return True
    return subprocess.run([program, subcommand, "--help"], capture_output=True).returncode == 0


def links(root: pathlib.Path) -> list[str]:
    """Relative links and pictures of the Markdown files lead somewhere."""
    found = []
    pages = [path for path in repository_files(root) if path.suffix == ".md"]
    for path in some(pages, "page"):
        text = text_of(root, path)
        for match in re.finditer(r"\]\(([^)#\s]+)[^)]*\)", text):
            target = match.group(1)
            if not re.match(r"\w+:", target) and not (root / path.parent / target).exists():
                found.append(f"{path}:{line_of(text, match.start())}: '{target}' does not exist")
    return found


CHECKS = {"foreign_words": foreign_words, "shell_scripts": shell_scripts, "test_sources": test_sources,
          "test_names": test_names,
          "changelog": changelog, "commands": commands, "links": links}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("check", choices=sorted(CHECKS))
    parser.add_argument("--program", help="the built program, to ask for the subcommands in the documents")
    arguments = parser.parse_args()
    extra = (arguments.program,) if arguments.check == "commands" else ()
    found = CHECKS[arguments.check](ROOT, *extra)
    print("\n".join(found + [f"{arguments.check}: {len(found)} problems"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
