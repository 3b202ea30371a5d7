# Two-stage least squares, the effects taken out of everything.

fe_2sls <- function(rows, outcome, endogenous, exogenous, instruments, effects, vcov, by, small_sample,
                    weights = NULL) {
  y <- matrix_of(rows, outcome)
  w <- mean_one(rows, weights)
  within <- function(names) weighed_inside(matrix_of(rows, names), rows, effects, weights)
  if (length(exogenous)) {
    exogenous <- exogenous[independent(matrix_of(rows, exogenous), within(exogenous))]
  }
  terms <- c(endogenous, exogenous)
  x <- matrix_of(rows, terms)
  x_within <- within(terms)
  z <- within(c(exogenous, instruments))
  fitted <- qr.fitted(qr(z, tol = 1e-12), x_within)
  bread <- solve(crossprod(fitted))
  y_within <- within(outcome)
  b <- drop(bread %*% crossprod(fitted, y_within))
  e <- drop(y_within - x_within %*% b)
  slopes <- fitted %*% bread
  centre <- colMeans(x * w)
  of_outcomes <- cbind(slopes, sqrt(w) / nrow(x) - slopes %*% centre)
  v <- covariance_of_iv(of_outcomes, e, rows, effects, vcov, by, small_sample, ncol(x))
  list(terms = data.frame(term = c(terms, "constant"),
                          estimate = c(b, mean(y * w) - sum(centre * b)),
                          std_error = sqrt(diag(v)), row.names = NULL),
       effects = first_stages(endogenous, exogenous, instruments, within, rows, effects, vcov, by,
                              small_sample),
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
first_stages <- function(endogenous, exogenous, instruments, within, rows, effects, vcov, by, small_sample) {
  terms <- c(instruments, exogenous)
  z <- within(terms)
  bread <- solve(crossprod(z))
  stages <- lapply(endogenous, function(name) {
    x <- within(name)
    b <- drop(bread %*% crossprod(z, x))
    v <- covariance_of_iv(z %*% bread, drop(x - z %*% b), rows, effects, vcov, by, small_sample, ncol(z))
    data.frame(effect = paste("first stage of", name), term = terms, estimate = b,
               std_error = sqrt(diag(v)))
  })
  do.call(rbind, stages)
}
