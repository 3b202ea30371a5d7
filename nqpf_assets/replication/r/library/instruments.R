# Two-stage least squares, the effects taken out of everything.

fe_2sls <- function(rows, outcome, endogenous, exogenous, instruments, effects, vcov, by, small_sample) {
  y <- matrix_of(rows, outcome)
  within <- function(names) without_effects(matrix_of(rows, names), rows, effects)
  if (length(exogenous)) {
    exogenous <- exogenous[independent(matrix_of(rows, exogenous), within(exogenous))]
  }
  terms <- c(endogenous, exogenous)
  x <- matrix_of(rows, terms)
  x_within <- within(terms)
  z <- within(c(exogenous, instruments))
  fitted <- qr.fitted(qr(z, tol = 1e-12), x_within)
  bread <- solve(crossprod(fitted))
  b <- drop(bread %*% crossprod(fitted, without_effects(y, rows, effects)))
  e <- drop(without_effects(y, rows, effects) - x_within %*% b)
  slopes <- fitted %*% bread
  weights <- cbind(slopes, 1 / nrow(x) - slopes %*% colMeans(x))
  v <- covariance_of_iv(weights, e, rows, effects, vcov, by, small_sample, ncol(x))
  list(terms = data.frame(term = c(terms, "constant"),
                          estimate = c(b, mean(y) - sum(colMeans(x) * b)),
                          std_error = sqrt(diag(v)), row.names = NULL),
       effects = first_stages(rows, endogenous, exogenous, instruments, effects, vcov, by, small_sample),
       n = nrow(x))
}

# As xtivreg2 counts: units apart, other effects and the constant among the regressors.
covariance_of_iv <- function(weights, e, rows, effects, vcov, by, small_sample, k) {
  n <- nrow(weights)
  large <- small_sample %in% c("ivreg2", "large_sample")
  rank <- rank_of_effects(rows, effects)
  absorbed <- if ("unit" %in% effects) length(unique(rows$unit)) else 0
  if (vcov != "clustered") {
    used <- if (small_sample == "large_sample") 0 else if (large) absorbed else k + rank
    if (vcov == "unadjusted") return(crossprod(weights) * sum(e^2) / (n - used))
    return(crossprod(weights * e) * n / (n - used))
  }
  clusters <- cluster_keys(rows, by)
  if (!any(vapply(clusters, function(one) is_nested(rows$unit, one), TRUE))) absorbed <- 0
  used <- k + rank - absorbed
  if (small_sample == "xtreg") used <- k + counted_parameters(0, rows, effects, clusters)
  clustered(weights * e, clusters, used, !large)
}

# What is endogenous on instruments and everything exogenous.
first_stages <- function(rows, endogenous, exogenous, instruments, effects, vcov, by, small_sample) {
  terms <- c(instruments, exogenous)
  z <- without_effects(matrix_of(rows, terms), rows, effects)
  bread <- solve(crossprod(z))
  stages <- lapply(endogenous, function(name) {
    x <- without_effects(matrix_of(rows, name), rows, effects)
    b <- drop(bread %*% crossprod(z, x))
    v <- covariance_of_iv(z %*% bread, drop(x - z %*% b), rows, effects, vcov, by, small_sample, ncol(z))
    data.frame(effect = paste("first stage of", name), term = terms, estimate = b,
               std_error = sqrt(diag(v)))
  })
  do.call(rbind, stages)
}
