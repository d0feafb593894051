"""`carecli report -o FILE`: what it writes, what it says, and what it leaves alone."""

from __future__ import annotations

import csv
import json
import os
import zipfile
from pathlib import Path

import pytest

from tests.support.care import Care, care_of
from tests.support.months import CONFIGURATION, Months

OCTOBER = ("report", "--month", "2026-10")


@pytest.fixture(scope="module")
def care(tmp_path_factory: pytest.TempPathFactory) -> Care:
    folder = tmp_path_factory.mktemp("care")
    Months(folder / "care.sqlite", many=6)
    return care_of(folder, CONFIGURATION)


def test_a_page_is_written_once_and_over_only_when_told(care: Care, tmp_path: Path) -> None:
    file = tmp_path / "vichy.html"
    asked = (*OCTOBER, "--brand", "vichy", "-o", file)
    done = care.look(*asked, "--language", "pl")
    assert (done.code, done.out) == (0, "")
    assert str(file) in done.err
    assert "Październik 2026" in file.read_text(encoding="utf-8")

    file.write_text("mine", encoding="utf-8")
    refused = care.look(*asked)
    assert refused.code == 4
    assert "--force" in refused.err
    assert file.read_text(encoding="utf-8") == "mine"

    assert care.look(*asked, "--force").code == 0
    assert "October 2026" in file.read_text(encoding="utf-8")
    assert [one.name for one in tmp_path.iterdir()] == ["vichy.html"], "nothing else is left"


def test_the_ending_says_what_is_written(care: Care, tmp_path: Path) -> None:
    for ending in ("xlsx", "json", "csv", "html"):
        assert care.look(*OCTOBER, "-o", tmp_path / f"all.{ending}").code == 0
    assert zipfile.is_zipfile(tmp_path / "all.xlsx")
    told = json.loads((tmp_path / "all.json").read_text())
    whole = care.look(*OCTOBER, "--whole", "--json").json()
    assert told["figures"] == whole["figures"]
    with (tmp_path / "all.csv").open(encoding="utf-8") as opened:
        rows = {row["kpi"]: row for row in csv.DictReader(opened)}
    figures = {row["kpi"]: row for row in told["figures"]}
    assert int(rows["arrived"]["n"]) == figures["arrived"]["n"]

    wrong = care.look(*OCTOBER, "-o", tmp_path / "all.pdf")
    assert wrong.code == 2
    assert ".xlsx" in wrong.err


def test_each_brand_gets_a_file(care: Care, tmp_path: Path) -> None:
    done = care.look(*OCTOBER, "-o", tmp_path / "care-{brand}.html", "--json")
    assert [(one["brand"], Path(one["file"]).name) for one in done.json()] == [
        ("lrp", "care-lrp.html"),
        ("vichy", "care-vichy.html"),
    ]
    assert [one["size"] for one in done.json()] == [
        (tmp_path / f"care-{brand}.html").stat().st_size for brand in ("lrp", "vichy")
    ]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--brand", "lpr"), 4),
        (("--by", "day"), 2),
        (("--rows", "arrived"), 2),
        (("--csv",), 2),
    ],
)
def test_what_makes_no_sense_writes_nothing(
    care: Care, tmp_path: Path, words: tuple[str, ...], code: int
) -> None:
    assert care.look(*OCTOBER, *words, "-o", tmp_path / "x.html").code == code
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_told(care: Care, tmp_path: Path) -> None:
    done = care.look(*OCTOBER, "-o", tmp_path / "none" / "x.html")
    assert done.code == 1
    assert "cannot be written" in done.err


def test_a_file_is_readable_as_the_system_has_it(care: Care, tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        assert care.look(*OCTOBER, "-o", tmp_path / "x.html").code == 0
    finally:
        os.umask(before)
    assert (tmp_path / "x.html").stat().st_mode & 0o777 == 0o640


def test_the_whole_report_as_tables(care: Care) -> None:
    done = care.look("--language", "es", *OCTOBER, "--brand", "lrp", "--whole")
    assert done.code == 0
    assert "Octubre de 2026" in done.out
    assert "Ana López\t" in done.out


def test_an_issued_month_makes_the_same_page_whatever_changes(care: Care, tmp_path: Path) -> None:
    september = ("report", "--month", "2026-09", "--brand", "vichy")
    before, after = tmp_path / "before.html", tmp_path / "after.html"
    assert care.look(*september, "--issue", "-o", before).code == 0
    text = care.file.read_text(encoding="utf-8")
    care.file.write_text(text.replace("{title: Vichy}", "{title: Vichy Laboratoires}"))
    try:
        assert care.look(*september, "-o", after).code == 0
        live = tmp_path / "live.html"
        assert care.look(*september, "--live", "-o", live).code == 0
    finally:
        care.file.write_text(text, encoding="utf-8")
    assert after.read_bytes() == before.read_bytes()
    assert "Laboratoires" in live.read_text(encoding="utf-8")
