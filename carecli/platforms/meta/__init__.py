"""Facebook pages, Messenger and Instagram: one Graph API, two connectors.

`facebook.FacebookPage` and `instagram.InstagramProfile` pull and send; `graph` speaks HTTP;
`normalise_*` turn payloads into events without any I/O; `payload_kinds` recognises a payload's
kind.

Thread keys: a comment thread is named by the canonical id of its top-level comment; a visitor's
post, a mention and a rating by the canonical id of the post, since the post itself is the first
message and everything under it belongs to one thread; a private conversation by `dm:` and the
contact's id, which both the API and webhooks know.
"""
