from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

from carecli.config import (
    Config,
    Interval,
    SecretPlace,
    brand_of,
    load,
    parse,
    protocol,
    queue_order,
)
from carecli.config.document import MAX_BYTES
from carecli.domain.errors import ConfigError
from carecli.domain.model import HOUR, MINUTE, Colour, ContactPoint
from carecli.domain.queue import DEFAULT_ORDER, POINTS

MINIMAL = """\
me: ana
channels:
  avon-fb:
    platform: facebook
    account: 0104
    token: env:AVON_TOKEN
"""


TEAMS = "{care: {}, specialists: {}, communication: {}}"


def wrong(text: str) -> list[ConfigError]:
    with pytest.raises(ConfigError) as caught:
        parse(text, file="care.yaml")
    return [caught.value, *caught.value.also]


def test_six_lines_are_enough() -> None:
    config = parse(MINIMAL)
    channel = config.channels["avon-fb"]
    assert len(MINIMAL.splitlines()) == 6
    assert (config.me, channel.account, channel.token) == (
        "ana",
        "0104",
        SecretPlace("env", "AVON_TOKEN"),
    )
    assert brand_of(config, "avon-fb") == "avon-fb"
    assert protocol(config, 2026).rules[Colour.RED].within == 2 * HOUR


def test_an_empty_file_is_all_defaults() -> None:
    assert parse("", folder=Path("/x")) == parse("# nothing\n", folder=Path("/x"))
    assert parse("{}").queue == Config().queue


@pytest.mark.parametrize(
    "typed", ["no", "on", "yes", "12:30", "0123", "1e3", "0x1f", "~", "null", "1_000"]
)
def test_a_text_stays_what_was_typed(typed: str) -> None:
    assert parse(f"me: {typed}\n").me == typed
    assert parse(f"channels: {{x: {{platform: manual, options: {{a: {typed}}}}}}}").channels[
        "x"
    ].options == {"a": typed}


@pytest.mark.parametrize(("typed", "expected"), [("true", True), ("false", False)])
def test_booleans_have_two_spellings(typed: str, expected: bool) -> None:
    assert parse(f"inbox: {{compact: {typed}}}").inbox.compact is expected


@pytest.mark.parametrize("typed", ["yes", "on", "1", "True", "'true'", "no"])
def test_and_no_others(typed: str) -> None:
    [problem] = wrong(f"inbox: {{compact: {typed}}}")
    assert problem.what.startswith("expected true or false")


@pytest.mark.parametrize(
    ("typed", "millis"),
    [
        ("45s", 45_000),
        ("30m", 1_800_000),
        ("6h", 21_600_000),
        ("2d", 172_800_000),
        ("1h30m", 5_400_000),
    ],
)
def test_durations(typed: str, millis: int) -> None:
    assert parse(f"sending: {{grace: {typed}}}").sending.grace == millis


@pytest.mark.parametrize("typed", ["24", "1.5h", "h", "-1h", "2 days", "6H", "''", "9999999999h"])
def test_what_is_no_duration(typed: str) -> None:
    [problem] = wrong(f"sending:\n  grace: {typed}")
    assert (problem.line, problem.key) == (2, "sending.grace")
    assert "expected a duration such as 45s, 30m, 6h or 2d" in problem.what


def test_sections_keep_the_defaults_of_keys_left_out() -> None:
    config = parse("protocol:\n  green: {within: 12h}\n")
    green = config.protocol.green
    assert (green.within, green.team, config.protocol.yellow.within) == (
        12 * HOUR,
        "care",
        6 * HOUR,
    )


