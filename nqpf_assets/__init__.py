"""A data warehouse for yearbook panels: from a published cell to a regression table, traceable."""
