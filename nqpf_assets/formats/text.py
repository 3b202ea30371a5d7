"""Bytes of a text file to text, or to the reason why they are not readable text.

The bureau's old site writes GB18030, the new one UTF-8 with a mark. GB18030 decodes almost
anything, so what comes out is looked at before it is believed.
"""

from __future__ import annotations

import codecs

from nqpf_assets.messages.problems import Problem

# Words of which at least one stands in any Chinese statistical file, in both scripts.
_WORDS = ("地区", "指标", "数据库", "年份", "省", "单位", "来源", "重庆", "北京", "时间", "年")
_BIG5_WORDS = ("地區", "指標", "資料", "縣", "單位", "來源", "年份", "年")
_HEAD = 4000
"""Characters in which it shows how a text was mangled."""
_PIECE = 1024**2
_CONVERT = "save it again as UTF-8 (Excel: CSV UTF-8)"


def _encoding_problem(file: str, found: str, remedy: str = _CONVERT) -> Problem:
    return Problem(
        file=file,
        where="",
        expected="text in UTF-8 or GB18030",
        found=found,
        remedy=remedy,
        code="encoding",
    )


def mistaken_encoding(text: str) -> str | None:
    """Says how the text was mangled, if it was decoded with the wrong table and saved so."""
    head = text[:_HEAD]
    if head.isascii() or any(word in head for word in _WORDS[:-1]):
        return None
    for wrong, right in (
        ("gb18030", "utf-8"),
        ("cp1252", "utf-8"),
        ("latin-1", "utf-8"),
        ("latin-1", "gb18030"),
        ("cp1252", "gb18030"),
    ):
        repaired = head.encode(wrong, "ignore").decode(right, "ignore")
        if any(word in repaired for word in _WORDS[:-1]):
            return f"{right} text that was opened as {wrong} and saved: {head[:20]!r}"
    if "锟斤拷" in head or "\ufffd" in head:
        return f"characters that were lost in a conversion: {head[:20]!r}"
    return None


def decode(content: bytes, file: str) -> tuple[str, list[Problem]]:
    """The text of a file and what is wrong with its encoding.

    A file cut in the middle of a character yields the text before the cut and a problem.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "", [_encoding_problem(file, "UTF-16 (Excel calls it Unicode text)")]
    if b"\0" in content:
        even, odd = content[:2000:2].count(0), content[1:2000:2].count(0)
        kind = "UTF-16 without a mark" if max(even, odd) > 4 * (min(even, odd) + 1) else "binary"
        return "", [_encoding_problem(file, f"zero bytes: {kind} data")]
    body = content.removeprefix(codecs.BOM_UTF8)
    found = _decoded(body)
    if found is None:
        line = body[: _first_bad(body)].count(b"\n") + 1
        return "", [_encoding_problem(file, f"neither of the two, from line {line} on")]
    text, encoding, is_cut = found
    if encoding == "gb18030" and (big5 := _as_big5(content, text)):
        return "", [_encoding_problem(file, f"Big5: {big5!r}")]
    if mangled := mistaken_encoding(text):
        return "", [_encoding_problem(file, mangled, "download the original file again")]
    problems: list[Problem] = []
    if is_cut:
        where = f"line {text.count(chr(10)) + 1}"
        what = "the file ends in the middle of a character"
        problems = [
            Problem(
                file=file,
                where=where,
                expected="a whole file",
                found=what,
                remedy="download it again",
                code="truncated",
            )
        ]
    return text, problems


def as_utf8(content: bytes, file: str) -> tuple[bytes, int, list[Problem]]:
    """The text of `decode` as bytes of UTF-8, where it begins among them, and what is wrong.

    A file that is in UTF-8 is not copied, nor held as text: it may have hundreds of megabytes.
    """
    start = len(codecs.BOM_UTF8) if content.startswith(codecs.BOM_UTF8) else 0
    if b"\0" not in content and is_utf8(memoryview(content)[start:]):
        head = content[start : start + 4 * _HEAD].decode("utf-8", "ignore")
        if mistaken_encoding(head) is None:
            return content, start, []
    text, problems = decode(content, file)
    return text.encode(), 0, problems


def is_utf8(body: memoryview) -> bool:
    """Whether bytes are in UTF-8, looked at piece by piece."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for place in range(0, len(body), _PIECE):
            decoder.decode(bytes(body[place : place + _PIECE]))
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _decoded(body: bytes) -> tuple[str, str, bool] | None:
    """Text, encoding, and whether the last character is cut."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return body.decode(encoding), encoding, False
        except UnicodeDecodeError as error:
            # A cut UTF-8 file must be told from a short GB18030 one: it has whole characters.
            whole = body[: error.start]
            if error.start >= len(body) - 4 and not whole.isascii():
                return whole.decode(encoding), encoding, True
    return None


def _first_bad(content: bytes) -> int:
    try:
        content.decode("gb18030")
    except UnicodeDecodeError as error:
        return error.start
    return len(content)


def _as_big5(content: bytes, as_gb: str) -> str | None:
    """The head of the text, if it makes sense in Big5 and none in GB18030."""
    if any(word in as_gb[:4000] for word in _WORDS[:-1]):
        return None
    try:
        text = content.decode("big5")
    except UnicodeDecodeError:
        return None
    return text[:20] if any(word in text[:4000] for word in _BIG5_WORDS[:-1]) else None
