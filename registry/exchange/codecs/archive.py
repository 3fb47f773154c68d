"""ZIP archives: read without trusting a header, written the same for the same content (files.md 1.3)."""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, BinaryIO

from registry.core.errors import Permanent
from registry.core.findings import FindingCode
from registry.exchange.codecs.problems import FileWarning

_END_RECORD = struct.Struct("<4s4H2LH")
_END_MAGIC = b"PK\x05\x06"
_ZIP64_LOCATOR = b"PK\x06\x07"
_MAX_COMMENT = 65_535
_MAX_DIRECTORY = 4 * 1024 * 1024
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_PATCHED = 0x20
_LOCAL_HEADER = 30
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_JUNK = frozenset({"thumbs.db", ".ds_store", "desktop.ini"})
_JUNK_FOLDER = "__macosx"
_ARCHIVE_NAME = re.compile(r"\.(zip|oms|7z|rar|tar|gz|tgz|bz2|xz|arj|cab)\Z", re.IGNORECASE)
_ARCHIVE_MAGIC = (b"PK\x03\x04", b"PK\x05\x06", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\x1f\x8b\x08")
#: Office documents are ZIP files themselves and are never unpacked here.
_DOCUMENT_NAME = re.compile(r"\.(docx|xlsx|pptx|odt|ods|odp)\Z", re.IGNORECASE)
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)
_BROKEN_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    struct.error,
    ValueError,
    OverflowError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveLimits:
    """What an archive may hold (files.md 1.2): 2 members for registers, 1 for plans and МТР, 100 otherwise."""

    max_members: int = 100
    max_total: int = 2 * 1024**3
    max_ratio: int = 200
    ratio_from: int = 10 * 1024**2
    folders: bool = True


@dataclass(slots=True)
class _Budget:
    """Bytes unpacked so far by all members of one archive, each counted once at its furthest position."""

    limits: ArchiveLimits
    unpacked: dict[str, int] = field(default_factory=dict)

    def count(self, name: str, size: int, packed: int) -> None:
        """Refuses the archive when the member or all members together have grown beyond the limits."""
        self.unpacked[name] = max(size, self.unpacked.get(name, 0))
        if sum(self.unpacked.values()) > self.limits.max_total:
            raise _refused("распакованное содержимое слишком велико", name)
        if size > self.limits.ratio_from and size > packed * self.limits.max_ratio:
            raise _refused("степень сжатия слишком велика", name)


class _MemberStream(io.RawIOBase):
    """Unpacked bytes of a member, counted while they come; every trouble of unpacking is a Permanent."""

    def __init__(self, source: IO[bytes], member: Member) -> None:
        self._source = source
        self._member = member
        self._position = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """The next bytes of the member, after they have been counted."""
        try:
            portion = self._source.read(len(buffer))
        except _BROKEN_ERRORS as error:
            raise _broken("содержимое повреждено", self._member.name) from error
        self._position += len(portion)
        self._member.count(self._position)
        buffer[: len(portion)] = portion
        return len(portion)

    def close(self) -> None:
        if not self.closed:
            self._source.close()
        super().close()


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """One file of an archive: base name, declared size; ``open`` and ``read`` count what really comes out."""

    name: str
    size: int
    _archive: zipfile.ZipFile
    _info: zipfile.ZipInfo
    _budget: _Budget

    def count(self, position: int) -> None:
        """Notes how far the member was unpacked; Permanent beyond the limits."""
        self._budget.count(self.name, position, self._info.compress_size)

    def open(self) -> BinaryIO:
        """The unpacked bytes as a stream; the stream of the archive must still be open."""
        try:
            source = self._archive.open(self._info)
        except (*_BROKEN_ERRORS, RuntimeError) as error:
            raise _broken("содержимое повреждено", self.name) from error
        return io.BufferedReader(_MemberStream(source, self), 64 * 1024)

    def read(self) -> bytes:
        """All unpacked bytes."""
        with self.open() as stream:
            return stream.read()


def _broken(text: str, place: str = "") -> Permanent:
    return Permanent(FindingCode.ARCHIVE_BROKEN, f"Архив не читается: {text}", place=place)


def _refused(text: str, place: str = "") -> Permanent:
    return Permanent(FindingCode.ARCHIVE_MEMBERS, f"Состав архива недопустим: {text}", place=place)


def read_members(
    stream: BinaryIO, *, allowed: ArchiveLimits, warnings: list[FileWarning] | None = None
) -> list[Member]:
    """The files of an archive in its order, after every header has been checked; junk is left out with a warning.

    Nothing is unpacked but the first bytes of each member; archives inside archives are refused.
    """
    noted: list[FileWarning] = [] if warnings is None else warnings
    _check_end_record(stream)
    try:
        archive = zipfile.ZipFile(stream, metadata_encoding="cp866")
    except (*_BROKEN_ERRORS, OSError) as error:
        raise _broken("это не ZIP или его оглавление повреждено") from error
    infos = [info for info in archive.infolist() if _is_wanted(info, allowed, noted)]
    if not infos:
        raise _refused("в архиве нет файлов")
    if len(infos) > allowed.max_members:
        raise Permanent(
            FindingCode.ARCHIVE_MEMBERS, "В архиве слишком много файлов", expected=f"не более {allowed.max_members}"
        )
    _check_extents(infos)
    budget = _Budget(allowed)
    members = [Member(_base_name(info), info.file_size, archive, info, budget) for info in infos]
    _check_sizes(members, allowed)
    for member in members:
        _check_not_archive(member)
    return members


