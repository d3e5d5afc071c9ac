"""Vendored front-end files are trusted by hash: the lock says which bytes of which release stand in the tree.

Without arguments every locked file is compared with its SHA-256 and every unlocked file is reported.
`refresh TARBALL` takes an npm package tarball, copies the members the lock names and rewrites their
version and hash; nothing is ever fetched from a network by this program.

    python tools/vendor.py
    python tools/vendor.py refresh tabler-core-1.6.1.tgz
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import tarfile
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "finance_platform" / "static" / "vendor"
LOCK_NAME = "vendor.lock.json"
# A browser's developer tools would ask for the map file, which is not vendored.
SOURCE_MAP = re.compile(rb"\n?(/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S*)\s*")

Entry = dict[str, str]


def sha256_of(content: bytes) -> str:
    """Return the SHA-256 of `content` as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def read_lock(vendor: Path) -> list[Entry]:
    """Return the locked files of `vendor`; raises FileNotFoundError when there is no lock."""
    entries: list[Entry] = json.loads((vendor / LOCK_NAME).read_text(encoding="utf-8"))
    return entries


def faults(vendor: Path) -> list[str]:
    """Return one sentence per file that is missing, altered or not named in the lock; empty means sound."""
    entries = read_lock(vendor)
    found = [fault for entry in entries if (fault := fault_of(vendor, entry))]
    locked = {entry["file"] for entry in entries} | {LOCK_NAME}
    present = {path.relative_to(vendor).as_posix() for path in vendor.rglob("*") if path.is_file()}
    return found + [f"{name}: not in {LOCK_NAME}; add it there or remove the file" for name in sorted(present - locked)]


def fault_of(vendor: Path, entry: Entry) -> str:
    """Return what is wrong with one locked file, or an empty string."""
    path = vendor / entry["file"]
    if not path.is_file():
        return f"{entry['file']}: missing; refresh it from {entry['name']} {entry['version']}"
    content = path.read_bytes()
    if sha256_of(content) != entry["sha256"]:
        return f"{entry['file']}: SHA-256 differs from the lock; refresh it from {entry['name']} {entry['version']}"
    if SOURCE_MAP.search(content):
        return f"{entry['file']}: still names a source map; refresh it from {entry['name']} {entry['version']}"
    return ""


def refresh(vendor: Path, tarball: Path) -> list[str]:
    """Copy the locked members of an npm `tarball` into `vendor`, rewrite the lock and return the files written.

    Raises ValueError when the lock names no file of that package.
    """
    entries = read_lock(vendor)
    with tarfile.open(tarball) as archive:
        package = json.loads(member_bytes(archive, "package.json"))
        mine = [entry for entry in entries if entry["name"] == package["name"]]
        if not mine:
            raise ValueError(f"{package['name']}: no file of this package in {LOCK_NAME}; add an entry first")
        # All members are read before the first file is written: a tarball that does not fit changes nothing.
        members = {entry["file"]: member_bytes(archive, entry["member"]) for entry in mine if entry["member"]}
    for name, content in members.items():
        (vendor / name).parent.mkdir(parents=True, exist_ok=True)
        (vendor / name).write_bytes(SOURCE_MAP.sub(b"", content))
    for entry in mine:
        entry |= {"version": package["version"], "sha256": sha256_of((vendor / entry["file"]).read_bytes())}
    text = json.dumps(entries, ensure_ascii=False, indent=2) + "\n"
    (vendor / LOCK_NAME).write_text(text, encoding="utf-8")
    return [entry["file"] for entry in mine]


def member_bytes(archive: tarfile.TarFile, member: str) -> bytes:
    """Return one file of an npm archive; raises ValueError naming the member when it is absent."""
    try:
        file = archive.extractfile(f"package/{member}")
    except KeyError:
        file = None
    if file is None:
        raise ValueError(f"{member}: not in the tarball; correct its `member` in {LOCK_NAME}")
    return file.read()


def main(arguments: list[str]) -> int:
    """Check the vendored files, or refresh them from a tarball; the exit status is 1 when something is wrong."""
    parser = argparse.ArgumentParser(description="check or refresh the vendored front-end files")
    parser.add_argument("command", nargs="?", choices=["check", "refresh"], default="check")
    parser.add_argument("tarball", nargs="?", type=Path)
    options = parser.parse_args(arguments)
    if options.command == "refresh":
        if options.tarball is None:
            parser.error("refresh needs the path of an npm tarball")
        print("\n".join(refresh(VENDOR, options.tarball)))
    found = faults(VENDOR)
    print("\n".join(found) or f"{len(read_lock(VENDOR))} vendored files agree with {LOCK_NAME}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
