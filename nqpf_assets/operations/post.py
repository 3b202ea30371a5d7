"""Sending: a mail by the server that is named in NQPF_SMTP, JSON to the address in a variable.

Addresses and passwords are read from the environment and never printed. Loads nothing before it sends.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

SERVER = "NQPF_SMTP"
"""Environment variable: smtp://USER:PASSWORD@HOST:PORT?from=ADDRESS, or smtps://…"""
PATIENCE = 20
"""Seconds that a server may take to answer."""
LONGEST_SUBJECT = 200


def send_mail(to: Sequence[str], subject: str, body: str) -> str | None:
    """Send one mail; why that was not possible, or None.

    Over smtp:// the connection is encrypted where the server offers it, and always before a password is sent.
    """
    import smtplib
    import ssl
    from email.message import EmailMessage

    server = urlsplit(os.environ.get(SERVER, ""))
    wrong = _not_a_server(server)
    if wrong:
        return wrong
    mail = EmailMessage()
    mail["Subject"] = " ".join(subject.split())[:LONGEST_SUBJECT]
    mail["To"] = ", ".join(to)
    mail["From"] = parse_qs(server.query).get("from", [f"nqpf@{os.uname().nodename}"])[0]
    mail.set_content(body)
    context = ssl.create_default_context()
    host, user = server.hostname or "", unquote(server.username or "")
    try:
        with (
            smtplib.SMTP_SSL(host, server.port or 465, timeout=PATIENCE, context=context)
            if server.scheme == "smtps"
            else smtplib.SMTP(host, server.port or 25, timeout=PATIENCE)
        ) as connection:
            if server.scheme == "smtp":
                connection.ehlo()
                if user or connection.has_extn("starttls"):
                    connection.starttls(context=context)
            if user:
                connection.login(user, unquote(server.password or ""))
            refused = connection.send_message(mail)
    except (OSError, smtplib.SMTPException) as error:
        return f"{host}: {str(error) or 'no answer'}"
    return f"{host} refused {', '.join(sorted(refused))}" if refused else None


def _not_a_server(server: SplitResult) -> str | None:
    try:
        is_known = server.scheme in ("smtp", "smtps") and bool(server.hostname)
        _ = server.port
    except ValueError:
        is_known = False
    if is_known:
        return None
    if not os.environ.get(SERVER):
        return f"{SERVER}, the variable with the mail server, is not set"
    return f"{SERVER} is not of the form smtp://USER:PASSWORD@HOST:PORT?from=ADDRESS"


def send_json(variable: str, content: dict[str, Any]) -> str | None:
    """Send JSON by POST to the address in a variable; why that was not possible, or None.

    The address may be a secret: what is told of it is the name of the variable and of the host.
    """
    import urllib.error
    import urllib.request

    address = os.environ.get(variable, "")
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return f"{variable} {'is no address of http or https' if address else 'is not set'}"
    asked = urllib.request.Request(
        address,
        json.dumps(content, ensure_ascii=False).encode("utf-8"),
        {"Content-Type": "application/json; charset=utf-8", "User-Agent": "nqpf"},
        method="POST",
    )
    try:
        with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:
            answer.read(1)
    except urllib.error.HTTPError as error:
        return f"{parts.hostname} ({variable}) answered {error.code} {error.reason}"
    except (OSError, ValueError) as error:
        return f"{parts.hostname} ({variable}): {getattr(error, 'reason', error)}"
    return None
