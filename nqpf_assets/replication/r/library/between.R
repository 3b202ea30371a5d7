# Least squares of unit means, which weigh alike.

between <- function(rows, outcome, terms, vcov = "clustered", by = "unit", small_sample = "xtreg") {
  first <- rows[!duplicated(rows$unit), , drop = FALSE]
  for (name in c(outcome, terms)) {
    means <- tapply(rows[[name]], rows$unit, mean)
    first[[name]] <- as.vector(means[first$unit])
  }
  made <- two_way_fe(first, outcome, terms, effects = character(0), vcov = vcov, by = by,
                     small_sample = small_sample)
  made$n <- nrow(rows)
  made
}
