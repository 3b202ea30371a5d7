"""How a table that is no regression is called in R: modules after the files of `library/`."""
