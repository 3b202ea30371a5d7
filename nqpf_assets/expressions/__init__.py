"""The language of formulas in study files: parsed, checked for units of measurement, turned into SQL.

What a study may say around its formulas is in `studies`.
"""