def test_every_error_names_file_line_key_and_what_was_expected() -> None:
    problems = wrong(
        "me: ana\nchanels: {}\nchannels:\n  x:\n    platfrom: facebook\n    account: [1]\n"
        "inbox:\n  compact: yes\nqueue: {order: [pressing, deadlin]}\n"
    )
    assert [(problem.line, problem.key) for problem in problems] == [
        (2, "chanels"),
        (5, "channels.x.platfrom"),
        (5, "channels.x.platform"),
        (6, "channels.x.account"),
        (8, "inbox.compact"),
        (9, "queue.order[1]"),
    ]
    assert str(problems[0]).startswith(
        "care.yaml:2: chanels: no such key (did you mean 'channels'? known: alerts, brands, cal"
    )
    assert "did you mean 'platform'?" in problems[1].hint
    assert "did you mean 'deadline'?" in problems[5].hint


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("me: a\nme: b\n", 2, "the key 'me' twice"),
        ("channels: {x: {platform: manual, platform: manual}}", 1, "the key 'platform' twice"),
        ("me: &a ana\n", 1, "an anchor"),
        ("me: *a\n", 1, "an alias"),
        ("me: !!str ana\n", 1, "a tag"),
        ("me: !python/object/apply:os.system [ls]\n", 1, "a tag"),
        ("me: a\n---\nme: b\n", 2, "a second document"),
        ("? [a]\n: b\n", 1, "a key that is not a word"),
        ("me: [a\n", 2, "not YAML"),
        ("me: a\n\tb: c\n", 2, "not YAML"),
        ("me: a\x07b\n", 1, "a character YAML does not allow: U+0007"),
        ("[" * 40, 1, "nested too deeply"),
        ("- me\n", 1, "expected keys and values, not a list"),
        ("me:\n", 1, "this is empty"),
        ("channels:\n", 1, "expected names, not nothing"),
        ("inbox: dark\n", 1, "expected keys and values, not one value"),
        ("queue: {order: red}\n", 1, "expected a list, not one value"),
        ("<<: {me: ana}\n", 1, "no such key"),
        ("channels: {'a b': {platform: manual}}\n", 1, "expected a short name"),
        ("queue: {order: [pressing]}\n", 1, "expected each word once, and `deadline` at the end"),
        ("queue: {order: [red, red, deadline]}\n", 1, "expected each word once"),
        ("queue: {order: [pressing, oldest]}\n", 1, "`deadline` at the end, or `oldest` alone"),
        ("queue: {pressing_part: 0}\n", 1, "expected 1 or more"),
        ("views: {a: {filter: 'is:waiting', order: [colour]}}\n", 1, "expected each word once"),
        ("engine: {fastest: 10m, slowest: 1m}\n", 1, "expected no less"),
    ],
)
def test_what_is_refused(text: str, line: int, what: str) -> None:
    problems = wrong(text)
    assert any(what in problem.what and problem.line == line for problem in problems), problems


TOKENS = [
    "EAABsbCS1iHgBAKZCqlPZAzzz1234567890",
    "syt_YW5h_abcdefghijklmnop_1a2b3c",
    "access_token=abcdefgh",
    "0123456789abcdef0123456789abcdef",
    "Zm9vYmFyQmF6UXV4MTIzNDU2Nzg5MFF3RXJUeVVpT3A",
    "123456789012345|abcdefghijklmnopqrstuvwxyz",
]


@pytest.mark.parametrize("token", TOKENS)
@pytest.mark.parametrize(
    "where",
    [
        "me: {}",
        "channels: {{x: {{platform: manual, token: {}}}}}",
        "channels: {{x: {{platform: manual, options: {{pass: {}}}}}}}",
        "inbox: {{keys: {{a: [{}]}}}}",
    ],
)
def test_a_secret_is_refused_and_never_repeated(token: str, where: str) -> None:
    problems = wrong(where.format(f'"{token}"'))
    assert any("looks like a secret" in problem.what for problem in problems)
    assert all(token not in str(problem) for problem in problems)


@pytest.mark.parametrize("typed", ["hunter2", "keyring:", "env:", "env:A B", "file:", "vault:x"])
def test_a_token_says_only_where_it_is(typed: str) -> None:
    [problem] = wrong(f"channels: {{x: {{platform: manual, token: '{typed}'}}}}")
    assert "keyring, env:NAME or file:PATH" in problem.what
    assert "hunter2" not in str(problem)


@pytest.mark.parametrize(
    ("text", "key", "meant"),
    [
        (
            "brands: {avon: {}}\nchannels: {x: {platform: manual, brand: avn}}",
            "channels.x.brand",
            "avon",
        ),
        (
            f"teams: {TEAMS}\nprotocol: {{red: {{team: cara}}}}",
            "protocol.red.team",
            "care",
        ),
        ("protocol: {red: {clock: alway}}", "protocol.red.clock", "always"),
        ("moderators: {ania: {}}\nme: ana", "me", "ania"),
        (
            f"teams: {TEAMS}\nmoderators: {{a: {{teams: [car]}}}}",
            "moderators.a.teams[0]",
            "care",
        ),
    ],
)
def test_names_must_lead_somewhere(text: str, key: str, meant: str) -> None:
    [problem] = wrong(text)
    assert problem.key == key
    assert f"did you mean {meant!r}?" in problem.hint
    assert problem.line > 0


