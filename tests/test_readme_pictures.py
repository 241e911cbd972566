"""README and docs/for-learners.md show the app in pictures that stand alone and fit the lessons."""

from __future__ import annotations

import re
import runpy
import tomllib
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

import pyte
import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "docs" / "for-learners.md"]
TEXTS = [page.read_text(encoding="utf-8") for page in PAGES]
IMAGES = [
    (alternative, (page.parent / path).resolve())
    for page, text in zip(PAGES, TEXTS, strict=True)
    for alternative, path in re.findall(r"!\[([^\]]+)\]\(([^)]+)\)", text)
]
DRAWN_ANEW = "python images/screens.py draws them anew"
SVG = "{http://www.w3.org/2000/svg}"
MAX_BYTES = 200_000

the_script = runpy.run_path(str(ROOT / "images" / "screens.py"))
SCENES = the_script["SCENES"]


def words_of(svg: str) -> str:
    """All words of the picture: row by row, from left to right."""
    words = []
    for text in ElementTree.fromstring(svg).iter(f"{SVG}text"):
        place = (int(text.attrib["y"]), int(text.attrib["x"].split()[0]))
        words.append((place, text.text or ""))
    return " ".join(word for _, word in sorted(words))


def kept(scene: str) -> str:
    return (ROOT / "images" / f"screen-{scene}.svg").read_text(encoding="utf-8")


def drawn(*rows: str) -> str:
    screen = pyte.Screen(24, len(rows))
    style = "\x1b[0;38;2;1;2;3;48;2;4;5;6m"
    pyte.Stream(screen).feed(style + "\r\n".join(row.ljust(24) for row in rows))
    svg: str = the_script["Drawing"](the_script["cells_of"](screen), "A title").svg()
    return svg


def paths(svg: str) -> Sequence[ElementTree.Element]:
    return list(ElementTree.fromstring(svg).iter(f"{SVG}path"))


def test_each_picture_is_shown_once_and_the_readme_begins_with_two() -> None:
    assert [path for _, path in IMAGES] == [
        ROOT / "images" / f"screen-{scene.name}.svg" for scene in SCENES
    ]
    first = TEXTS[0].partition("\n## ")[0]
    assert (first.count("!["), TEXTS[0].count("![")) == (2, 2)


@pytest.mark.parametrize("scene", [scene.name for scene in SCENES])
class TestPicture:
    def test_it_is_small_and_has_a_size_and_a_title(self, scene: str) -> None:
        picture = kept(scene)
        root = ElementTree.fromstring(picture)
        assert root.tag == f"{SVG}svg"
        assert root.attrib["viewBox"] == f"0 0 {root.attrib['width']} {root.attrib['height']}"
        assert root.findtext(f"{SVG}title")
        assert len(picture.encode()) < MAX_BYTES

    def test_it_names_no_place_and_needs_no_other_file(self, scene: str) -> None:
        picture = kept(scene).replace('xmlns="http://www.w3.org/2000/svg"', "")
        assert (
            re.findall(r"//|/(?:home|tmp|work|root|usr)\b|url\(|href|@import|@font", picture) == []
        )

    def test_it_brings_its_own_ground_and_frame(self, scene: str) -> None:
        """So that it can be read on a white page and on a black one."""
        ground = ElementTree.fromstring(kept(scene)).find(f"{SVG}rect")
        assert ground is not None
        assert re.fullmatch(r"#[0-9a-f]{6}", ground.attrib["fill"])
        assert ground.attrib["stroke"] == the_script["FRAME"]

    def test_no_line_block_or_dot_is_left_to_a_font(self, scene: str) -> None:
        assert re.findall(r"[\u2500-\u259f\u2800-\u28ff]", words_of(kept(scene))) == []

    def test_its_step_has_that_title_today(self, scene: str) -> None:
        (step,) = (one.step for one in SCENES if one.name == scene)
        (file,) = (ROOT / "lessons").glob(f"*/???-{step}.toml")
        title = tomllib.loads(file.read_text(encoding="utf-8"))["title"]
        assert title in words_of(kept(scene)), DRAWN_ANEW
        assert title in " ".join(" ".join(TEXTS).split())


def test_the_numbers_told_to_those_who_cannot_see_a_picture_stand_in_it() -> None:
    told = [re.findall(r"\d+\.\d+", alternative) for alternative, _ in IMAGES]
    assert all(told)
    for scene, numbers in zip(SCENES, told, strict=True):
        words = words_of(kept(scene.name))
        assert [number for number in numbers if number not in words] == [], DRAWN_ANEW


def test_a_letter_stands_at_its_own_cell() -> None:
    svg = drawn("", " a <b")
    assert [
        (text.attrib, text.text) for text in ElementTree.fromstring(svg).iter(f"{SVG}text")
    ] == [
        ({"x": "10", "y": "35"}, "a"),
        ({"x": "30 40", "y": "35"}, "<b"),
    ]


@pytest.mark.parametrize("sign", ["─", "┤", "┏", "╭", "▀", "▆", "▎", "⠑"])
def test_a_sign_that_joins_its_neighbours_is_drawn_as_a_shape_in_its_cell(sign: str) -> None:
    svg = drawn(f" {sign}")
    assert words_of(svg) == ""
    (path,) = paths(svg)
    x, y = map(float, re.findall(r"M([\d.]+) ([\d.]+)", path.attrib["d"])[0])
    assert 10 <= x <= 20
    assert 0 <= y <= 20
    assert "#010203" in (path.attrib["fill"], path.attrib.get("stroke"))


@pytest.mark.parametrize("took", ["7 ms", "312 ms", "1.0 s", "12.4 s"])
def test_how_long_a_run_took_is_the_same_in_all_pictures(took: str) -> None:
    assert words_of(drawn(f"finished in {took}.", "after 3 ms")) == (
        "finished in 400 ms. after 3 ms"
    )
