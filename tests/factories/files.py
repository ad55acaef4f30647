"""Small files of every kind that is accepted, and of some that never are."""

import io
import zipfile
from collections.abc import Mapping

_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
_FILLING = bytes(range(256)) * 4


def archive(entries: Mapping[str, str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as written:
        for name, text in entries.items():
            written.writestr(zipfile.ZipInfo(name), text)
    return file.getvalue()


def office(part: str) -> bytes:
    return archive({"[Content_Types].xml": "<Types/>", part: "<x/>"})


def ole(*entries: str) -> bytes:
    names = b"".join(entry.encode("utf-16-le").ljust(128, b"\x00") for entry in entries)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + names


PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + _FILLING
# By type: the content, and the ending that a name without a fitting one is given.
ACCEPTED = {
    "text/plain": ("Größe;Menge\n1;2\n".encode(), ".txt"),
    "message/rfc822": (b"From: jo@example.org\r\nDate: today\r\n\r\nCaf\xe9", ".eml"),
    "application/pdf": (b"%PDF-1.7\n" + _FILLING, ".pdf"),
    "image/png": (PNG, ".png"),
    "image/jpeg": (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + _FILLING, ".jpg"),
    "image/gif": (b"GIF89a" + _FILLING, ".gif"),
    "image/webp": (b"RIFF\x24\x00\x00\x00WEBPVP8 " + _FILLING, ".webp"),
    "image/heif": (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + _FILLING, ".heic"),
    "application/zip": (archive({"a.txt": "a"}), ".zip"),
    "application/gzip": (b"\x1f\x8b\x08\x00" + _FILLING, ".gz"),
    f"{_OFFICE}.wordprocessingml.document": (office("word/document.xml"), ".docx"),
    f"{_OFFICE}.spreadsheetml.sheet": (office("xl/workbook.xml"), ".xlsx"),
    f"{_OFFICE}.presentationml.presentation": (office("ppt/presentation.xml"), ".pptx"),
    f"{_OPEN_DOCUMENT}.text": (archive({"mimetype": f"{_OPEN_DOCUMENT}.text", "content.xml": ""}), ".odt"),
    "application/msword": (ole("Root Entry", "WordDocument"), ".doc"),
    "application/vnd.ms-excel": (ole("Root Entry", "Workbook"), ".xls"),
    "application/vnd.ms-outlook": (ole("Root Entry", "__properties_version1.0", "WordDocument"), ".msg"),
}
REFUSED = {
    "page": b"\xef\xbb\xbf\n <!DOCTYPE html><p>hello",
    "page without a head": b"<p>hello</p><ScRiPt>alert(1)</sCrIpT>",
    "drawing": b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>',
    "drawing under a prefix": b'<d:g xmlns:d="http://www.w3.org/2000/svg"/>',
    "shell script": b"#!/bin/sh\nrm -rf /\n",
    "program of Windows": b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + _FILLING,
    "program of Linux": b"\x7fELF\x02\x01\x01" + _FILLING,
    "installer": ole("Root Entry", "SummaryInformation"),
    "Java archive": archive({"META-INF/MANIFEST.MF": "", "A.class": ""}),
    "document with macros": archive({"word/document.xml": "", "word/vbaProject.bin": ""}),
    "old document with macros": ole("Root Entry", "WordDocument", "_VBA_PROJECT"),
    "text in Latin-1": "Größe\n".encode("latin-1"),
    "text in UTF-16": "Größe\n".encode("utf-16"),
    "noise": _FILLING,
}
