"""Writes the archive seeds: honest archives, as small as they come. Run in this folder: python3 seeds.py"""

import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path

FOLDER = Path(__file__).parent / "corpus" / "archive"
TEXT = b"print('hello')\n" * 4


def info(name, mode=0o100644, method=zipfile.ZIP_STORED, extra=b""):
    entry = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
    entry.external_attr, entry.compress_type, entry.extra = mode << 16, method, extra
    entry.create_system = 3
    return entry


def write_zip(name, entries, comment=b""):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.comment = comment
        for entry, content in entries:
            archive.writestr(entry, content)
    (FOLDER / name).write_bytes(file.getvalue())


class Unseekable(io.BytesIO):
    """Makes zipfile put data descriptors behind its members, as all do that write a stream."""

    def seekable(self):
        return False

    def seek(self, *_):
        raise io.UnsupportedOperation

    tell = seek


def write_streamed(name):
    file = Unseekable()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(info("a.py", method=zipfile.ZIP_DEFLATED), TEXT)
        archive.writestr(info("b"), b"b")
    (FOLDER / name).write_bytes(file.getvalue())


def write_zip64(name):
    """One stored member whose every size, place and count is in a Zip64 record; zipfile writes those for 4 GiB only."""
    marker, content = 0xFFFFFFFF, b"z"
    extra = struct.pack("<HHQQ", 1, 16, len(content), len(content))
    shared = struct.pack("<HHHIIIIHH", 45, 0, 0, 0x50210000, zlib.crc32(content), marker, marker, 1, 20)
    local = b"PK\3\4" + shared + b"a" + extra + content
    central = b"PK\1\2" + bytes([45, 3]) + shared + bytes(6) + struct.pack("<II", 0o100644 << 16, 0) + b"a" + extra
    at = len(local) + len(central)
    record = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, len(central), len(local))
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, at, 1)
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, marker, marker, 0)
    (FOLDER / name).write_bytes(local + central + record + locator + end)


def write_tar(name, style, entries):
    file = io.BytesIO()
    records = {"comment": "1481a2de7b2a7d02428ad93446ab166be7793fbb"} if style == tarfile.PAX_FORMAT else None
    with tarfile.open(fileobj=file, mode="w", format=style, pax_headers=records) as archive:
        for path, kind, content, *records in entries:
            entry = tarfile.TarInfo(path)
            entry.pax_headers = dict(records)
            entry.type = kind
            if kind == tarfile.REGTYPE:
                entry.size = len(content)
                archive.addfile(entry, io.BytesIO(content))
            else:
                entry.linkname = content
                archive.addfile(entry)
    # The zero blocks at the end are the harness's to add.
    data = file.getvalue().rstrip(b"\0")
    (FOLDER / name).write_bytes(data + bytes(-len(data) % 512))


def zips():
    times = struct.pack("<HHBI", 0x5455, 5, 1, 1577836800)
    write_zip("empty.zip", [])
    write_zip("stored.zip", [(info("a.py"), b"x = 1\n")])
    write_zip(
        "github.zip",
        [
            (info("r-1/", 0o040755, extra=times), b""),
            (info("r-1/a.py", method=zipfile.ZIP_DEFLATED, extra=times), TEXT),
            (info("r-1/l", 0o120777), b"a.py"),
        ],
        comment=b"1481a2de7b2a7d02428ad93446ab166be7793fbb",
    )
    write_zip("unicode.zip", [(info("\u00fc/\u65e5.txt"), b""), (info("\u00fc/z"), b"z")])
    write_zip64("zip64.zip")
    write_streamed("streamed.zip")
    path = "\u00fc".encode()
    record = struct.pack("<HHBI", 0x7075, 5 + len(path), 1, zlib.crc32(path)) + path
    write_zip("unicode-path.zip", [(info("\u00fc", extra=record), b"u")])
    inner = (FOLDER / "stored.zip").read_bytes()
    write_zip("nested.zip", [(info("in.zip", method=zipfile.ZIP_DEFLATED), inner)])


def tars():
    file, folder, link = tarfile.REGTYPE, tarfile.DIRTYPE, tarfile.SYMTYPE
    some = [("p-1/", folder, ""), ("p-1/a.py", file, TEXT), ("p-1/l", link, "a.py")]
    long = [("p/" + "d" * 99 + "/x", file, b"x"), ("p/l", link, "d" * 101)]
    for name, style, entries in [
        ("ustar.tar", tarfile.USTAR_FORMAT, some),
        ("split-name.tar", tarfile.USTAR_FORMAT, long[:1]),
        ("gnu-long.tar", tarfile.GNU_FORMAT, long),
        ("pax.tar", tarfile.PAX_FORMAT, [("p/\u00fc", file, b"u", ("size", "1"), ("mtime", "1.5")), long[1]]),
    ]:
        write_tar(name, style, entries)
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        entry = tarfile.TarInfo("p/a")
        entry.size = len(TEXT)
        archive.addfile(entry, io.BytesIO(TEXT))
    (FOLDER / "honest.tar.gz").write_bytes(gzip.compress(file.getvalue(), mtime=0))


FOLDER.mkdir(parents=True, exist_ok=True)
zips()
tars()
