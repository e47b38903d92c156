"""Tells what Python's zipfile and tarfile read in each archive that a list names, one path a line.

An archive is answered by a line for each entry, `kind bytes sha256 path-in-hex`, and a line `end`, or `error` and why.
Paths lose a leading `./` and a directory's slash.
"""

import hashlib
import stat
import sys
import tarfile
import zipfile

# Systems whose names unzip takes for code page 437: DOS, OS/2, NTFS.
OEM = (0, 6, 11)


def zip_entries(path):
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            content = archive.read(info)
            if len(content) != info.file_size:
                raise ValueError(f"{info.filename!r}: {len(content)} bytes instead of {info.file_size}")
            if info.is_dir():
                kind = "directory"
            else:
                kind = "symlink" if stat.S_ISLNK(info.external_attr >> 16) else "file"
            yield kind, info.filename, content


def tar_entries(path, mode):
    with tarfile.open(path, mode, encoding="utf-8") as archive:
        for member in archive:
            if member.isdir():
                yield "directory", member.name, b""
            elif member.issym():
                yield "symlink", member.name, member.linkname.encode("utf-8", "surrogateescape")
            elif member.isreg():
                content = archive.extractfile(member).read()
                if len(content) != member.size:
                    raise ValueError(f"{member.name!r}: {len(content)} bytes instead of {member.size}")
                yield "file", member.name, content
            else:
                raise ValueError(f"{member.name!r} is of type {member.type!r}")


def line(kind, name, content):
    if kind == "directory":
        name = name.removesuffix("/")
    name = "" if name == "." else name.removeprefix("./")
    shown = name.encode("utf-8", "surrogateescape").hex()
    return f"{kind} {len(content)} {hashlib.sha256(content).hexdigest()} {shown}"


def read(path):
    if path.endswith(".zip"):
        with zipfile.ZipFile(path) as archive:
            garbled = any(not m.filename.isascii() and m.create_system in OEM for m in archive.infolist())
        return [line(*entry) for entry in zip_entries(path)] + ["garbled by unzip"] * garbled
    # By seeking, and as a stream.
    lines, streamed = ([line(*entry) for entry in tar_entries(path, mode)] for mode in ("r:gz", "r|gz"))
    if lines != streamed:
        raise ValueError(f"{lines} by seeking, {streamed} as a stream")
    return lines


with open(sys.argv[1], encoding="utf-8") as archives:
    for archive in archives.read().splitlines():
        try:
            print(*read(archive), "end", sep="\n")
        except Exception as error:  # whatever it is, Python does not read the archive
            print("error", repr(error).replace("\n", " "))
