# Least squares with effects of units, periods, both or neither; the constant is the mean of the outcome
# less the regressors' means times their coefficients, as Stata's xtreg and areg print it.

two_way_fe <- function(rows, outcome, terms, effects = c("unit", "period"), vcov = "clustered",
                       by = "unit", small_sample = "xtreg", lags = NULL, standardize = FALSE,
                       jointly = list(), weights = NULL) {
  y <- matrix_of(rows, outcome)
  x <- matrix_of(rows, terms)
  w <- mean_one(rows, weights)
  inside <- function(m) weighed_inside(m, rows, effects, weights)
  x_within <- inside(x)
  y_within <- inside(y)
  kept <- independent(x, x_within)
  x <- x[, kept, drop = FALSE]
  x_within <- x_within[, kept, drop = FALSE]
  solved <- qr(x_within, tol = 1e-14)
  b <- drop(qr.coef(solved, y_within))
  e <- drop(qr.resid(solved, y_within))
  bread <- chol2inv(qr.R(solved))
  bread[solved$pivot, solved$pivot] <- bread
  slopes <- x_within %*% bread
  centre <- colMeans(x * w)
  of_outcomes <- cbind(slopes, sqrt(w) / nrow(x) - slopes %*% centre)
  v <- covariance_of(of_outcomes, e, rows, effects, vcov, by, small_sample, lags, ncol(x))
  estimate <- c(b, mean(y * w) - sum(centre * b))
  fit <- data.frame(term = c(terms[kept], "constant"), estimate = estimate,
                    std_error = sqrt(diag(v)), row.names = NULL)
  if (standardize) {
    spread <- function(one) sqrt(sum(w * (one - mean(one * w))^2))
    scale <- apply(x, 2, spread) / spread(y)
    fit <- fit[-nrow(fit), ]
    fit$estimate <- fit$estimate * scale
    fit$std_error <- fit$std_error * scale
  }
  list(terms = fit, vcov = v, n = nrow(x), rss = sum(e^2), tests = joint_tests(fit, v, jointly))
}

# Only what weights are to each other matters: their mean is one.
mean_one <- function(rows, weights) {
  if (is.null(weights)) rep(1, nrow(rows)) else rows[[weights]] / mean(rows[[weights]])
}

# What effects leave of columns, times the roots of the weights.
weighed_inside <- function(m, rows, effects, weights) {
  if (is.null(weights)) return(without_effects(m, rows, effects))
  w <- mean_one(rows, weights)
  without_weighted_effects(m, rows, effects, w) * sqrt(w)
}

# F, by the number of terms, that the coefficients of each list of terms are zero; none where clusters are too few
# for so many terms, and their covariance has no inverse. On the scale of correlations, as units do not decide.
joint_tests <- function(fit, v, jointly) {
  statistic <- function(terms) {
    at <- which(fit$term %in% terms)
    errors <- sqrt(diag(v)[at])
    correlation <- v[at, at, drop = FALSE] / outer(errors, errors)
    if (!all(is.finite(correlation)) || min(eigen(correlation, TRUE, TRUE)$values) < 1e-10) return(NA_real_)
    scaled <- fit$estimate[at] / errors
    drop(scaled %*% solve(correlation, scaled)) / length(at)
  }
  if (!length(jointly)) return(NULL)
  data.frame(test = names(jointly), F = vapply(jointly, statistic, 0), df = lengths(jointly),
             row.names = NULL)
}

covariance_of <- function(weights, e, rows, effects, vcov, by, small_sample, lags, k) {
  n <- nrow(weights)
  every <- k + rank_of_effects(rows, effects)
  correct <- !small_sample %in% c("none", "large_sample")
  influences <- weights * e
  if (vcov == "unadjusted") return(crossprod(weights) * sum(e^2) / (if (correct) n - every else n))
  if (vcov == "robust") return(crossprod(influences) * (if (correct) n / (n - every) else 1))
  if (vcov == "driscoll_kraay") {
    return(driscoll_kraay(influences, rows$period, lags, every, correct))
  }
  if (vcov == "newey_west") return(newey_west(influences, rows, lags, every, correct))
  if (vcov == "clustered") {
    clusters <- cluster_keys(rows, by)
    counted <- if (small_sample == "plm") k else counted_parameters(k, rows, effects, clusters)
    return(clustered(influences, clusters, counted, correct))
  }
  matrix(NA_real_, k + 1, k + 1) # a covariance that this script does not have
}
