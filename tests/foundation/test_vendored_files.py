"""The vendored front end is the release it claims to be, byte for byte, with its licence beside it."""

import importlib.util
import io
import json
import shutil
import tarfile
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def vendor() -> ModuleType:
    spec = importlib.util.spec_from_file_location("vendor", ROOT / "tools" / "vendor.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def copied(vendor, tmp_path) -> Path:
    return Path(shutil.copytree(vendor.VENDOR, tmp_path / "vendor"))


def tarball(folder: Path, members: dict[str, bytes]) -> Path:
    """Write an npm package with these members."""
    path = folder / "package.tgz"
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return path


def test_every_vendored_file_agrees_with_the_lock(vendor):
    assert vendor.faults(vendor.VENDOR) == []


def test_every_package_brings_a_licence(vendor):
    entries = vendor.read_lock(vendor.VENDOR)
    with_licence = {entry["name"] for entry in entries if "LICENSE" in entry["file"]}
    assert with_licence == {entry["name"] for entry in entries}


def test_one_altered_byte_is_found_and_named(vendor, copied):
    path = copied / "tabler" / "tabler.min.css"
    path.write_bytes(path.read_bytes().replace(b"table", b"tab1e", 1))
    assert [fault.split(":")[0] for fault in vendor.faults(copied)] == ["tabler/tabler.min.css"]


def test_a_missing_and_an_unlocked_file_are_found_and_named(vendor, copied):
    (copied / "echarts" / "NOTICE").rename(copied / "echarts" / "extra.js")
    assert [fault.split(":")[0] for fault in vendor.faults(copied)] == ["echarts/NOTICE", "echarts/extra.js"]


def test_a_refresh_takes_the_new_release_without_its_source_map(vendor, copied, tmp_path):
    release = json.dumps({"name": "@tabler/core", "version": "9.9.9"}).encode()
    css = b"a{color:red}\n/*# sourceMappingURL=tabler.min.css.map */\n"
    vendor.refresh(copied, tarball(tmp_path, {"package.json": release, "dist/css/tabler.min.css": css}))
    assert (copied / "tabler" / "tabler.min.css").read_bytes() == b"a{color:red}"
    assert {e["version"] for e in vendor.read_lock(copied) if e["name"] == "@tabler/core"} == {"9.9.9"}
    assert vendor.faults(copied) == []


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"package.json": b'{"name": "leftpad", "version": "1"}'}, "leftpad: no file of this package"),
        ({"package.json": b'{"name": "echarts", "version": "1"}'}, "dist/echarts.min.js: not in the tarball"),
        (
            {"package.json": b'{"name": "echarts", "version": "1"}', "dist/echarts.min.js": b"x"},
            "LICENSE: not in the tarball",
        ),
    ],
)
def test_a_tarball_that_does_not_fit_is_refused_with_the_remedy(vendor, copied, tmp_path, members, words):
    before = vendor.read_lock(copied)
    with pytest.raises(ValueError, match=words):
        vendor.refresh(copied, tarball(tmp_path, members))
    assert vendor.read_lock(copied) == before
    assert vendor.faults(copied) == []


def test_the_command_reports_success_by_its_exit_status(vendor, capsys):
    assert vendor.main([]) == 0
    assert "agree" in capsys.readouterr().out
