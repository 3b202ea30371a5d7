"""The tables of a study in base R: functions in `library/`, the call of a column in `estimators/`."""
