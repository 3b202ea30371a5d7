# Spatial panels by maximum likelihood, balanced, effects taken out of y, Wy, X and WX (as dummies would).

# The weights of a file as a list: one matrix for all years, or one for each of them.
read_weights <- function(path, units, years) {
  pairs <- read.csv(path, colClasses = c(unit = "character", neighbour = "character"))
  matrix_of_pairs <- function(pairs) {
    w <- matrix(0, length(units), length(units), dimnames = list(units, units))
    w[cbind(pairs$unit, pairs$neighbour)] <- pairs$weight
    w
  }
  if (is.null(pairs$period)) return(list(matrix_of_pairs(pairs)))
  lapply(years, function(year) matrix_of_pairs(pairs[pairs$period == year, , drop = FALSE]))
}

# The matrix of the s-th year.
of_year <- function(w, s) w[[min(s, length(w))]]

# What a function of one matrix gives on average over those of all years.
over_years <- function(w, f) Reduce(`+`, lapply(w, f)) / length(w)

spatial <- function(rows, outcome, terms, model, weights, effects, correction, lags = terms,
                    units_are = "fixed", vcov = "unadjusted", by = "unit") {
  rows <- rows[order(rows$period, rows$unit, method = "radix"), , drop = FALSE]
  units <- sort(unique(rows$unit), method = "radix")
  n <- length(units)
  t <- nrow(rows) / n
  w <- read_weights(weights, units, sort(unique(rows$period)))
  each_year <- function(m, f) {
    do.call(rbind, lapply(seq_len(t), function(s) f(of_year(w, s), m[(s - 1) * n + seq_len(n), , drop = FALSE])))
  }
  lagged <- function(m) each_year(m, `%*%`)
  within <- function(m) without_effects(m, rows, effects)
  y <- matrix_of(rows, outcome)
  x <- matrix_of(rows, terms)
  x <- x[, independent(x, within(x)), drop = FALSE]
  names <- colnames(x)
  if (model %in% c("sdm", "slx")) {
    far <- names[names %in% lags]
    wx <- lagged(x[, far, drop = FALSE])
    colnames(wx) <- paste0(far, ":lag")
    x <- cbind(x, wx)
    x <- x[, independent(x, within(x)), drop = FALSE]
  }
  transformed <- correction == "transformation"
  maps <- if (transformed && "unit" %in% effects) t - 1 else t
  drops_root <- transformed && "period" %in% effects
  count <- maps * (if (drops_root) n - 1 else n)
  setting <- list(y = y, x = x, wy = lagged(y), w = w, n = n, t = t, maps = maps, count = count,
                  drops_root = drops_root, within = within, lagged = lagged, each_year = each_year,
                  names = names, effects = effects, rows = rows, vcov = vcov, by = by)
  made <- if (units_are == "random") random_fit(setting) else
    switch(model, slx = slx_fit(setting), sem = sem_fit(setting), lag_fit(setting))
  parameter <- made$terms[made$terms$term %in% c("rho", "lambda"), ]
  if (nrow(parameter)) { # where the likelihood is highest; the ends of its interval are not sought
    made$effects <- rbind(made$effects, data.frame(
      effect = "profile likelihood", term = parameter$term, estimate = parameter$estimate,
      std_error = NA_real_))
  }
  made$n <- nrow(rows)
  made
}

slx_fit <- function(s) {
  z <- s$within(s$x)
  solved <- qr(z, tol = 1e-14)
  y <- s$within(s$y)
  b <- drop(qr.coef(solved, y))
  e <- drop(qr.resid(solved, y))
  variance <- sum(e^2) / s$count
  v <- diag(2 * variance^2 / s$count, ncol(z) + 1)
  v[seq_along(b), seq_along(b)] <- solve(crossprod(z)) * variance
  with_effects(s, b, sandwich_of_rows(s, v, z, e, NULL, variance, NULL), NULL, NULL)
}

log_det <- function(s) {
  roots <- unlist(lapply(s$w, function(w) eigen(w, only.values = TRUE)$values))
  function(rho) {
    Re(sum(log(as.complex(1 - rho * roots)))) / length(s$w) - (if (s$drops_root) log(1 - rho) else 0)
  }
}

bounds <- function(s) {
  ends <- vapply(s$w, function(w) {
    roots <- eigen(w, only.values = TRUE)$values
    real <- Re(roots[abs(Im(roots)) < 1e-9])
    c(1 / min(real), 1 / max(real))
  }, c(0, 0))
  c(max(ends[1, ]), min(ends[2, ]))
}

# The top of a function in an interval: a coarse look finds its hill, a finer one the top.
highest <- function(f, range) {
  inside <- range[1] + diff(range) * seq(0.001, 0.999, length.out = 400)
  top <- which.max(vapply(inside, f, 1))
  ends <- inside[c(max(top - 1, 1), min(top + 1, length(inside)))]
  rho <- optimize(f, ends, maximum = TRUE, tol = 1e-12)$maximum
  step <- 1e-4 # optimize stops at the root of rounding; a parabola through three points goes on
  for (turn in 1:3) {
    values <- c(f(rho - step), f(rho), f(rho + step))
    rho <- rho + step * (values[1] - values[3]) / (2 * (values[1] - 2 * values[2] + values[3]))
  }
  rho
}

traces <- function(s, rho) {
  as.list(over_years(s$w, function(w) {
    if (s$drops_root) w <- sweep(w, 2, colMeans(w))
    g <- w %*% solve(diag(s$n) - rho * w)
    c(g = sum(diag(g)), gg = sum(g * t(g)), g_g = sum(g^2))
  }))
}

