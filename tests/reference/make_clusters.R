# Make tests/estimators/{linear/reference/clusters.json, instruments/reference/clusters.json}: clusters of
# several ways and large-sample errors, from R's sandwich (Zeileis, Koell and Graham 2020) on a dummy for every
# unit and period: lm for least squares, AER's ivreg for two stages. Rows that are alone in a unit are left out.
#
#     Rscript tests/reference/make_clusters.R
#
# needs sandwich, AER and jsonlite; made with R 4.2.2, sandwich 3.0-2, AER 1.2-10.
suppressMessages({library(sandwich); library(AER); library(jsonlite)})

rows_of <- function(file) {
  rows <- read.csv(file)
  rows <- rows[rows$unit %in% names(which(table(rows$unit) > 1)), ]
  for (key in c("unit", "year", "region")) rows[[key]] <- factor(rows[[key]])
  rows
}
several <- function(fit, keys, terms) {
  v <- vcovCL(fit, cluster = keys, type = "HC0", cadjust = FALSE, multi0 = FALSE, fix = FALSE)
  unname(sqrt(diag(v)[terms]))
}
plain <- function(fit, terms) {
  n <- length(residuals(fit))
  unadjusted <- sqrt(diag(vcov(fit)) * fit$df.residual / n)
  list(unadjusted = unname(unadjusted[terms]),
       robust = unname(sqrt(diag(sandwich(fit))[terms])))
}
write <- function(folder, found) {
  path <- file.path("tests/estimators", folder, "reference/clusters.json")
  writeLines(toJSON(found, digits = NA, pretty = TRUE, auto_unbox = TRUE), path)
}

rows <- rows_of("tests/estimators/linear/reference/two_way_fe.csv")
terms <- c("x1", "x2", "x3")
fit <- lm(y ~ x1 + x2 + x3 + unit + year, rows)
write("linear", c(plain(fit, terms), list(
  clustered = several(fit, rows[, "unit", drop = FALSE], terms),
  two = several(fit, rows[, c("unit", "year")], terms),
  three = several(fit, rows[, c("unit", "sector", "year")], terms))))

rows <- rows_of("tests/estimators/instruments/reference/iv.csv")
terms <- c("d1", "d2", "x1")
fit <- ivreg(y ~ d1 + d2 + x1 + unit + year | z1 + z2 + z3 + z4 + x1 + unit + year, data = rows)
write("instruments", c(plain(fit, terms), list(
  clustered = several(fit, rows[, "unit", drop = FALSE], terms),
  two = several(fit, rows[, c("unit", "year")], terms))))