def test_a_brand_must_be_named_among_several() -> None:
    [problem] = wrong("brands: {a: {}, b: {}}\nchannels:\n  x: {platform: manual}\n")
    assert (problem.line, problem.key, problem.hint) == (3, "channels.x.brand", "known: a, b")
    assert brand_of(parse("brands: {a: {}}\nchannels: {x: {platform: manual}}"), "x") == "a"


def test_calendars_with_holidays_and_nights() -> None:
    config = parse(
        "calendars:\n  office:\n    zone: Europe/Warsaw\n    monday: [08:00-16:00, 22:00-24:00]\n"
        "    sunday: [22:00-06:00]\n    holidays: PL\n    days_off: [2026-12-23]\n"
        "protocol: {yellow: {clock: office}}\n"
    )
    assert config.calendars["office"].sunday == (Interval(22 * 60, 6 * 60),)
    calendar = protocol(config, 2026).rules[Colour.YELLOW].calendar
    assert calendar is not None
    assert calendar.hours[0] == ((time(8), time(16)), (time(22), time(0)))
    assert {date(2026, 12, 23), date(2026, 11, 11), date(2027, 5, 3)} <= calendar.days_off


@pytest.mark.parametrize(
    "typed", ["8-16", "08:00", "25:00-26:00", "08:60-09:00", "08:00-08:00", "24:00-02:00"]
)
def test_what_are_no_hours(typed: str) -> None:
    [problem] = wrong(f"calendars: {{o: {{monday: ['{typed}']}}}}")
    assert "expected hours such as 08:00-16:00" in problem.what


def test_unknown_holidays_are_told_when_the_calendar_is_made() -> None:
    config = parse("calendars: {o: {monday: [08:00-16:00], holidays: QQ}}")
    with pytest.raises(ConfigError, match="no public holidays known for 'QQ'"):
        protocol(config, 2026)


def test_contact_points_zones_and_campaigns() -> None:
    config = parse(
        "queue: {points: [comment, ad]}\n"
        "inbox: {zone: America/Mexico_City}\n"
        "campaigns: {c: {from: 2026-12-01, until: 2026-12-01 18:00, posts: ['1_2'], boost: true}}\n"
    )
    assert config.queue.points == (ContactPoint.COMMENT, ContactPoint.AD_COMMENT)
    assert config.campaigns["c"].since == "2026-12-01"
    [problem] = wrong("inbox: {zone: Europe/Warsav}")
    assert "nearest: Europe/Warsaw" in problem.what
    [problem] = wrong("campaigns: {c: {from: 2026-12-02, until: 2026-12-01}}")
    assert problem.key == "campaigns.c.until"
    [problem] = wrong("campaigns: {c: {from: 2026-12-02T10:00:00+01:00}}")
    assert "without a zone" in problem.what


def test_an_order_with_its_own_sense_of_what_is_pressing() -> None:
    order = queue_order(
        parse(
            "queue: {order: [point, colour, deadline], pressing_time: 1h, pressing_part: 4}\n"
            "protocol: {red: {within: 2h, team: care}}\n"
        )
    )
    assert (order.classes, order.time) == (("point", "colour"), "deadline")
    assert order.pressing == {
        Colour.GREEN: HOUR,
        Colour.YELLOW: HOUR,
        Colour.RED: 30 * MINUTE,
    }
    usual = queue_order(Config())
    assert (usual.classes, usual.time) == (DEFAULT_ORDER.classes, DEFAULT_ORDER.time)
    assert (usual.all_points, usual.pressing) == (POINTS, DEFAULT_ORDER.pressing)


def test_views() -> None:
    config = parse(
        "channels: {avon-fb: {platform: manual}}\n"
        "views:\n"
        "  hot: {filter: 'is:waiting channel:avon-fb colour:red', title: Hot}\n"
        "  parcels: {filter: '\"uszkodzona paczka\"', sort: oldest}\n"
        "  calm: {filter: '-colour:red', order: [pressing, colour, deadline]}\n"
    )
    assert config.views["calm"].order == ("pressing", "colour", "deadline")
    assert [*config.views] == ["hot", "parcels", "calm"]
    assert (config.views["hot"].title, config.views["hot"].sort) == ("Hot", "queue")
    assert config.views["parcels"].filter == '"uszkodzona paczka"'


