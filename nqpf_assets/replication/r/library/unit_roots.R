# Panel unit root tests of Levin, Lin and Chu, of Im, Pesaran and Shin, of Fisher's kind, and Pesaran's CD.
# Moments that standardise them are those of the authors' tables, at the panel's number of years. Base R only.

# Dickey-Fuller p-values of MacKinnon (1994), Tables 3 and 4, of one series.
mackinnon_p <- function(t, trend) {
  of <- if (trend) {
    list(star = -2.89, least = -16.18, most = 0.7, small = c(3.2512, 1.6047, 0.049588),
         large = c(2.5261, 0.61654, -0.37956, -0.060285))
  } else {
    list(star = -1.61, least = -18.83, most = 2.74, small = c(2.1659, 1.4412, 0.038269),
         large = c(1.7339, 0.93202, -0.12745, -0.010368))
  }
  t <- max(t, -16)
  if (t > of$most) return(1)
  p <- if (t <= of$star) of$small else of$large
  pnorm(sum(p * t^(seq_along(p) - 1)))
}

# One unit's regression of its differences on its level, lags of the differences, and terms.
dickey_fuller <- function(y, lags, trend) {
  dy <- diff(y)
  at <- (lags + 1):length(dy)
  level <- y[at]
  others <- cbind(rep(1, length(at)), if (trend) seq_along(at))
  for (k in seq_len(lags)) others <- cbind(others, dy[at - k])
  d <- qr.resid(qr(others), dy[at])
  l <- qr.resid(qr(others), level)
  fit <- lm.fit(cbind(level, others), dy[at])
  rss <- sum(fit$residuals^2)
  sigma <- sqrt(rss / length(at))
  error <- sqrt(rss / (length(at) - ncol(others) - 1) / sum(l^2))
  long <- residuals(lm(if (trend) dy ~ seq_along(dy) else dy ~ 1))
  n <- length(dy)
  last <- round(3.21 * (n + 1)^(1 / 3))
  variance <- sum(long^2)
  for (k in seq_len(min(last, n - 1))) {
    variance <- variance + 2 * (1 - k / (last + 1)) * sum(long[(k + 1):n] * long[1:(n - k)])
  }
  list(t = fit$coefficients[[1]] / error, d = d / sigma, l = l / sigma,
       ratio = sqrt(variance / n) / sigma)
}

unit_roots <- function(panel, first, last, variables, labels, tests, lags, trend, llc, ips) {
  rows <- rows_of_years(panel, first, last)
  years <- length(unique(rows$period))
  found <- NULL
  for (place in seq_along(variables)) {
    has <- rows[!is.na(rows[[variables[place]]]), ]
    has <- has[ave(has$period, has$unit, FUN = length) == years, ]
    y <- matrix(as.numeric(has[[variables[place]]]), nrow = years)
    made <- c(n_units = ncol(y), n_periods = years)
    for (test in tests) made <- c(made, tested(y, test, lags, trend, llc, ips))
    found <- rbind(found, numbers_of(labels[place], made))
  }
  found
}

tested <- function(y, test, lags, trend, llc, ips) {
  n <- ncol(y)
  if (test == "cross_section_dependence") {
    r <- cor(y)
    statistic <- sqrt(2 * nrow(y) / (n * (n - 1))) * sum(r[upper.tri(r)])
    p <- 2 * pnorm(-abs(statistic))
  } else {
    units <- lapply(seq_len(n), function(one) dickey_fuller(y[, one], lags, trend))
    t <- vapply(units, `[[`, 0, "t")
    if (test == "fisher") {
      statistic <- -2 * sum(log(vapply(t, mackinnon_p, 0, trend)))
      p <- pchisq(statistic, 2 * n, lower.tail = FALSE)
    } else if (test == "im_pesaran_shin") {
      statistic <- sqrt(n) * (mean(t) - ips[1]) / sqrt(ips[2])
      p <- pnorm(statistic)
    } else {
      d <- unlist(lapply(units, `[[`, "d"))
      l <- unlist(lapply(units, `[[`, "l"))
      rho <- sum(d * l) / sum(l^2)
      variance <- mean((d - rho * l)^2)
      error <- sqrt(variance / sum(l^2))
      used <- nrow(y) - lags - 1
      shift <- n * used * mean(vapply(units, `[[`, 0, "ratio")) / variance * error * llc[1]
      statistic <- (rho / error - shift) / llc[2]
      p <- pnorm(statistic)
    }
  }
  setNames(c(statistic, p), c(test, paste0(test, "_p_value")))
}
