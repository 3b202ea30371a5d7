"""The tables of a study in base R: functions in `library/`, their calls in `estimators/` and `tables/`."""
