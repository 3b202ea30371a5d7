"""Panel thresholds after Hansen (1999): search, likelihood-ratio sets, bootstrap of whole units."""
