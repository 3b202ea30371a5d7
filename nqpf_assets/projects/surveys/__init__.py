"""A survey's file of respondents made into series by region and year, by a rule; respondents stay outside.

`declared` is the rule, `respondents` opens the file, `columns` gives what the rule asks of it, `aggregated`
computes, `put` writes series with a card into `raw/`. Neither the file nor any row of it comes into the
project.
"""
