"""What became of a warehouse, told to those whom `nqpf.yaml` names: by mail, or by a request to an address.

Of five events: published, held back (files or numbers do not carry a publication), failed (the program or
the machine), overdue (an edition is late), not sent (to the storage that readers look at). Somebody who
cannot be told is a warning and stops nothing.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import Problem
from nqpf_assets.operations.post import send_json, send_mail
from nqpf_assets.publications.held_back import FAILED, held_back
from nqpf_assets.publications.publish import current
from nqpf_assets.publications.storage.keeping import last_seen, missing
from nqpf_assets.user_input.project import Project
from nqpf_assets.user_input.settings import AlertTarget, Event, Settings

if TYPE_CHECKING:
    from nqpf_assets.projects.overdue import OverdueEdition

MOST = 20
"""Reasons that are told in full."""


@dataclass(frozen=True)
class Alert:
    """One message.

    Attributes:
        event: what happened.
        subject: in one line.
        text: the whole, in lines.
        publication: number of what is published now; None where nothing is.
    """

    event: Event
    subject: str
    text: str
    publication: int | None = None
    reasons: tuple[str, ...] = field(default=())


def outcome(project: Project, before: int | None) -> Alert | None:
    """What a refresh did to the warehouse.

    Args:
        before: number of the publication that stood before it.

    Returns:
        None where it published nothing and nothing stopped it.
    """
    stopped, now = held_back(project), current(project)
    number = now.number if now else None
    if stopped is not None:
        is_failure = any(one.code == FAILED for one in stopped.problems)
        reasons = tuple(str(one) for one in stopped.problems)
        word: Event = "failed" if is_failure else "held_back"
        stands = f"publication {number} stands as it was" if number else "nothing is published yet"
        subject = f"{word.replace('_', ' ')}: {counted(len(reasons), 'reasons')}; {stands}"
        return Alert(word, subject, _lines(reasons), number, reasons)
    if now is None or number == before:
        return None
    size = f"{counted(now.n_tables, 'tables')}, {counted(now.n_rows, 'rows', ',')}"
    text = f"{size}\nwhat is new in it: nqpf diff\n"
    return Alert("published", f"publication {number}: {size}", text, number)


def failed(project: Project, reason: str) -> Alert:
    """A run that ended without a word of its own: it was killed, or the machine stopped."""
    now = current(project)
    number = now.number if now else None
    return Alert(
        "failed", "failed: a run ended without saying why", f"{reason}\n", number, (reason,)
    )


def overdue(project: Project, late: list[OverdueEdition]) -> Alert | None:
    """Editions that are late; None where none is."""
    if not late:
        return None
    now, reasons = current(project), tuple(map(str, late))
    subject = f"overdue: {counted(len(late), 'editions')}"
    return Alert("overdue", subject, _lines(reasons), now.number if now else None, reasons)


def not_sent(project: Project, settings: Settings) -> Alert | None:
    """What has not come to the storage of publications; None where all are there, or none is named."""
    if settings.storage is None or (kept := last_seen(project, settings.storage)) is None:
        return None
    if not kept.found:
        return None
    now, waiting = current(project), missing(project, kept)
    what = f"lacks {counted(len(waiting), 'publications')}" if waiting else "has what is not kept"
    subject = f"not sent: {settings.storage} {what}"
    reasons = (f"{kept.found}; `nqpf refresh` tries again",)
    return Alert("not_sent", subject, _lines(reasons), now.number if now else None, reasons)


def tell(project: Project, settings: Settings, alert: Alert) -> tuple[Problem, ...]:
    """Send a message to all who want to know of its event; warnings of those who cannot be told."""
    return tuple(
        problem
        for number, target in enumerate(settings.alerts)
        if alert.event in target.on
        for problem in tell_one(project, number, target, alert)
    )


def tell_one(project: Project, number: int, target: AlertTarget, alert: Alert) -> Iterator[Problem]:
    """Send a message to one entry of `alerts`, whatever it wants to know of."""
    name, machine = project.root.name, socket.gethostname()
    if target.mail:
        body = f"{alert.text}\n-- \n{project.root} on {machine}\n"
        reason = send_mail(target.mail, f"[{name}] {alert.subject}", body)
        if reason:
            yield _not_told(number, "mail", reason)
    if target.webhook:
        content = {
            "event": alert.event,
            "project": name,
            "machine": machine,
            "subject": alert.subject,
            "text": f"[{name}] {alert.subject}\n{alert.text}",
            "publication": alert.publication,
            "reasons": list(alert.reasons),
        }
        reason = send_json(target.webhook, content)
        if reason:
            yield _not_told(number, "webhook", reason)


def _lines(reasons: tuple[str, ...]) -> str:
    more = f"\nand {len(reasons) - MOST} more: nqpf status\n" if len(reasons) > MOST else "\n"
    return "\n\n".join(reasons[:MOST]) + more


def _not_told(number: int, way: str, reason: str) -> Problem:
    return Problem(
        file="nqpf.yaml",
        where=f"alerts {number + 1}, {way}",
        expected="somebody who is told",
        found=reason,
        remedy="mend it, and try it with `nqpf alert test`; nothing else was stopped by it",
        severity="warning",
        code="alert",
    )