def _check_end_record(stream: BinaryIO) -> None:
    """One volume, a small directory, no ZIP64: checked before the directory is read into memory."""
    size = stream.seek(0, io.SEEK_END)
    if size == 0:
        raise Permanent(FindingCode.FILE_EMPTY, "Файл пуст")
    start = stream.seek(max(0, size - _END_RECORD.size - _MAX_COMMENT))
    tail = stream.read(size - start)
    position = len(tail) - _END_RECORD.size
    if position < 0 or not (tail.startswith(_END_MAGIC, position) and tail.endswith(b"\0\0")):
        position = tail.rfind(_END_MAGIC)
    if position < 0 or len(tail) - position < _END_RECORD.size:
        raise _broken("это не ZIP или он оборван")
    _, disk, first_disk, entries_here, entries, directory, _, _ = _END_RECORD.unpack_from(tail, position)
    if disk or first_disk or entries_here != entries:
        raise _broken("многотомные архивы не принимаются")
    if position >= 20 and tail.startswith(_ZIP64_LOCATOR, position - 20):
        raise _broken("формат ZIP64 не принимается")
    if directory > _MAX_DIRECTORY:
        raise _refused("оглавление слишком велико")
    stream.seek(0)


def _base_name(info: zipfile.ZipInfo) -> str:
    return info.filename.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]


def _is_wanted(info: zipfile.ZipInfo, allowed: ArchiveLimits, warnings: list[FileWarning]) -> bool:
    """Whether the entry is a file to be read; Permanent for what no archive of the exchange may hold."""
    path = info.filename.replace("\\", "/")
    parts = path.split("/")
    if "\0" in info.orig_filename or not all(character.isprintable() for character in path):
        raise _refused("недопустимое имя файла")
    if path.startswith("/") or ":" in path or ".." in parts:
        raise _refused("имя файла указывает за пределы архива")
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _refused("ссылки и особые файлы не принимаются")
    if info.flag_bits & _ENCRYPTED:
        raise _refused("зашифрованные файлы не принимаются")
    if info.compress_type not in _METHODS or info.flag_bits & _PATCHED:
        raise _refused("способ сжатия не поддерживается, ожидается deflate или без сжатия")
    if info.volume:
        raise _broken("многотомные архивы не принимаются")
    if parts[0].casefold() == _JUNK_FOLDER or _base_name(info).casefold() in _JUNK:
        warnings.append(FileWarning(FindingCode.FILE_TOLERATED, "Служебный файл в архиве пропущен", _base_name(info)))
        return False
    if len(parts) > 1 and not allowed.folders:
        raise _refused("папки внутри архива не принимаются")
    return not path.endswith("/")


def _check_extents(infos: Sequence[zipfile.ZipInfo]) -> None:
    """Members lie one after another: packed bytes shared by several of them are the trick of a bomb."""
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < 0:
            raise _broken("начало архива утрачено")
        if info.header_offset < end:
            raise _refused("файлы внутри архива перекрываются")
        end = info.header_offset + _LOCAL_HEADER + info.compress_size


def _check_sizes(members: Iterable[Member], allowed: ArchiveLimits) -> None:
    """Names are distinct ignoring case, declared sizes within the limits."""
    seen: set[str] = set()
    total = 0
    for member in members:
        if member.name.casefold() in seen:
            raise _refused("два файла с одним именем", member.name)
        seen.add(member.name.casefold())
        total += member.size
        if total > allowed.max_total:
            raise _refused("распакованное содержимое слишком велико")
        _Budget(allowed).count(member.name, member.size, member._info.compress_size)  # noqa: SLF001 - same module


def _check_not_archive(member: Member) -> None:
    """Archives inside archives are refused by name and by first bytes."""
    with member.open() as stream:
        first = stream.read(8)
    if _ARCHIVE_NAME.search(member.name) or (
        first.startswith(_ARCHIVE_MAGIC) and not _DOCUMENT_NAME.search(member.name)
    ):
        raise _refused("архив внутри архива", member.name)


def write_archive(stream: BinaryIO, members: Iterable[tuple[str, bytes]]) -> None:
    """A ZIP whose bytes depend on names and contents only; names are flat, distinct, printable ASCII."""
    seen: set[str] = set()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, allowZip64=False) as archive:
        for name, content in members:
            if (
                not (name.isascii() and name.isprintable())
                or re.search(r'[\\/:*?"<>|]', name)
                or name.casefold() in seen
            ):
                raise ValueError("a member needs a distinct flat ASCII name")
            seen.add(name.casefold())
            info = zipfile.ZipInfo(name, _FIXED_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0
            archive.writestr(info, content, compresslevel=6)
