"""What a file that leaves says of itself: the publication, its hash, the study and its tables.

No clock is asked: the same publication gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nqpf_assets.warehouse.connection import Connection

PROGRAM = "nqpf-assets"


@dataclass(frozen=True)
class About:
    """Where the content of a file comes from.

    Attributes:
        publication: its number.
        published_at: with its time zone, UTC.
        fingerprint: hash of all tables of the publication.
        release: of this program, that made it.
        names: the published tables that are in it, ``study.table``.
        is_synthetic: something in the file rests on synthetic files.
        papers: study → the paper that it belongs to, as its file cites it.
    """

    publication: int
    published_at: dt.datetime
    fingerprint: str
    release: str
    names: tuple[str, ...] = ()
    is_synthetic: bool = False
    papers: Mapping[str, str] = field(default_factory=dict)

    @property
    def study(self) -> str:
        """The study, or studies, or schemas of the tables."""
        return ", ".join(dict.fromkeys(name.partition(".")[0] for name in self.names))

    @property
    def cited(self) -> list[str]:
        """The papers that the studies belong to."""
        return [self.papers[one] for one in self.study.split(", ") if one in self.papers]

    @property
    def words(self) -> str:
        """In one sentence."""
        return " ".join(
            [
                f"Publication {self.publication} of {self.published_at:%Y-%m-%d}, "
                f"content {self.fingerprint}; {PROGRAM} {self.release}.",
                *(f"Belongs to: {one.rstrip('.')}." for one in self.cited),
            ]
        )

    @property
    def keywords(self) -> str:
        """For the properties of a document, which programs search."""
        parts = [
            f"publication {self.publication}",
            f"content {self.fingerprint}",
            f"study {self.study}",
            *(f"table {name}" for name in self.names),
        ]
        return "; ".join(["SYNTHETIC DATA", *parts] if self.is_synthetic else parts)

    def as_record(self) -> dict[str, object]:
        """For formats that keep names with values."""
        return {
            "publication": self.publication,
            "published_at": self.published_at.isoformat(),
            "content": self.fingerprint,
            "program": f"{PROGRAM} {self.release}",
            "study": self.study,
            "tables": list(self.names),
            **({"citation": cited} if (cited := self.cited) else {}),
            "data": "synthetic" if self.is_synthetic else "not synthetic",
        }


def about_publication(connection: Connection) -> About:
    """The publication that an opened warehouse holds."""
    rows = connection.execute(
        "SELECT publication, published_at, fingerprint, versions FROM audit.publication"
        " ORDER BY publication DESC LIMIT 1"
    ).fetchall()
    assert rows, "a published file says which publication it is"
    number, at, fingerprint, versions = rows[0]
    known = dict(one.rsplit(" ", 1) for one in versions.split(", "))
    moment = at if isinstance(at, dt.datetime) else dt.datetime.fromisoformat(at)
    release = known.get(PROGRAM, "unknown")
    return About(number, moment, fingerprint, release, papers=_papers(connection))


def _papers(connection: Connection) -> dict[str, str]:
    """Study → citation; none in a file of an older release, which has no table of them."""
    named = "SELECT 1 FROM information_schema.tables WHERE table_schema = 'catalog' AND table_name = 'study'"
    if not connection.execute(named).fetchall():
        return {}
    cited = "SELECT study, citation FROM catalog.study WHERE citation IS NOT NULL"
    return dict(connection.execute(cited).fetchall())
