"""What kind of file it is, as its content says: neither the sender nor the name is believed."""

import codecs
import re
from collections.abc import Iterable
from pathlib import PurePath
from typing import IO

import puremagic

TEXT = "text/plain"
MAIL = "message/rfc822"
_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
# Every type that can be told and may be accepted, with the endings its files are named by. Nothing that a
# browser or a shell would run is among them, whatever the settings say.
ENDINGS = {
    TEXT: (".txt", ".csv", ".tsv", ".log", ".md", ".json", ".yaml", ".yml", ".ini"),
    MAIL: (".eml",),
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "image/heif": (".heic", ".heif"),
    "image/tiff": (".tif", ".tiff"),
    "video/mp4": (".mp4", ".m4v"),
    "application/zip": (".zip",),
    "application/gzip": (".gz", ".tgz"),
    f"{_OFFICE}.wordprocessingml.document": (".docx",),
    f"{_OFFICE}.spreadsheetml.sheet": (".xlsx",),
    f"{_OFFICE}.presentationml.presentation": (".pptx",),
    f"{_OPEN_DOCUMENT}.text": (".odt",),
    f"{_OPEN_DOCUMENT}.spreadsheet": (".ods",),
    f"{_OPEN_DOCUMENT}.presentation": (".odp",),
    "application/msword": (".doc",),
    "application/vnd.ms-excel": (".xls",),
    "application/vnd.ms-powerpoint": (".ppt",),
    "application/vnd.ms-outlook": (".msg",),
}
# Text, mails and office documents are told by more than their first bytes.
_TOLD_BY_SIGNATURE = {kind for kind in ENDINGS if kind.startswith(("image/", "video/"))} | {
    "application/gzip"
}
# That of a signature of three bytes; by two, half of all noise would be something.
_LEAST_CONFIDENCE = 0.3
_OTHER_NAMES = {"application/x-gzip": "application/gzip", "image/heic": "image/heif"}
_HEAD_BYTES = 65_536
_CHUNK_BYTES = 1_048_576

_CONTROLS = bytes({*range(32), 127} - set(b"\t\n\f\r\x1b"))
# Text that programs take for something else than text.
_DISGUISES = re.compile(rb"(\xef\xbb\xbf)?\s*(#!|%!PS|\{\\rtf)")
_MARKUP = re.compile(rb"(\xef\xbb\xbf)?\s*<")
_ACTIVE_MARKUP = re.compile(
    rb"<(!doctype\s+(html|svg)|([\w-]+:)?(html|head|body|script|iframe|svg|style|object|embed|img|meta)[\s/>])"
    rb"|www\.w3\.org/(1999/xhtml|2000/svg)",
    re.IGNORECASE,
)
_MAIL_HEAD = re.compile(rb"(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*){2,}\r?\n")
_SENDER = re.compile(rb"^From:", re.IGNORECASE | re.MULTILINE)
_DELIVERY = re.compile(rb"^(Date|Received|Message-ID|MIME-Version):", re.IGNORECASE | re.MULTILINE)

_ZIP, _EMPTY_ZIP, _OLE = b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Macros, Java archives and Android packages run when they are opened.
_RUN_WHEN_OPENED = (b"vbaProject.bin", b"META-INF/MANIFEST.MF", b"AndroidManifest.xml")
_OFFICE_PARTS = {
    b"word/document.xml": f"{_OFFICE}.wordprocessingml.document",
    b"xl/workbook.xml": f"{_OFFICE}.spreadsheetml.sheet",
    b"ppt/presentation.xml": f"{_OFFICE}.presentationml.presentation",
}
_OLE_MACROS = "_VBA_PROJECT".encode("utf-16-le")
# A mail may carry any of the others, so its own mark is looked for first.
_OLE_PARTS = {
    "__properties_version1.0".encode("utf-16-le"): "application/vnd.ms-outlook",
    "WordDocument".encode("utf-16-le"): "application/msword",
    "PowerPoint Document".encode("utf-16-le"): "application/vnd.ms-powerpoint",
    "Workbook".encode("utf-16-le"): "application/vnd.ms-excel",
}


def media_type_of(file: IO[bytes]) -> str | None:
    """Tell the type of a file that is not empty; None when it is none of those known here."""
    file.seek(0)
    head = file.read(_HEAD_BYTES)
    if head.startswith((_ZIP, _EMPTY_ZIP)):
        return _type_of_zip(file, head)
    if head.startswith(_OLE):
        return _type_of_ole(file)
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if _is_mail(head):
        return MAIL
    if _is_text(file):
        return None if _is_active(file, head) else TEXT
    return _type_by_signature(file)


def fit_name(name: str, media_type: str) -> str:
    """Give a name the ending of its type, if it has none that fits: the receiver's system goes by it.

    A script that calls itself `run.bat` is text, and is handed out as `run.bat.txt`.
    """
    endings = ENDINGS[media_type]
    return name if PurePath(name).suffix.lower() in endings else f"{name}{endings[0]}"


def _type_of_zip(file: IO[bytes], head: bytes) -> str | None:
    found = _find(file, (*_RUN_WHEN_OPENED, *_OFFICE_PARTS))
    if found.intersection(_RUN_WHEN_OPENED):
        return None
    if head[30:38] == b"mimetype":
        # OpenDocument says it in the first entry, which is not compressed.
        told = re.match(rb"[\w./+-]+", head[38:138])
        media_type = told[0].removesuffix(b"PK").decode() if told else ""
        return media_type if media_type in ENDINGS else "application/zip"
    return next((kind for part, kind in _OFFICE_PARTS.items() if part in found), "application/zip")


def _type_of_ole(file: IO[bytes]) -> str | None:
    found = _find(file, (_OLE_MACROS, *_OLE_PARTS))
    if _OLE_MACROS in found:
        return None
    return next((kind for part, kind in _OLE_PARTS.items() if part in found), None)


def _type_by_signature(file: IO[bytes]) -> str | None:
    file.seek(0)
    try:
        likeliest = puremagic.magic_stream(file)[0]
    except puremagic.PureError:
        return None
    media_type = _OTHER_NAMES.get(likeliest.mime_type, likeliest.mime_type)
    is_sure = likeliest.confidence >= _LEAST_CONFIDENCE
    return media_type if is_sure and media_type in _TOLD_BY_SIGNATURE else None


def _is_mail(head: bytes) -> bool:
    block = _MAIL_HEAD.match(head)
    return block is not None and bool(_SENDER.search(block[0]) and _DELIVERY.search(block[0]))


def _is_text(file: IO[bytes]) -> bool:
    """Tell UTF-8 without control characters, looking at all of the file."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    try:
        while chunk := file.read(_CHUNK_BYTES):
            if len(chunk.translate(None, _CONTROLS)) != len(chunk):
                return False
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_active(file: IO[bytes], head: bytes) -> bool:
    """Tell text that a browser, a shell or a printer would run: pages, drawings, scripts."""
    if _DISGUISES.match(head):
        return True
    if not _MARKUP.match(head):
        return False
    file.seek(0)
    return any(_ACTIVE_MARKUP.search(chunk) for chunk in iter(lambda: file.read(_CHUNK_BYTES), b""))


def _find(file: IO[bytes], words: Iterable[bytes]) -> set[bytes]:
    """Find which of the words a file holds, a piece of it at a time."""
    missing, found = set(words), set[bytes]()
    overlap = max(map(len, missing))
    file.seek(0)
    rest = b""
    while chunk := file.read(_CHUNK_BYTES):
        piece = rest + chunk
        found |= {word for word in missing if word in piece}
        missing -= found
        rest = piece[-overlap:]
    return found
