"""Figures of a period: KPIs, the report on the screen, months that were issued."""
