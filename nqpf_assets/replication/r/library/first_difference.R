# Least squares of changes from the year before; a row whose year before is not there has none.

first_difference <- function(rows, outcome, terms, effects = character(0), vcov = "clustered",
                             by = "unit", small_sample = "xtreg", lags = NULL) {
  keys <- paste(rows$unit, rows$period)
  before <- match(paste(rows$unit, rows$period - 1), keys)
  changes <- rows[!is.na(before), , drop = FALSE]
  for (name in unique(c(outcome, terms))) {
    changes[[name]] <- (rows[[name]] - rows[[name]][before])[!is.na(before)]
  }
  two_way_fe(changes, outcome, terms, effects, vcov, by, small_sample, lags)
}
