"""What rules look for in messages, and what suggesters learn from. Pure; no store.

`TermSet.find(text)` says which words and phrases of a list a message holds, however they are
disguised; `Pattern` searches with a regular expression in linear time; `signs` answers what else a
rule asks of a message; `Suggester` learns colours from corrections. Message texts are folded once,
as `Folded`, and given to all of them.
"""
