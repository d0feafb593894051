"""Configuration: YAML read strictly into frozen settings and domain values.

    config = load(path)                      # Config, or ConfigError naming file, line and key
    protocol(config, year=2026)              # carecli.domain.protocol.Protocol
    channel_specs(config)                    # {key: ChannelSpec}

Importing it costs pyyaml and msgspec. It reads no clock, no environment and no secret.
"""

from carecli.config.build import (
    brand_titles,
    campaign_period,
    channel_specs,
    profiles,
    protocol,
    queue_order,
    team_keys,
)
from carecli.config.hours import CalendarSettings
from carecli.config.load import brand_of, load, parse, problem_at, problems_at
from carecli.config.model import (
    AlertSettings,
    BrandSettings,
    CampaignSettings,
    ChannelSettings,
    ColourSettings,
    Config,
    EngineSettings,
    InboxSettings,
    ProtocolSettings,
    QueueSettings,
    SendingSettings,
    ThemeSettings,
    ViewSettings,
)
from carecli.config.profiles import CompetitorSettings
from carecli.config.reports import ReportSettings
from carecli.config.teamwork import (
    AbsenceSettings,
    EscalationSettings,
    HookSettings,
    ModeratorSettings,
    TeamSettings,
)
from carecli.config.values import Duration, Interval, SecretPlace, Zone

__all__ = [
    "AbsenceSettings",
    "AlertSettings",
    "BrandSettings",
    "CalendarSettings",
    "CampaignSettings",
    "ChannelSettings",
    "ColourSettings",
    "CompetitorSettings",
    "Config",
    "Duration",
    "EngineSettings",
    "EscalationSettings",
    "HookSettings",
    "InboxSettings",
    "Interval",
    "ModeratorSettings",
    "ProtocolSettings",
    "QueueSettings",
    "ReportSettings",
    "SecretPlace",
    "SendingSettings",
    "TeamSettings",
    "ThemeSettings",
    "ViewSettings",
    "Zone",
    "brand_of",
    "brand_titles",
    "campaign_period",
    "channel_specs",
    "load",
    "parse",
    "problem_at",
    "problems_at",
    "profiles",
    "protocol",
    "queue_order",
    "team_keys",
]
