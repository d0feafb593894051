"""What a screen may fold of a mail, and what rules may pass over: only what surely is a quote."""

from __future__ import annotations

import pytest

from carecli.domain.quotes import EarlierMessages, count_quoted_lines, strip_quotes

QUOTE = "> Hello,\n> which product?\n> Care"

ATTRIBUTIONS = [
    "On Tue, 24 Nov 2026 at 10:00, Care <care@b.test> wrote:",
    "El mar, 24 nov 2026 a las 10:00, Care (<care@b.test>) escribió:",
    "W dniu wt., 24 lis 2026 o 10:00 Care <care@b.test> napisał(a):",
    "W dniu wt., 24 lis 2026 o 10:00\nCare <care@b.test> napisała:",
    "Am 24.11.2026 um 10:00 schrieb Care <care@b.test>:",
    "Le mar. 24 nov. 2026 à 10:00, Care <care@b.test> a écrit :",
    "Em ter., 24 de nov. de 2026 às 10:00, Care <care@b.test> escreveu:",
    "Il giorno mar 24 nov 2026 alle ore 10:00 Care <care@b.test> ha scritto:",
    "Care <care@b.test> napisał 24.11.2026:",
]


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
def test_a_quote_at_the_end_is_folded_with_the_line_that_introduces_it(attribution: str) -> None:
    text = f"It still itches.\nOn my hands.\n\n{attribution}\n\n{QUOTE}"
    folded = count_quoted_lines(text)
    assert folded == len(f"{attribution}\n\n{QUOTE}".split("\n"))
    assert "itches" in "\n".join(text.split("\n")[:-folded])


HEADINGS = [
    "____________________\nFrom: Care <care@b.test>\nSent: Tuesday\nTo: Ana\nSubject: x",
    "-----Original Message-----\nFrom: Care\nSent: Tuesday\nTo: Ana\nSubject: x",
    "De: Care <care@b.test>\nEnviado el: martes\nPara: Ana\nAsunto: x",
    "Od: Care <care@b.test>\nWysłano: wtorek\nDo: Ana\nTemat: x",
    "Von: Care <care@b.test>\nGesendet: Dienstag\nAn: Ana\nBetreff: x",
]


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_quote_without_marks_is_folded_if_every_line_is_known(heading: str) -> None:
    ours = "Hello,\nwhich product did you use?\nCare"
    known = EarlierMessages([ours])
    text = f"The night cream.\n\n{heading}\n\n{ours}"
    folded = count_quoted_lines(text, known)
    assert "\n".join(text.split("\n")[:-folded]).strip() == "The night cream."
    assert count_quoted_lines(text) == 0, "nobody knows whose words these are"
    assert count_quoted_lines(f"{text}\nMy eyes are swollen.", known) == 0


@pytest.mark.parametrize(
    "text",
    [
        "> you asked: when?\nOn Monday.",
        "Answers:\n> when?\nOn Monday.\n> how long?\nThree days.",
        "I wrote: hello",
        "On Monday I bought it.\nIt broke.",
        "First question: is it for dry skin?\n--\nSecond: my mother got red spots.",
        "-- \nonly a signature",
        QUOTE,
        "Form\n________________________________\nOrder: 4711\nI cut my hand.",
        "A visitor wrote:\nFrom: Ola <ola@c.test>\nDate: 30 November\nMessage:\nIt never came.",
        "Good morning,\nOn 3 May your colleague wrote:\nthat it takes three days.\nAla",
        "Name: Ola\nData: 3 maja\nTemat: uczulenie\nDo: Wrocław",
        "See below.\n\nFrom: Ola\nTo: Care\nSubject: my skin burns\nDate: today",
    ],
)
def test_words_of_ones_own_are_never_folded(text: str) -> None:
    assert count_quoted_lines(text) == 0
    assert count_quoted_lines(text, EarlierMessages(["On Monday. It broke."])) == 0


def test_rules_see_what_stands_in_no_earlier_message() -> None:
    known = EarlierMessages(["I have an allergy.", "Did your eyes swell?\nCare"])
    text = (
        "Thanks!\n\nOn 3 May 2026, Care <c@b.test> wrote:\n> Did your eyes swell?\n"
        "> yes, and I cannot breathe\n> Care\n> > I have an allergy."
    )
    seen = strip_quotes(text, known)
    assert "> yes, and I cannot breathe" in seen
    assert "allergy" not in seen
    assert "swell" not in seen


def test_what_is_said_again_without_a_mark_is_said_again() -> None:
    text = "I have an allergy."
    assert strip_quotes(text, EarlierMessages([text])) == text


def test_below_a_heading_known_lines_are_history_and_others_are_not() -> None:
    known = EarlierMessages(["Hello,\nwhich product did you use?"])
    text = f"Hi.\n\n{HEADINGS[0]}\n\nHello,\nwhich product did you use?\nThe night cream."
    assert "The night cream." in strip_quotes(text, known)
    assert "which product" not in strip_quotes(text, known)


def test_a_sentence_above_an_attribution_is_not_part_of_it() -> None:
    text = f"On 3 May I got a rash\n{ATTRIBUTIONS[0]}\n{QUOTE}"
    assert "On 3 May I got a rash" in strip_quotes(text, EarlierMessages([QUOTE]))
    assert "\n".join(text.split("\n")[: -count_quoted_lines(text)]) == "On 3 May I got a rash"
