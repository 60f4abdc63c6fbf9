#!/usr/bin/env python3
"""Each check of check_repository.py refuses the fault it is for, planted in a small repository."""

import pathlib
import subprocess
import tempfile
import unittest

import check_repository as checks

HELPFUL = "#!/usr/bin/env bash\necho 'usage: scripts/a.sh'\necho 'exit codes: 0'\n"


class PlantedFaults(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        subprocess.run(["git", "init", "-q", self.root], check=True)

    def put(self, path: str, text: str, mode: int = 0o755) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        file.chmod(mode)

    def test_a_path_of_one_machine_is_refused(self):
        self.put("a.md", "fine: /usr/share, docs/home/page\nsee /ho" "me/jane/x\n")
        self.assertEqual(checks.foreign_words(self.root),
                         ["a.md:2: '/ho" "me/jane' does not belong here"])

    def test_a_script_without_help_is_refused(self):
        self.put("scripts/a.sh", HELPFUL)
        self.assertEqual(checks.shell_scripts(self.root), [])
        self.put("scripts/a.sh", "#!/bin/sh\nexit 3\n")
        self.assertEqual(checks.shell_scripts(self.root), ["scripts/a.sh:1: --help ends with 3"])
        self.put("scripts/a.sh", HELPFUL, mode=0o644)
        self.assertEqual(checks.shell_scripts(self.root), ["scripts/a.sh:1: is not executable"])

    def test_a_script_that_does_not_parse_is_refused(self):
        self.put("tests/a", "#!/bin/bash\nif true; then\n")
        self.assertRegex("".join(checks.shell_scripts(self.root)), "^tests/a:1: bash -n: .*syntax error")

    def test_a_test_in_no_list_is_refused(self):
        self.put("tests/unit/x/test_x.cpp", "")
        self.put("tests/unit/x/CMakeLists.txt", "spikeloom_add_test(x SOURCES test_xx.cpp)\n")
        self.assertEqual(checks.test_sources(self.root),
                         ["tests/unit/x/test_x.cpp:1: no CMakeLists.txt names it, so nothing runs it"])
        self.put("tests/unit/x/CMakeLists.txt", "spikeloom_add_test(x SOURCES test_x.cpp)\n")
        self.assertEqual(checks.test_sources(self.root), [])

    def test_a_test_name_that_ctest_cannot_pass_on_is_refused(self):
        self.put("tests/unit/x/test_x.cpp", '#include "a[1].hpp"\nTEST_CASE("fine, \'this\'") {}\n'
                 'TEST_CASE(\n    "a; "\n    "b") {}\nTEST_CASE("c[0]") {}\n')
        at, reason = "tests/unit/x/test_x.cpp", "in a test's name keeps CTest from running it"
        self.assertEqual(checks.test_names(self.root),
                         [f"{at}:3: ';' {reason}", f"{at}:6: '[' {reason}", f"{at}:6: ']' {reason}"])

    def test_a_changelog_without_unreleased_changes_is_refused(self):
        self.put("CHANGELOG.md", "# Changelog\n")
        self.assertEqual(checks.changelog(self.root), ["CHANGELOG.md:1: has no section '## [Unreleased]'"])
        self.put("CHANGELOG.md", "# Changelog\n\n## [Unreleased]\n\n## [0.1.0]\n- A change\n")
        self.assertEqual(checks.changelog(self.root), ["CHANGELOG.md:3: Unreleased lists no change"])

    def test_a_command_that_does_not_exist_is_refused(self):
        self.put("CMakePresets.json", '{"name": "ci"}')
        self.put("scripts/a.sh", HELPFUL)
        self.put("CONTRIBUTING.md", "$ scripts/a.sh  # scripts/c.sh\n")
        self.put("README.md", "$ scripts/b.sh\n$ cmake --preset fast\n$ build/ci/spikeloom run models/x.json\n")
        self.assertEqual(checks.commands(self.root, None),
                         ["README.md:1: 'scripts/b.sh' does not exist", "README.md:2: 'fast' is no preset",
                          "README.md:3: 'models/x.json' does not exist"])
        self.put("README.md", "$ build/ci/spikeloom fly\n")
        self.assertEqual(checks.commands(self.root, "false"),
                         ["README.md:1: the program has no subcommand 'fly'"])

    def test_a_dead_link_is_refused(self):
        self.put("docs/a.md", "[b](b.md) [c](../LICENSE#x) [d](https://example.org)\n")
        self.put("LICENSE", "")
        self.assertEqual(checks.links(self.root), ["docs/a.md:1: 'b.md' does not exist"])

    def test_a_check_of_nothing_is_no_success(self):
        for check in (checks.foreign_words, checks.shell_scripts, checks.test_sources,
                      checks.test_names, checks.links):
            with self.subTest(check.__name__), self.assertRaises(SystemExit):
                check(self.root)


if __name__ == "__main__":
    unittest.main()
