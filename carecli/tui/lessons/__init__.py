"""The lessons: the inbox on a practice platform, with a panel that teaches keys by doing.

`lessons` is the table, `goals` what its steps are judged by, `seen` what they are judged on;
`panel` and `closing` write lines, `screen` puts them beside the inbox.
"""
