"""The monthly report as a page, a workbook and tables; each a pure function of `Monthly`.

No clock, no locale of the machine: the same value in the same language makes the same bytes.
"""
