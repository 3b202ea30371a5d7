"""How a column of an estimator is called in R: a module for each family, found by `calls`."""
