"""Arguments as they were typed, also where the locale knows ASCII alone.

Python hands over bytes that the locale cannot read as halves of characters (PEP 383). Names of files may
be such; texts that are looked up, asked as SQL or printed are not: they are read as UTF-8, or refused.
"""

from __future__ import annotations

import os
import re
from typing import Any

from nqpf_assets.messages.problems import InputError, Problem

_HALVES = re.compile("[\ud800-\udfff]")


def as_typed(value: Any) -> Any:
    """A text, or each of several, in whole characters; whatever else it is, as it is.

    Raises:
        InputError: it is no text in UTF-8.
    """
    if isinstance(value, list | tuple):
        return type(value)(as_typed(one) for one in value)
    if type(value) is not str or _HALVES.search(value) is None:
        return value
    try:
        return os.fsencode(value).decode("utf-8")
    except UnicodeError:
        raise InputError(
            [
                Problem(
                    file="the command line",
                    where="",
                    expected="text in UTF-8",
                    found=ascii(value),
                    remedy="type it in a terminal whose encoding is UTF-8",
                    code="encoding",
                )
            ]
        ) from None
