"""Finds times in notes, which may be promises: in English, Polish and Spanish."""

from __future__ import annotations

import re

from carecli.domain.text import fold

_WORDS = re.compile(
    r"\b(?:today|tonight|tomorrow|deadline|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|dzis(?:iaj)?|jutr[oa]|pojutrze|termin|poniedzial(?:ek|ku)|wtor(?:ek|ku)|srod[aey]"
    r"|czwart(?:ek|ku)|piat(?:ek|ku)|sobot[aey]|niedziel[aei]"
    r"|hoy|manana|plazo|lunes|martes|miercoles|jueves|viernes|sabado|domingo)\b"
)
"""Folded: lower case, no diacritics."""

_CLOCK = re.compile(
    r"\b(?:[01]?\d|2[0-3]):[0-5]\d\b"  # 15:30
    r"|\b20\d\d-[01]\d-[0-3]\d\b"  # 2026-12-01
    r"|\b[0-3]?\d\.[01]?\d\.|\b[0-3]?\d/[01]?\d/20\d\d\b"  # 1.12. and 1/12/2026
    r"|\b(?:in|within|w ciagu|za|en|dentro de) \d{1,3} ?"
    r"(?:min|h|hours?|days?|godz|dni|horas?|dias?)"
)


def mentions_time(text: str) -> bool:
    """Whether the text mentions a day or a time of day.

    >>> names_a_time("Oddzwonimy do piątku"), names_a_time("Paczka uszkodzona")
    (True, False)
    """
    plain = fold(text)
    return (_WORDS.search(plain) or _CLOCK.search(plain)) is not None
