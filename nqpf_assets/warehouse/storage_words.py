"""What is told of object storage that does not do what it is asked, and what it must be asked with.

In words, with what can be done, and without the address of the server or what it was asked with.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from urllib.parse import urlsplit

from nqpf_assets.warehouse.environment import said

ENDPOINT, KEY, SECRET = "AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"
UNSIGNED = "AWS_SKIP_SIGNATURE"
_OTHER_WAYS = (
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_METADATA_ENDPOINT",
)
"""Variables that lead to a key; where there is none of them, no server is asked for one."""
_SENT = (KEY, SECRET, "AWS_SESSION_TOKEN", "AWS_REGION")
"""Variables whose values travel in the head of each request."""
_ANSWERED = re.compile(r"status code: (\d{3}[^:\n]*)")
_CODE = re.compile(r"<Code>(\w+)</Code>")
_NO_ANSWER = re.compile(r"HTTP error: ([^\n]+)")
_WHERE = re.compile(r" ?https?://\S+")


class StorageStopped(Exception):
    """What the storage did instead of what it was asked, and what can be done about it."""

    def __init__(self, found: str, remedy: str) -> None:
        self.found, self.remedy = found, remedy
        super().__init__(found)


class Overtaken(StorageStopped):
    """An object is no longer the one that was to be replaced."""


def require_ways() -> None:
    """Stop where nothing says how to ask: the library would look for a key on the network of its machine."""
    for name in (ENDPOINT, f"{ENDPOINT}_S3"):
        if name in os.environ and not _is_address(said(name)):
            raise StorageStopped(
                f"{name} is no address of http or https",
                "correct it, or unset it for Amazon's storage",
            )
    for name in _SENT:
        if not os.environ.get(name, "").isprintable():  # the library panics over it
            raise StorageStopped(
                f"{name} holds a line break or another character that no such value has",
                "set it anew, without what stands behind it",
            )
    is_unsigned = said(UNSIGNED).lower() in ("1", "true")
    has_key = bool(said(KEY) and said(SECRET))
    if not (is_unsigned or has_key or any(map(os.environ.get, _OTHER_WAYS))):
        raise StorageStopped(
            f"{KEY} and {SECRET} are not both set",
            f"set them, and {ENDPOINT} where the storage is not Amazon's; {UNSIGNED}=true reads what "
            "everybody may read",
        )


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


@contextmanager
def told() -> Iterator[None]:
    """Whatever the storage or the library says instead of an answer, in words."""
    if find_spec("obstore") is None:
        raise StorageStopped(
            "obstore, which speaks to object storage, is not installed",
            "pip install 'nqpf-assets[storage]'",
        )
    from obstore.exceptions import BaseError

    try:
        yield
    except (BaseError, ValueError, FileNotFoundError, NotImplementedError) as error:
        if isinstance(error, FileNotFoundError) and error.filename is not None:
            raise  # a file here
        raise _stopped(str(error)) from None
    except BaseException as error:
        # How a panic of the library's comes here, which is no Exception and would end the refresh.
        if type(error).__name__ != "PanicException":
            raise
        raise _stopped(f"obstore stopped: {error}") from None


def _stopped(text: str) -> StorageStopped:
    answered, code, silent = (one.search(text) for one in (_ANSWERED, _CODE, _NO_ANSWER))
    if answered is None and silent is None:
        first = _WHERE.sub("", text.splitlines()[0])[:200]
        return StorageStopped(
            f"the storage gave no answer that can be read: {first}",
            f"look at {ENDPOINT}, AWS_REGION and the other variables of AWS",
        )
    if answered is None:
        assert silent is not None
        return StorageStopped(
            f"the storage did not answer: {silent[1].strip()}",
            f"look at {ENDPOINT} and at the network",
        )
    said_so = f"the storage answered {answered[1].strip()}" + (f" ({code[1]})" if code else "")
    if answered[1].startswith("501"):
        remedy = (
            "AWS_CONDITIONAL_PUT=disabled, where it is a server that cannot write on a condition"
        )
        return StorageStopped(said_so, remedy)
    if answered[1].startswith("5"):
        return StorageStopped(said_so, "look at the server, or wait until it answers again")
    if code and code[1] == "NoSuchKey":
        return StorageStopped(said_so, "ask again: what is no longer kept was removed meanwhile")
    if answered[1].startswith("404"):
        return StorageStopped(said_so, f"look at the name of the bucket, and at {ENDPOINT}")
    return StorageStopped(
        said_so, f"look at {KEY}, {SECRET} and what that key may do in the bucket"
    )
