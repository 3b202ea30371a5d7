"""What holds for every figure: its bytes, what it says of itself, its name, its language."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from nqpf_assets.figures import Figure, available, draw, drawing, find_figure
from nqpf_assets.figures.page import said_synthetic
from nqpf_assets.figures.registry import KINDS
from nqpf_assets.figures.style import chinese_font, style, styled
from nqpf_assets.figures.words import Language, number
from nqpf_assets.messages.problems import InputError
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.connection import Connection
from nqpf_assets.warehouse.duckdb_file import open_closed
from tests.stages.mini import STUDY, walked

pytestmark = pytest.mark.slow


def test_the_same_table_gives_the_same_bytes(drawn: Callable[..., Figure]) -> None:
    one, other = drawn("wealth"), drawn("wealth")
    assert one.svg() == other.svg() == one.svg()
    assert one.svg() != drawn("wealth", theme="dark").svg()


def test_the_same_table_gives_the_same_bytes_of_png_and_pdf(drawn: Callable[..., Figure]) -> None:
    one, other = drawn("figure_1"), drawn("figure_1")
    assert one.png(80) == other.png(80)
    assert one.pdf() == other.pdf()


def test_a_users_own_settings_of_matplotlib_change_nothing(drawn: Callable[..., Figure]) -> None:
    import matplotlib as mpl

    before = drawn("wealth").svg()
    with mpl.rc_context({"lines.linewidth": 9, "font.size": 30, "svg.hashsalt": "theirs"}):
        assert drawn("wealth").svg() == before


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", KINDS.own)
def test_every_figure_says_its_table_publication_n_and_that_data_are_synthetic(
    kind: str, language: Language, tables: Connection
) -> None:
    if language == "zh" and chinese_font() is None:
        pytest.skip("no Chinese font on this machine")
    listed = available(tables, "mini", language=language)
    requests = [one for one in listed if one.kind == kind]
    assert requests, "a kind that no test draws"
    for request in requests:
        assert request.table.startswith("mini.")
        assert request.table in request.caption
        assert {"en": "publication 1 of", "zh": "第 1 次发布"}[language] in request.caption
        assert re.search(r"\bn\b.*\d", request.caption)
        assert request.synthetic
        figure = draw(tables, request, language=language)
        assert said_synthetic(language) in [one.get_text() for one in figure.picture.texts]
        root = ElementTree.fromstring(figure.svg())
        assert (root[0].text, root[1].text) == (request.title, request.caption)
        assert not is_cut(figure), request.name


def is_cut(figure: Figure) -> bool:
    """Whether something that is drawn reaches over the edge of the page."""
    width, height = figure.picture.get_size_inches()
    box = figure.picture.get_tightbbox()
    return bool(min(box.x0, box.y0) < -0.01 or box.x1 > width + 0.01 or box.y1 > height + 0.01)


@pytest.mark.parametrize(("study", "language"), [("province", "en"), ("chongqing", "zh")])
def test_no_figure_of_the_sample_is_cut_off(
    study: str, language: Language, built_sample: Project
) -> None:
    if chinese_font() is None:
        pytest.skip("no Chinese font on this machine")
    with open_closed(built_sample.database) as connection:
        firsts = {one.kind: one for one in available(connection, study, language=language)}
        assert len(firsts) > 9
        for request in firsts.values():
            assert not is_cut(draw(connection, request, language=language)), request.full_name


def test_letters_of_a_vector_file_stay_text(drawn: Callable[..., Figure]) -> None:
    figure = drawn("table_1")
    texts = [
        one.text for one in ElementTree.fromstring(figure.svg()).iter() if one.tag.endswith("text")
    ]
    assert {"Wealth", "(1)", "(2)", "(3)", "SYNTHETIC DATA, no evidence"} <= set(texts)
    fonts = re.findall(r'font-family: ([^;"]+)', figure.svg())
    assert fonts, "letters are set in a font"
    assert {one.rpartition(", ")[2] for one in fonts} == {"sans-serif"}
    assert all("'Microsoft YaHei'" in one and "'PingFang SC'" in one for one in fonts)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.43412, "0.434"),
        (-0.0051234, "\u22120.00512"),
        (-1234.4, "\u22121234"),
        (0.0, "0"),
        (1.2e-9, "1.20e\u221209"),
        (0.09996, "0.100"),
        (float("-inf"), "\u2212∞"),
        (float("nan"), "–"),
    ],
)
def test_numbers_in_captions_have_three_digits(value: float, said: str) -> None:
    assert number(value) == said


def test_names_in_a_figure_are_its_own(drawn: Callable[..., Figure]) -> None:
    svg = drawn("table_1").svg()
    names = set(re.findall(r'\bid="([^"]+)"', svg))
    assert all(name.startswith("mini-table_1-coefficients-") for name in names)
    assert set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg)) <= names


def test_the_first_figure_of_a_subject_is_named_by_it_alone(tables: Connection) -> None:
    assert find_figure(tables, "mini", "wealth") == find_figure(tables, "mini", "wealth.trend")
    names = [one.full_name for one in available(tables, "mini")]
    assert len(set(names)) == len(names)


def test_a_wrong_name_is_told_with_the_nearest(tables: Connection) -> None:
    with pytest.raises(InputError, match="did you mean `wealth`"):
        find_figure(tables, "mini", "welth")
    with pytest.raises(InputError, match="did you mean `mini`"):
        available(tables, "mimi")


def test_a_study_without_index_and_table_has_its_coverage_alone(tmp_path: Path) -> None:
    bare = STUDY.partition("indices:")[0]
    done = walked(tmp_path, bare, is_published=True)
    with open_closed(done.project.database) as connection:
        assert [one.name for one in available(connection, "mini")] == ["coverage"]
        assert draw(connection, find_figure(connection, "mini", "coverage")).svg()


def test_chinese_is_set_in_a_chinese_font(drawn: Callable[..., Figure]) -> None:
    if chinese_font() is None:
        pytest.skip("no Chinese font on this machine")
    from matplotlib.font_manager import FontProperties, fontManager

    figure = drawn("wealth", language="zh")
    assert "逐年变化" in figure.request.title
    families = [style().latin, chinese_font()]
    with styled(figure.theme):
        found = fontManager._find_fonts_by_props(FontProperties())  # type: ignore[attr-defined]
    assert next(Path(str(one)).name for one in found).startswith("DejaVuSans")
    assert len(found) == len(families)


def test_chinese_in_a_pdf_is_text_that_every_reader_shows(drawn: Callable[..., Figure]) -> None:
    if chinese_font() is None:
        pytest.skip("no Chinese font on this machine")
    pdf = drawn("wealth.weights", language="zh").pdf()
    assert b"CIDFontType2" not in pdf, "TrueType is said of outlines that may be of another kind"
    assert b"/Subtype /Type3" in pdf
    assert b"/ToUnicode" in pdf


def test_chinese_without_a_font_is_refused(
    drawn: Callable[..., Figure], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "chinese_font", lambda: None)
    with pytest.raises(InputError, match="a font with Chinese characters"):
        drawn("wealth", language="zh")
    assert drawn("wealth").svg()  # English needs none


def test_without_the_library_it_is_told(
    drawn: Callable[..., Figure], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"nqpf-assets\[figures\]"):
        drawn("wealth")


def test_a_png_has_as_many_points_as_asked(drawn: Callable[..., Figure]) -> None:
    from PIL import Image

    with Image.open(io.BytesIO(drawn("wealth").png(100))) as picture:
        assert picture.width == 650
