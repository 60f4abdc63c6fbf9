#!/usr/bin/env python3
"""scripts/install_deps.sh against a dpkg-query and an apt-get that only record what they are asked."""

import os
import pathlib
import subprocess
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "install_deps.sh"


class InstallDeps(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.tools = pathlib.Path(folder.name)
        for name in ("bash", "env", "cat"):
            (self.tools / name).symlink_to(f"/usr/bin/{name}")
        self.tool("id", "echo 0")
        self.tool("dpkg-query", f'[[ -e {self.tools}/without-$3 ]] || echo -n installed')
        self.tool("apt-get", f'echo "$DEBIAN_FRONTEND $*" >>{self.tools}/asked')

    def tool(self, name: str, body: str) -> None:
        path = self.tools / name
        path.write_text(f"#!/usr/bin/bash\n{body}\n", encoding="utf-8")
        path.chmod(0o755)

    def run_script(self, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(["/usr/bin/bash", SCRIPT, *arguments], capture_output=True, text=True,
                              env={**os.environ, "PATH": str(self.tools)})

    def asked(self) -> str:
        file = self.tools / "asked"
        return file.read_text(encoding="utf-8") if file.exists() else ""

    def test_nothing_to_do_is_silent_and_asks_apt_nothing(self):
        done = self.run_script()
        self.assertEqual((done.returncode, done.stdout, done.stderr, self.asked()), (0, "", "", ""))

    def test_only_what_is_missing_is_installed(self):
        (self.tools / "without-libfmt-dev").touch()
        (self.tools / "without-libbenchmark-dev").touch()
        done = self.run_script()
        self.assertEqual((done.returncode, done.stdout),
                         (0, "install_deps.sh: installing libfmt-dev\n"))
        self.assertEqual(self.asked(), "noninteractive -qq -o DPkg::Lock::Timeout=600 update\n"
                         "noninteractive -qq -o DPkg::Lock::Timeout=600 "
                         "install -y --no-install-recommends libfmt-dev\n")

    def test_a_purpose_adds_its_packages(self):
        (self.tools / "without-libbenchmark-dev").touch()
        self.run_script("bench")
        self.assertIn("install -y --no-install-recommends libbenchmark-dev\n", self.asked())

    def test_the_fuzz_targets_need_clang_and_its_runtime(self):
        (self.tools / "without-clang-14").touch()
        (self.tools / "without-libclang-rt-14-dev").touch()
        self.run_script("fuzz")
        self.assertIn("install -y --no-install-recommends clang-14 libclang-rt-14-dev\n", self.asked())

    def test_without_root_it_goes_through_sudo_or_says_what_to_install(self):
        (self.tools / "without-cmake").touch()
        self.tool("id", "echo 1000")
        done = self.run_script("run")
        self.assertEqual((done.returncode, done.stderr),
                         (2, "install_deps.sh: run as root (there is no sudo) to install: cmake\n"))
        self.tool("sudo", f'echo sudo >>{self.tools}/asked; exec "$@"')
        self.assertEqual(self.run_script("run").returncode, 0)
        self.assertTrue(self.asked().startswith("sudo\nnoninteractive"), self.asked())

    def test_a_failing_apt_get_is_exit_code_1(self):
        (self.tools / "without-cmake").touch()
        self.tool("apt-get", "exit 100")
        self.assertEqual(self.run_script("run").returncode, 1)

    def test_not_on_debian_it_says_so(self):
        (self.tools / "apt-get").unlink()
        done = self.run_script("bench")
        self.assertEqual((done.returncode, done.stderr),
                         (2, "install_deps.sh: this is not Debian (no dpkg-query or apt-get); "
                             "install by hand: libbenchmark-dev make python3-brian python3-numpy\n"))

    def test_an_unknown_purpose_is_refused_with_the_known_ones(self):
        done = self.run_script("fly")
        self.assertEqual((done.returncode, done.stderr),
                         (2, "install_deps.sh: unknown purpose 'fly'; known: run, test, train, bench, fuzz\n"))


if __name__ == "__main__":
    unittest.main()
