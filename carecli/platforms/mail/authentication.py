"""Whether a mail comes from its sender and from a person; others are rejected. Pure.

Authentication-Results are as RFC 8601 has them, automatic mails as RFC 3834. A mail server
removes such results that others wrote in its name (RFC 8601, section 5); of those that are left,
only the topmost of ours is believed.
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
    """Why nobody wrote this mail by hand; empty: somebody may have."""
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
    """Whether mails of this kind are wanted although a machine sent them.

    By the option `let_in`: addresses, domains, and List-IDs (RFC 2919). Lists of our own domain,
    or of our mailbox's own name, always are.
    """
    if is_listed(mail.sender, options.let_in):
        return True
    found = _LIST_ID.search(mail.header("list-id").lower())
    list_id = found[1] if found else ""
    if not list_id:
        return False
    own_name = options.address.partition("@")[0]
    is_own = list_id.endswith(f".{options.domain}") or list_id.startswith(f"{own_name}.")
    return is_own or list_id in options.let_in or list_id.replace(".", "@", 1) in options.let_in


def is_authenticated(mail: Mail, authserv: str) -> bool:
    """Whether our own mail server found the sender's domain to be real.

    By DMARC, or by DKIM or SPF for the domain in `From`, or one that it lies under.
    """
    domain = mail.sender.rpartition("@")[2]
    if not domain or mail.senders != 1:
        return False
    for name, value in mail.headers:
        if name != "authentication-results":
            continue
        told = _without_comments(value)
        server, _, results = told.partition(";")
        if server.split()[:1] == [authserv]:
            return any(_passes(one, domain) for one in results.split(";"))
    return False


def _without_comments(value: str) -> str:
    """The header in small letters without comments; what stands in quotes is blotted out.

    Both may hold what a stranger chose, such as the local part of an address.
    """
    kept: list[str] = []
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
            kept.append("?")
        elif char == "(":
            depth += 1
        elif char == ")" and depth:
            depth -= 1
        elif not depth:
            kept.append(char)
    return "".join(kept)


def _passes(result: str, domain: str) -> bool:
    words: list[tuple[str, str]] = _WORD.findall(result)
    if not words or words[0][1] != "pass":
        return False
    method, said = words[0][0], dict(words[1:])
    if method == "dmarc":
        return said.get("header.from", domain) == domain
    if method == "dkim":
        return _is_aligned(domain, said.get("header.d") or _domain(said.get("header.i", "")))
    if method == "spf":
        return _is_aligned(domain, _domain(said.get("smtp.mailfrom", "")))
    return False


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def _is_aligned(domain: str, proven: str) -> bool:
    """The proven domain is the sender's, or one above it; a top-level domain proves nothing."""
    return domain == proven or ("." in proven and domain.endswith(f".{proven}"))
