"""How a column of an estimator is written in Stata: a module for each family, found by `commands`."""
