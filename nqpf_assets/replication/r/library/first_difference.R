# Least squares of changes from the year before; a row whose year before is not there has none.

first_difference <- function(rows, outcome, terms, effects = character(0), vcov = "clustered",
                             by = "unit", small_sample = "xtreg", lags = NULL) {
  before <- year_before(rows)
  changes <- rows[!is.na(before), , drop = FALSE]
  for (name in unique(c(outcome, terms))) {
    changes[[name]] <- (rows[[name]] - rows[[name]][before])[!is.na(before)]
  }
  two_way_fe(changes, outcome, terms, effects, vcov, by, small_sample, lags)
}

# The place of each row's year before; none after a gap.
year_before <- function(rows) match(paste(rows$unit, rows$period - 1), paste(rows$unit, rows$period))

# Rows that are one side of a change.
taken_by_first_difference <- function(rows, ...) {
  before <- year_before(rows)
  !is.na(before) | seq_len(nrow(rows)) %in% before
}
