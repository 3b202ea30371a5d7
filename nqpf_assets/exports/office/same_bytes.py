"""An office file is a zip archive, in which every part bears a time: always the same one here."""

from __future__ import annotations

import io
import zipfile

TIME = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip archive can name."""


def same_bytes(content: bytes) -> bytes:
    """The archive with its parts in their order, and no clock in it."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in source.namelist():
            part = zipfile.ZipInfo(name, TIME)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.create_system = 3
            part.external_attr = 0o600 << 16
            archive.writestr(part, source.read(name))
    return target.getvalue()
