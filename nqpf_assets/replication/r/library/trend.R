# A straight line through the years of each group, by lm, with the 95 % band of its mean. Base R only.

trend <- function(panel, first, last, x, y, grouping) {
  rows <- rows_of_years(panel, first, last)
  rows <- rows[complete.cases(rows[, c(x, y, grouping)]), , drop = FALSE]
  do.call(rbind, lapply(split(rows, rows[[grouping]]), function(own) {
    points <- data.frame(x = as.numeric(own[[x]]), y = as.numeric(own[[y]]))
    fit <- lm(y ~ x, points)
    said <- suppressWarnings(summary(fit)) # which warns of points on a line, whose error is not compared
    made <- c(n_obs = nrow(points), slope = coef(fit)[["x"]], std_error = said$coefficients["x", 2],
              p_value = said$coefficients["x", 4], intercept = coef(fit)[["(Intercept)"]],
              r2 = said$r.squared)
    grid <- data.frame(x = seq(min(points$x), max(points$x), length.out = 100))
    band <- predict(fit, grid, interval = "confidence", level = 0.95)
    label <- own[[grouping]][1]
    rbind(numbers_of(label, made), points_of(paste("trend", label), list(
      x = grid$x, fitted = band[, "fit"], conf_low = band[, "lwr"], conf_high = band[, "upr"])))
  }))
}