# Expected information of coefficients, rho and the variance, inverted (Elhorst 2014, chapter 3).
inverse_information <- function(s, z, b, rho, variance, lag_mean) {
  p <- length(b)
  info <- matrix(0, p + 2, p + 2)
  one <- traces(s, rho)
  info[1:p, 1:p] <- crossprod(z) / variance
  info[1:p, p + 1] <- info[p + 1, 1:p] <- crossprod(z, lag_mean) / variance
  info[p + 1, p + 1] <- s$maps * (one$gg + one$g_g) + sum(lag_mean^2) / variance
  info[p + 1, p + 2] <- info[p + 2, p + 1] <- s$maps * one$g / variance
  info[p + 2, p + 2] <- s$count / (2 * variance^2)
  scale <- 1 / sqrt(diag(info))
  solve(info * outer(scale, scale)) * outer(scale, scale)
}

lag_fit <- function(s) {
  z <- s$within(s$x)
  solved <- qr(z, tol = 1e-14)
  e0 <- qr.resid(solved, s$within(s$y))
  e1 <- qr.resid(solved, s$within(s$wy))
  det <- log_det(s)
  likelihood <- function(rho) s$maps * det(rho) - s$count / 2 * log(sum((e0 - rho * e1)^2))
  rho <- highest(likelihood, bounds(s))
  b <- drop(qr.coef(solved, s$within(s$y - rho * s$wy)))
  variance <- sum((e0 - rho * e1)^2) / s$count
  structural <- s$y - rho * s$wy
  mean_of_lag <- structural - s$within(structural - s$x %*% b)
  inverse <- lapply(s$w, function(w) solve(diag(s$n) - rho * w))
  far <- s$each_year(matrix(mean_of_lag, ncol = 1), function(w, m) w %*% solve(diag(s$n) - rho * w, m))
  lag_mean <- drop(s$within(far))
  v <- inverse_information(s, z, b, rho, variance, lag_mean)
  v <- sandwich_of_rows(s, v, z, drop(e0 - rho * e1), rho, variance, lag_mean)
  with_effects(s, b, v, c(rho = rho), inverse)
}

# Weights that differ by year make of a unit's effect a path of its own, which is taken out as a dummy is.
filtered_within <- function(s, l) {
  if (length(s$w) == 1 || length(s$effects) == 0) return(s$within)
  d <- cbind(rep(1, nrow(s$rows)), do.call(cbind, lapply(s$effects, function(one) dummies(s$rows[[one]]))))
  paths <- qr(d - l * s$lagged(d), tol = 1e-11)
  function(m) qr.resid(paths, m)
}

sem_fit <- function(s) {
  wx <- s$lagged(s$x)
  det <- log_det(s)
  fit <- function(l) {
    within <- filtered_within(s, l)
    z <- within(s$x - l * wx)
    solved <- qr(z, tol = 1e-14)
    y <- within(s$y - l * s$wy)
    e <- drop(qr.resid(solved, y))
    list(z = z, b = drop(qr.coef(solved, y)), e = e, rss = sum(e^2))
  }
  likelihood <- function(l) s$maps * det(l) - s$count / 2 * log(fit(l)$rss)
  lambda <- highest(likelihood, bounds(s))
  best <- fit(lambda)
  variance <- best$rss / s$count
  v <- inverse_information(s, best$z, best$b, lambda, variance, rep(0, nrow(best$z)))
  v <- sandwich_of_rows(s, v, best$z, best$e, lambda, variance, rep(0, nrow(best$z)),
                        function(w) 1 - lambda * rowSums(w))
  p <- length(best$b)
  list(terms = data.frame(term = c(colnames(s$x), "lambda"), estimate = c(best$b, lambda),
                          std_error = sqrt(diag(v))[1:(p + 1)]),
       effects = data.frame(effect = rep(c("direct", "total"), each = p), term = colnames(s$x),
                            estimate = best$b, std_error = sqrt(diag(v))[1:p]))
}

# Direct, indirect and total effects (LeSage and Pace 2009): the errors of those that are not linear come
# from draws or the delta method, which this script leaves out.
with_effects <- function(s, b, v, rho, inverse) {
  p <- length(b)
  made <- list(terms = data.frame(term = c(colnames(s$x), names(rho)), estimate = c(b, rho),
                                  std_error = sqrt(diag(v))[seq_len(p + length(rho))]))
  rows <- lapply(s$names, function(name) {
    own <- match(name, colnames(s$x))
    far <- match(paste0(name, ":lag"), colnames(s$x))
    theta <- if (is.na(far)) 0 else b[far]
    if (is.null(inverse)) {
      if (is.na(far)) return(data.frame(effect = c("direct", "total"), term = name,
                                        estimate = b[own], std_error = sqrt(v[own, own])))
      links <- over_years(s$w, sum) / s$n
      sum_error <- sqrt(v[own, own] + links^2 * v[far, far] + 2 * links * v[own, far])
      return(data.frame(effect = c("direct", "indirect", "total"), term = name,
                        estimate = c(b[own], theta * links, b[own] + theta * links),
                        std_error = c(sqrt(v[own, own]), links * sqrt(v[far, far]), sum_error)))
    }
    m <- Reduce(`+`, Map(function(one, w) one %*% (diag(s$n) * b[own] + w * theta), inverse, s$w)) / length(s$w)
    direct <- mean(diag(m))
    total <- sum(m) / s$n
    data.frame(effect = c("direct", "indirect", "total"), term = name,
               estimate = c(direct, total - direct, total), std_error = NA_real_)
  })
  made$effects <- do.call(rbind, rows)
  made
}
