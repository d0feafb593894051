"""The screen: a mail-like inbox for the terminal, in Textual. It knows only the desk.

What is painted is made by pure modules (`paint`, `bars`, `talk`) as lines of runs, a run being a
text and a role; `content` turns runs into Textual's strips, `splash` into plain escape codes.
"""
