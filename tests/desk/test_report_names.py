"""Reports call channels by their titles and people by their names."""

from __future__ import annotations

from carecli.desk.reports.kpi_report import ReportAsked
from carecli.domain.model import ChannelSpec
from carecli.store.channels import enrol
from tests.desk.conftest import Shop


def names(shop: Shop) -> dict[tuple[str, str], str]:
    found = shop.desk().reports.report_sheet(ReportAsked(), "channel").names
    return {(one.of, one.key): one.title for one in found}


def test_the_title_of_a_channel_and_the_name_of_a_moderator(shop: Shop) -> None:
    told = names(shop)
    assert told["channel", "avon-fb"] == "Avon Polska"
    assert told["moderator", "ola"] == "Ola"
    assert (
        shop.desk().reports.report_sheet(ReportAsked(), "channel").name("channel", "gone-fb")
        == "gone-fb"
    )


def test_channels_with_one_title_are_told_apart_by_their_platform(shop: Shop) -> None:
    with shop.database.write() as db:
        enrol(db, [ChannelSpec("avon-ig", "Avon", "instagram", "Avon Polska")])
    told = names(shop)
    assert told["channel", "avon-fb"] == "Avon Polska · Facebook"
    assert told["channel", "avon-ig"] == "Avon Polska · Instagram"
