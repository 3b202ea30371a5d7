"""Whether a raw file may be given to others, as its card says it.

A card's `may_be_passed_on` decides. Without it the words of `licence` do: what sounds like a prohibition
keeps a file back, since a file that was left out can be added, and one that went out cannot be called back.
Where a card says nothing, the file goes along, and that is told.
"""

from __future__ import annotations

import re
from typing import Literal

Passing = Literal["allowed", "forbidden", "not said"]

_FORBIDDING = re.compile(
    r"""
    不得 | 禁止 | 严禁 | 不可 | 不能 | 不允许 | 未经 | 仅供 | 仅限 | 只限 | 只供 | 内部 | 保密 | 涉密
    | 版权所有 | 转载必究 | 请勿 | 勿
    | (?: \b(?: not | no | never | without | cannot ) | n't )\b [^.;。；]* \b(?: pass | shar | distribut
        | redistribut | publish(?!er) | republish | copy | copi | transfer | release | disclos | repost
        | reproduc | permi | consent | allow )
    | prohibit | forbid | restrict | confidential | proprietary | internal | subscri | secret
    | all\ rights\ reserved | use\ only | only\ for | licensed\ to | non-?disclosure | on\ request
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_FREE = re.compile(
    r"\b(?:no|without|free of)(?: any| further)? restrictions?|unrestricted|不受限制|无限制",
    re.IGNORECASE,
)
"""Sounds like a prohibition, and is the contrary."""
_OPEN = re.compile(
    r"""
    \bCC0\b | \bCC[- ]BY\b | public\ domain | \bODbL\b | \bPDDL\b | open\ (?: data | government | licen[cs]e )
    | creative\ commons | 知识共享 | 可用 | 可自由 | 可转载 | 可以 | 公开 | 开放 | 不受限制 | 无限制
    | may\ be | freely | unrestricted | (?: no | without )\ restriction
    """,
    re.IGNORECASE | re.VERBOSE,
)


def passing_on(said: bool | None, licence: str | None) -> Passing:
    """Whether a file may be given to others."""
    if said is not None:
        return "allowed" if said else "forbidden"
    words = licence or ""
    if _FORBIDDING.search(_FREE.sub(" ", words)):
        return "forbidden"
    return "allowed" if _OPEN.search(words) else "not said"
