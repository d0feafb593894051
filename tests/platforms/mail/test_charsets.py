"""Letters of a mail: what its bytes prove goes before what it declares."""

from __future__ import annotations

import pytest

from carecli.platforms.mail.charsets import decode_text
from carecli.platforms.mail.headers import decode_header

TEXTS = {
    "pl": ("Dzień dobry, gdzie jest moja paczka? Zażółć gęślą jaźń.", ("cp1250", "iso-8859-2")),
    "pl short": ("Chcę zwrot pieniędzy", ("cp1250", "iso-8859-2")),
    "es": ("¿Dónde está mi paquete? Mañana lo necesito.", ("cp1252", "iso-8859-15")),
    "fr": ("Où est ma commande ? Je ne l'ai pas reçue, j'ai été brûlée.", ("cp1252",)),
    "de": ("Wo ist mein Päckchen? Ich habe es nicht für möglich gehalten.", ("cp1252",)),
    "cs": ("Dobrý den, kde je můj balíček? Příšerně žluťoučký kůň.", ("cp1250", "iso-8859-2")),
    "hu": ("Jó napot, hol van a csomagom? Árvíztűrő tükörfúrógép.", ("cp1250", "iso-8859-2")),
    "ru": ("Здравствуйте, где моя посылка? У меня аллергия.", ("cp1251", "koi8-r")),
    "ja": (
        "クリームを塗ったら目が腫れました。助けてください。",
        ("shift_jis", "euc-jp"),
    ),
    "zh": ("我用了面霜后眼睛肿了,请帮忙。谢谢你们", ("gb2312", "gb18030")),
    "zh-TW": ("我用了面霜後眼睛腫了,請幫忙。謝謝你們", ("big5",)),
    "ko": ("크림을 바른 후 눈이 부었어요. 도와주세요 감사합니다", ("euc-kr",)),
    "el": ("Καλημέρα, πού είναι το δέμα μου; Έχω αλλεργία.", ("cp1253",)),
}
CASES = [(text, charset) for text, charsets in TEXTS.values() for charset in charsets]


@pytest.mark.parametrize("declared", ["", "us-ascii", "iso-8859-2", "windows-1252", "x-unknown"])
@pytest.mark.parametrize("text", [text for text, _ in TEXTS.values()])
def test_valid_utf8_is_utf8_whatever_is_declared(text: str, declared: str) -> None:
    assert decode_text(text.encode(), declared) == text


@pytest.mark.parametrize(("text", "charset"), CASES)
@pytest.mark.parametrize("declared", ["utf-8", "", "no-such-set", "us-ascii"])
def test_what_is_no_utf8_is_read_as_the_language_is_written(
    text: str, charset: str, declared: str
) -> None:
    assert decode_text(text.encode(charset), declared) == text


@pytest.mark.parametrize(("text", "charset"), CASES)
def test_a_right_declaration_is_believed(text: str, charset: str) -> None:
    assert decode_text(text.encode(charset), charset) == text


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1252"])
def test_a_wrong_declaration_of_one_byte_letters_is_seen_through(declared: str) -> None:
    text = "Zażółć gęślą jaźń, paczkę dostałam zniszczoną, proszę o zwrot pieniędzy"
    assert decode_text(text.encode("cp1250"), declared) == text


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("皮膚がかゆい", "iso-2022-jp"),
        ("皮膚がかゆい", "shift_jis"),
        ("我的包裹在哪里", "gb2312"),
        ("我的包裹在哪里", "utf-16"),
        ("피부가 가려워요", "euc-kr"),
    ],
)
def test_letters_of_many_bytes_are_read_as_declared(text: str, charset: str) -> None:
    assert decode_text(text.encode(charset), charset) == text


def test_a_letter_cut_in_two_costs_that_letter() -> None:
    raw = "Zażółć gęślą jaźń".encode()[:-1]
    assert decode_text(raw, "utf-8")[:-1] == "Zażółć gęślą jaź"


@pytest.mark.parametrize("declared", ["punycode", "unicode_escape", "rot13", "base64", "\x00", ""])
def test_nothing_raises(declared: str) -> None:
    for raw in (b"\xff\xfe", b"\x80\x81", b"", b"\xc3", bytes(range(256))):
        assert isinstance(decode_text(raw, declared), str)


@pytest.mark.parametrize(
    ("value", "usual", "said"),
    [
        ("=?utf-8?b?SsOzemVm?=", "", "Józef"),
        ("=?iso-8859-2?q?Paczka_=B3?=", "", "Paczka ł"),
        ("=?utf-8?q?za=C5?= =?utf-8?q?=BC=C3=B3?= x", "", "zażó x"),
        ("a =?utf-8?q?b?= c", "", "a b c"),
        ("=?utf-8?b?%%%?=", "", "=?utf-8?b?%%%?="),
        ("=?no-such-set?q?hi?=", "", "hi"),
        ("=?iso-8859-1?q?za=C5=BC=C3=B3=C5=82=C4=87?=", "", "zażółć"),
        ("za\udcbf\udcf3\udcb3\udce6", "iso-8859-2", "zażółć"),
        ("za\udcc5\udcbc\udcc3\udcb3", "iso-8859-2", "zażó"),
    ],
)
def test_headers_are_read_by_the_same_rules(value: str, usual: str, said: str) -> None:
    assert decode_header(value, usual) == said


def test_a_western_declaration_of_letters_of_another_alphabet_is_seen_through() -> None:
    text, charsets = TEXTS["ru"]
    assert [decode_text(text.encode(one), "iso-8859-1") for one in charsets] == [text] * 2
