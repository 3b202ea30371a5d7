# Least squares of changes from the year before; a row whose year before is not there has none.

first_difference <- function(rows, outcome, terms, periods = FALSE, vcov = "clustered", by = "unit",
                             small_sample = "xtreg", lags = NULL) {
  keys <- paste(rows$unit, rows$period)
  before <- match(paste(rows$unit, rows$period - 1), keys)
  changes <- rows[!is.na(before), , drop = FALSE]
  for (name in unique(c(outcome, terms))) {
    changes[[name]] <- (rows[[name]] - rows[[name]][before])[!is.na(before)]
  }
  two_way_fe(changes, outcome, terms, effects = if (periods) "period" else character(0), vcov = vcov,
             by = by, small_sample = small_sample, lags = lags)
}
