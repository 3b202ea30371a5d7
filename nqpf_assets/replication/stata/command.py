"""What a column or table is in Stata: its commands, or why the do-file leaves it out."""

from __future__ import annotations

from collections.abc import Sequence

from nqpf_assets.replication.r.call import NotInR

NotInStata = NotInR
Commands = Sequence[str] | NotInStata
