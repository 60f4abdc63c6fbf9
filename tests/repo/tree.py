"""The files of the repository, as the checks of tests/repo see them."""

import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


def repository_files(root: pathlib.Path = ROOT) -> list[pathlib.PurePosixPath]:
    """Paths of all files that are tracked or about to be, relative to `root`, sorted."""
    listing = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root, check=True, capture_output=True, text=True).stdout
    names = (name for name in listing.split("\0") if name and (root / name).is_file())
    return sorted({pathlib.PurePosixPath(name) for name in names})


def read_sources(suffixes: set[str], root: pathlib.Path = ROOT) -> dict[pathlib.PurePosixPath, str]:
    """Path -> text of the files with one of the suffixes; there must be some."""
    sources = {path: (root / path).read_text(encoding="utf-8")
               for path in repository_files(root) if path.suffix in suffixes}
    if not sources:
        raise SystemExit(f"no {' or '.join(sorted(suffixes))} file found under {root}")
    return sources