@pytest.mark.parametrize(
    ("view", "key", "what", "hint"),
    [
        ("{filter: 'is:wating'}", "filter", "'wating', at column 4", "did you mean waiting?"),
        ("{filter: 'is:waiting chanel:x'}", "filter", "'chanel', at column 12", "channel:"),
        ("{filter: '\"open'}", "filter", "closing quote missing, at column 1", "closing"),
        ("{filter: 'channel:avon-fb,lrp'}", "filter", "channel: 'lrp', at column 17", "avon-fb"),
        ("{filter: 'campaign:xmas'}", "filter", "campaign: 'xmas', at column 10", "none"),
        ("{title: Hot}", "filter", "missing", ""),
        ("{filter: 'is:waiting', sort: up}", "sort", "'up'", "queue"),
        ("{filter: 'is:waiting', colour: red}", "colour", "no such key", "filter"),
    ],
)
def test_a_wrong_view_is_pointed_at(view: str, key: str, what: str, hint: str) -> None:
    text = f"channels: {{avon-fb: {{platform: manual}}}}\nviews:\n  hot: {view}\n"
    [error] = wrong(text)
    assert (error.line, error.key) == (3, f"views.hot.{key}")
    assert what in error.what
    assert hint in error.hint


def test_paths_count_from_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "c").mkdir()
    file = tmp_path / "c" / "care.yaml"
    file.write_text("database: ../d.sqlite\nchannels: {x: {platform: manual, token: file:t}}\n")
    config = load(file)
    assert config.database == str(tmp_path / "d.sqlite")
    assert config.snippets == str(tmp_path / "c" / "snippets")
    assert config.channels["x"].token == SecretPlace("file", str(tmp_path / "c" / "t"))


def no_file(path: Path) -> None:
    path.unlink(missing_ok=True)


def a_folder(path: Path) -> None:
    path.mkdir()


def latin_1(path: Path) -> None:
    path.write_bytes(b"me: ana\n# \xe9\n")


def huge(path: Path) -> None:
    path.write_bytes(b"#" * (MAX_BYTES + 1))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (no_file, "cannot be read: No such file"),
        (a_folder, "cannot be read"),
        (latin_1, "care.yaml:2: not UTF-8"),
        (huge, "larger than"),
    ],
)
def test_files_that_cannot_be_read(make: Callable[[Path], Any], said: str, tmp_path: Path) -> None:
    path = tmp_path / "care.yaml"
    make(path)
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert said in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_byte_order_mark_and_windows_lines_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "care.yaml"
    path.write_bytes(b"\xef\xbb\xbfme: ana\r\ninbox:\r\n  compact: true\r\n")
    assert load(path).inbox.compact


REPORTS = """\
brands: {lrp: {title: La Roche-Posay}}
channels:
  post: {platform: mail, account: care@example.org, token: env:POST, options: {host: example.org}}
  page: {platform: manual}
"""


def test_a_monthly_report_needs_little() -> None:
    text = f"{REPORTS}reports: {{month: {{to: [boss@example.org], mailbox: post}}}}\n"
    one = parse(text).reports["month"]
    assert (one.day, one.at, one.brands, one.languages) == (1, 7 * 60, (), ())
    assert (one.files, one.folder, one.issue) == (("html",), "", True)
    assert parse(f"{REPORTS}reports: {{month: {{folder: pages}}}}", folder=Path("/x")).reports[
        "month"
    ].folder == str(Path("/x/pages"))


@pytest.mark.parametrize(
    ("said", "key", "what"),
    [
        ("to: [boss@example.org]", "reports.month.mailbox", "missing"),
        ("to: [boss@example.org], mailbox: page", "reports.month.mailbox", "no such mailbox"),
        ("to: [boss], mailbox: post", "reports.month.to[0]", "expected an address"),
        ("{}", "reports.month", "expected `to` or `folder`"),
        ("folder: x, day: 31", "reports.month.day", "1 to 28"),
        ("folder: x, at: 25:00", "reports.month.at", "a time of day"),
        ("folder: x, brands: [lpr]", "reports.month.brands[0]", "no such brand"),
        ("folder: x, languages: [de]", "reports.month.languages[0]", "no such choice"),
        ("folder: x, files: [pdf]", "reports.month.files[0]", "no such choice"),
        ("folder: x, files: []", "reports.month.files", "expected html"),
        ("folder: x, hour: 7", "reports.month.hour", "no such key"),
    ],
)
def test_a_wrong_report_is_named(said: str, key: str, what: str) -> None:
    body = said if said == "{}" else f"{{{said}}}"
    [problem] = wrong(f"{REPORTS}reports: {{month: {body}}}\n")
    assert problem.key == key
    assert what in str(problem)
