"""What things are: regions valid in time, series, units, and the registry of columns."""
