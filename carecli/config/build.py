"""Converts settings into domain values."""

from __future__ import annotations

from datetime import date, time

from carecli.config.hours import CalendarSettings
from carecli.config.load import WEEKDAYS, brand_of
from carecli.config.model import CampaignSettings, ColourSettings, Config
from carecli.config.values import Interval, millis
from carecli.domain.competition import Profile
from carecli.domain.errors import ConfigError
from carecli.domain.model import ChannelSpec, Colour, Millis
from carecli.domain.protocol import Calendar, ColourRule, Protocol
from carecli.domain.queue import QueueOrder, pressing_times


def protocol(config: Config, year: int) -> Protocol:
    """The response protocol, with the public holidays of five years before and after `year`."""
    calendars: dict[str, Calendar] = {}
    for key, settings in config.calendars.items():
        calendars[key] = _calendar(key, settings, range(year - 5, year + 6))

    def rule(settings: ColourSettings) -> ColourRule:
        return ColourRule(settings.within, settings.team, calendars.get(settings.clock))

    colours = config.protocol
    return Protocol(
        {
            Colour.GREEN: rule(colours.green),
            Colour.YELLOW: rule(colours.yellow),
            Colour.RED: rule(colours.red),
        }
    )


def channel_specs(config: Config) -> dict[str, ChannelSpec]:
    """All channels as domain values, by key."""
    return {
        key: ChannelSpec(
            key=key,
            brand=brand_of(config, key),
            platform=channel.platform,
            title=channel.title or key,
        )
        for key, channel in config.channels.items()
    }


def profiles(config: Config) -> tuple[Profile, ...]:
    """The followed public profiles: ours, then competitors'; empty if there are no competitors."""
    if not config.competitors:
        return ()
    ours = [
        Profile(key, channel.title or key, channel.platform, "", key, brand_of(config, key), True)
        for key, channel in config.channels.items()
        if channel.platform in ("facebook", "instagram")
    ]
    theirs = [
        Profile(
            key,
            competitor.title or key,
            competitor.platform,
            competitor.page or competitor.username,
            competitor.channel,
            competitor.brand
            or (brand_of(config, competitor.channel) if competitor.channel else ""),
        )
        for key, competitor in config.competitors.items()
    ]
    return (*ours, *theirs)


def queue_order(config: Config) -> QueueOrder:
    """The configured order of the queue."""
    *classes, last = config.queue.order
    colours = config.protocol
    within = {
        Colour.GREEN: colours.green,
        Colour.YELLOW: colours.yellow,
        Colour.RED: colours.red,
    }
    rules = {
        colour: ColourRule(settings.within, settings.team) for colour, settings in within.items()
    }
    times = pressing_times(rules, config.queue.pressing_time, config.queue.pressing_part)
    return QueueOrder(tuple(classes), last, config.queue.points, times)


def brand_titles(config: Config) -> dict[str, str]:
    """The titles of all brands by key; a brand that is only implied has its channel's title."""
    implied = {
        brand_of(config, key): channel.title or key for key, channel in config.channels.items()
    }
    return implied | {key: brand.title or key for key, brand in config.brands.items()}


def team_keys(config: Config) -> tuple[str, ...]:
    """All teams: those configured, or else those that the protocol and the moderators name."""
    if config.teams:
        return tuple(config.teams)
    colours = (config.protocol.green, config.protocol.yellow, config.protocol.red)
    named = [colour.team for colour in colours]
    named += [team for person in config.moderators.values() for team in person.teams]
    return tuple(dict.fromkeys(named))


def campaign_period(campaign: CampaignSettings, zone: str) -> tuple[Millis | None, Millis | None]:
    """The start and end of a campaign in ms; None: unbounded."""
    since, until = campaign.since, campaign.until
    return (
        millis(since, zone) if since is not None else None,
        millis(until, zone) if until is not None else None,
    )


def _calendar(key: str, settings: CalendarSettings, years: range) -> Calendar:
    hours = {
        number: tuple(_times(interval) for interval in getattr(settings, name))
        for number, name in enumerate(WEEKDAYS)
    }
    days_off = frozenset(settings.days_off) | _holidays(key, settings.holidays, years)
    return Calendar(settings.zone, hours, days_off)


def _times(interval: Interval) -> tuple[time, time]:
    """Start and end as times; midnight at the end of a day becomes 00:00, as `Calendar` wants."""
    start, end = (divmod(minute % (24 * 60), 60) for minute in (interval.start, interval.end))
    return time(*start), time(*end)


def _holidays(key: str, region: str, years: range) -> frozenset[date]:
    if not region:
        return frozenset()
    import holidays

    country, _, part = region.partition("-")
    try:
        return frozenset(holidays.country_holidays(country, subdiv=part or None, years=years))
    except NotImplementedError as error:
        raise ConfigError(
            f"no public holidays known for {region!r}",
            key=f"calendars.{key}.holidays",
            hint="expected a country as two letters, e.g. PL or MX, or with a part: ES-MD",
        ) from error
