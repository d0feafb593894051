"""A mailbox as a channel: IMAP brings mails in, SMTP takes answers out.

In one of three roles: customers' mails, another team's answers to our questions (cases), or
notifications of places no API reaches.
"""
