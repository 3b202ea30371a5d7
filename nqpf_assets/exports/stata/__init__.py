"""Stata's .dta: names that Stata takes, labels, and the characteristics that hold notes and `xtset`."""
