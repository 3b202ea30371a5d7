"""Workbooks that are locked with the password that Excel tries by itself; CNKI's downloads are.

Excel opens them without asking, so that nobody knows that they are locked. Any other password stays closed.
"""

from __future__ import annotations

import io
import re

from nqpf_assets.formats.limits import PAGE_BYTES

DEFAULT = "VelvetSweatshop"
"""Excel's own, [MS-OFFCRYPTO] 2.3.7.1."""
_MOST_SPINS = 1_000_000
"""Rounds of hashing that are gone along with; Excel writes 100,000."""
_SPINS = re.compile(rb'spinCount="(\d+)"')
_SCHEMA = (b"<!DOCTYPE", b"<!ENTITY")


def opened_by_default(content: bytes, about: bytes) -> bytes | None:
    """The workbook that Excel's default password opens; None where it does not.

    Args:
        content: an OLE file that holds an encrypted workbook, .xlsx or .xls.
        about: the stream that says how it is encrypted; empty in an .xls.
    """
    from msoffcrypto import OfficeFile

    spins = [int(found[:12]) for found in _SPINS.findall(about)]
    if (
        not about and len(content) > PAGE_BYTES
    ):  # an old workbook is unlocked byte for byte in Python
        return None
    if any(n > _MOST_SPINS for n in spins) or any(word in about for word in _SCHEMA):
        return None
    plain = io.BytesIO()
    try:
        locked = OfficeFile(io.BytesIO(content))
        locked.load_key(password=DEFAULT, **({"verify_password": True} if about else {}))
        locked.decrypt(plain)
    except Exception:
        return None  # another password, or a damaged file: the library has no errors of its own for most
    found = plain.getvalue()
    return found if found and found != content else None
