"""Whether a mail really comes from its sender, and from a person. Pure.

Authentication-Results follow RFC 8601, automatic mails RFC 3834. Our mail server removes results
that others wrote in its name (RFC 8601, section 5); only the topmost of those it added is trusted.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from carecli.i18n import N_
from carecli.platforms.mail.options import MailOptions
from carecli.platforms.mail.parser import Mail

_LIST_ID = re.compile(r"<?([a-z0-9._-]{1,200})>?\s*$")
_WORD = re.compile(r"([a-z0-9._-]+)\s*=\s*([^\s;]+)")


def is_listed(address: str, senders: Collection[str]) -> bool:
    """Whether an address is one of these, or of one of these domains."""
    domain = address.rpartition("@")[2]
    return bool(address) and (address in senders or (bool(domain) and domain in senders))


def automatic_reason(mail: Mail) -> str:
    """Why this mail was not written by a person; empty if a person may have written it."""
    answers = mail.header("auto-submitted").partition(";")[0].strip().lower()
    if answers and answers != "no":
        return N_("an automatic mail (Auto-Submitted)")
    if mail.header("precedence").lower() in ("bulk", "junk", "list", "auto_reply"):
        return N_("a mass mail (Precedence)")
    if mail.header("return-path").replace(" ", "") == "<>":
        return N_("an automatic mail (no return path)")
    if mail.is_report:
        return N_("a delivery report")
    if mail.header("x-autoreply") or mail.header("x-autorespond"):
        return N_("an automatic answer (X-Autoreply)")
    return ""


def is_let_in(mail: Mail, options: MailOptions) -> bool:
    """Whether the option `let_in` accepts this mail although a machine sent it.

    The option names addresses, domains and List-IDs (RFC 2919). Lists of our own domain or named
    like our mailbox are always accepted.
    """
    if is_listed(mail.sender, options.let_in):
        return True
    match = _LIST_ID.search(mail.header("list-id").lower())
    list_id = match[1] if match else ""
    if not list_id:
        return False
    own_name = options.address.partition("@")[0]
    is_own = list_id.endswith(f".{options.domain}") or list_id.startswith(f"{own_name}.")
    return is_own or list_id in options.let_in or list_id.replace(".", "@", 1) in options.let_in


def is_authenticated(mail: Mail, authserv: str) -> bool:
    """Whether our own mail server verified the sender's domain.

    By DMARC, or by DKIM or SPF for the domain in `From` or a parent domain of it.
    """
    domain = mail.sender.rpartition("@")[2]
    if not domain or mail.senders != 1:
        return False
    for name, value in mail.headers:
        if name != "authentication-results":
            continue
        results = _without_comments(value)
        server, _, outcomes = results.partition(";")
        if server.split()[:1] == [authserv]:
            return any(_passes(result, domain) for result in outcomes.split(";"))
    return False


def _without_comments(value: str) -> str:
    """The header in lower case, without comments and with `?` in place of quoted strings.

    Both may hold text that a stranger chose, such as the local part of an address.
    """
    chars: list[str] = []
    depth, in_quotes, is_escaped = 0, False, False
    for char in value.lower():
        if is_escaped:
            is_escaped = False
        elif char == "\\" and (depth or in_quotes):
            is_escaped = True
        elif in_quotes:
            in_quotes = char != '"'
        elif char == '"' and not depth:
            in_quotes = True
            chars.append("?")
        elif char == "(":
            depth += 1
        elif char == ")" and depth:
            depth -= 1
        elif not depth:
            chars.append(char)
    return "".join(chars)


def _passes(result: str, domain: str) -> bool:
    pairs: list[tuple[str, str]] = _WORD.findall(result)
    if not pairs or pairs[0][1] != "pass":
        return False
    method, properties = pairs[0][0], dict(pairs[1:])
    if method == "dmarc":
        return properties.get("header.from", domain) == domain
    if method == "dkim":
        return _is_aligned(
            domain, properties.get("header.d") or _domain(properties.get("header.i", ""))
        )
    if method == "spf":
        return _is_aligned(domain, _domain(properties.get("smtp.mailfrom", "")))
    return False


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def _is_aligned(domain: str, proven: str) -> bool:
    """Whether the verified domain is the sender's or a parent of it, but not a top-level domain."""
    return domain == proven or ("." in proven and domain.endswith(f".{proven}"))
