"""What can be seen of an HTML mail: by the values its styles come to, never by a pattern."""

from __future__ import annotations

import time

import pytest

from carecli.platforms.mail.html_text import html_to_text

SEEN = [
    "<div style='font-size:0.95em'>{}</div>",
    "<div style='font-size: 0.875rem'>{}</div>",
    "<body style='font-size:.9em'><p>{}</p>",
    "<table><tr><td style='font-size:0'><span style='font-size:14px'>{}</span></td></tr></table>",
    "<div style='font:0/0 a'><b style='font:12px Arial'>{}</b></div>",
    "<div style='visibility:hidden'><p style='visibility:visible'>{}</p></div>",
    "<div style='max-height:0'>{}</div>",
    "<div style='max-height:40px;overflow:hidden'>{}</div>",
    "<div style='opacity:0.5'>{}</div>",
    "<div style='background:#000;color:#fff'>{}</div>",
    "<table bgcolor=black><tr><td><font color=white>{}</font></td></tr></table>",
    "<style>.d{{background:#000}}</style><div class=d><p style='color:#fff'>{}</p></div>",
    "<style>.m{{display:block !important}}</style><div class=m style='display:none'>{}</div>",
    "<div hidden style='display:block'>{}</div>",
    "<div style='display:none;display:block'>{}</div>",
    "<div style='display:block !important;display:none'>{}</div>",
    "<div style='font-size:calc(0px + 1em)'>{}</div>",
    "<div style='content:\"display:none\"'>{}</div>",
    "<p title='style=display:none'>{}</p>",
    "<div style='display:none'>x</div>{}",
    "<table><tr><td style='display:none'>x<td>{}</table>",
    "<p style='display:none'>x<p>{}",
    "<ul><li style='display:none'>x<li>{}</ul>",
    "<div><p style='display:none'>x</div>{}",
    "<noscript>{}</noscript>",
    "<head>{}</head>",
    "<!-- a --> {} <!-- b",
    "<!--> {} -->",
    "<![if !mso]>{}<![endif]>",
    "<style>p{{}} {}",
    "<a href='x>{}</a>",
    "<img src='data:image/png;base64," + "A" * 50_000 + "'>{}",
    "<img alt='{}' src=x>",
    "<textarea>{}</textarea>",
    "<o:p>{}</o:p>",
    "<p>1 < 2 and {}</p>",
    "<blockquote><blockquote>{}</blockquote></blockquote>",
    "<div class=gmail_quote><blockquote>q</blockquote><div>{}</div></div>",
    "<pre>x\n{}\ny</pre>",
    "<div " + "a=b " * 2_000 + ">{}</div>",
    "<div style='mso-hide:all'>{}</div>",
    "<div style='color:red;background:transparent'>{}</div>",
    "<div style='background:url(x);color:white'>{}</div>",
]

HIDDEN = [
    "<div style='display:none'>{}</div>",
    "<div style='DISPLAY : NONE !important'>{}</div>",
    "<div style='display:none'><p style='display:block'>{}</p></div>",
    "<div style='visibility:hidden'>{}</div>",
    "<div style='opacity:0'>{}</div>",
    "<div style='opacity:.2'><div style='opacity:10%'>{}</div></div>",
    "<div style='font-size:0'>{}</div>",
    "<div style='font-size:0px'><b>{}</b></div>",
    "<div style='font-size:10px'><b style='font-size:0em'>{}</b></div>",
    "<div style='font-size:1px;line-height:1px'>{}</div>",
    "<div style='max-height:0px;overflow:hidden'>{}</div>",
    "<div style='height:0;overflow:hidden'><p>{}</p></div>",
    "<span style='color:#ffffff'>{}</span>",
    "<div style='background:#222222'><span style='color:rgb(34, 34, 34)'>{}</span></div>",
    "<span style='color:transparent'>{}</span>",
    "<div hidden>{}</div>",
    "<template>{}</template>",
    "<script>{}</script>",
    "<style>{}</style>",
    "<head><title>{}</title></head>",
    "<!-- {} -->",
    "<!--[if mso]>{}<![endif]-->",
]


@pytest.mark.parametrize("html", SEEN)
def test_what_can_be_seen_is_kept(html: str) -> None:
    words = "my face is burning"
    assert words in html_to_text(f"<p>Hello</p>{html.format(words, words)}<p>Bye</p>")


@pytest.mark.parametrize("html", HIDDEN)
def test_what_cannot_be_seen_is_left_out(html: str) -> None:
    assert html_to_text(f"<p>Hello</p>{html.format('bait')}<p>Bye</p>") == "Hello\n\nBye"


def test_where_nothing_can_be_seen_all_is_kept() -> None:
    assert html_to_text("<div style='display:none'>I want my money back.</div>") == (
        "I want my money back."
    )


def test_cells_do_not_run_together() -> None:
    html = "<table><tr><td>Name</td><td>Ola</td></tr><tr><td>Order</td><td>4711</td></tr></table>"
    assert html_to_text(html) == "Name Ola\n\nOrder 4711"


def test_an_indent_that_somebody_set_themselves_is_no_quote() -> None:
    html = "<blockquote style='margin:0 0 0 40px;border:none'>my own words</blockquote>"
    assert html_to_text(html) == "my own words"


ATTACKS = [
    "<div>" * 40_000,
    "<!--" * 30_000,
    "<a href='" * 20_000,
    "<style>" * 30_000,
    "<table><tr><td>" * 20_000,
    "<div>" * 300 + "</td>" * 50_000,
    "<p " + "a" * 100_000,
    "<" * 200_000,
    "<div style='" + "a:b;" * 50_000 + "'>",
]


@pytest.mark.parametrize("html", ATTACKS, ids=range(len(ATTACKS)))
def test_a_broken_page_takes_time_in_proportion(html: str) -> None:
    started = time.process_time()
    assert "the end" in html_to_text(f"{html}<p>the end</p>")
    assert time.process_time() - started < 10
