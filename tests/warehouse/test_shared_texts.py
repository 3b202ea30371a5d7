"""Texts held once: the same columns, in less room, and a published file that is written in little memory."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from nqpf_assets.publications import assemble as assembly
from nqpf_assets.warehouse.shared_texts import in_order, with_shared_texts

LONG = ["a name of more than twelve bytes", "another one, as long as the first", None, ""]


def written_apart(n: int) -> pl.Series:
    """Texts as a reader writes them: each with bytes of its own."""
    return pl.Series("label", [LONG[row % 4] and f"{LONG[row % 4]}" for row in range(n)])


def bytes_beside(column: pl.Series) -> int:
    """What a column holds beside its rows: the bytes of texts over twelve."""
    whole = column.to_arrow(compat_level=pl.CompatLevel.newest())
    return sum(buffer.size for buffer in whole.buffers()[2:])


def test_a_text_that_repeats_is_held_once() -> None:
    column = pl.concat([written_apart(4_000) for _ in range(3)], rechunk=False)
    frame = pl.DataFrame({"label": column, "n": range(12_000)})
    found = with_shared_texts(frame)
    assert found.equals(frame)
    assert bytes_beside(found["label"]) < 100 < 100_000 < bytes_beside(column)
    order = pl.Series(range(12_000), dtype=pl.UInt32).reverse()
    assert bytes_beside(in_order([column], order)) < 100


@pytest.mark.parametrize("n_parts", [1, 12])
@pytest.mark.parametrize(
    "texts",
    [
        written_apart(500),
        pl.Series("label", [f"a locator of its own, {n}" for n in range(500)]),
        pl.Series("label", [f"{n % 7}" for n in range(500)]),
        pl.Series("label", [None] * 500, dtype=pl.String),
        pl.Series("label", range(500)),
    ],
    ids=["long", "its own", "short", "none", "numbers"],
)
def test_a_column_in_another_order_is_the_same(texts: pl.Series, n_parts: int) -> None:
    size = 500 // n_parts + 1
    column = pl.concat([texts.slice(at, size) for at in range(0, 500, size)], rechunk=False)
    order = pl.Series([row * 7 % 500 for row in range(500)], dtype=pl.UInt32)
    found = in_order([column], order)
    assert found.equals(texts.gather(order), check_names=True)


def test_a_file_for_which_little_memory_is_too_little_is_written_with_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class OutOfMemoryException(Exception):
        """As the engine's is called."""

    asked = []

    def write(path: Path, *_: object, is_lean: bool) -> None:
        asked.append(is_lean)
        if is_lean:
            raise OutOfMemoryException

    monkeypatch.setattr(assembly, "_write", write)
    monkeypatch.setattr(assembly, "_verify", lambda *_: None)
    monkeypatch.setattr(assembly, "about_frames", lambda _: {})
    assembly.assemble(tmp_path / "x", (), None, Path)  # type: ignore[arg-type]
    assert asked == [True, False]
