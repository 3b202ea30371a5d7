# Tobit with effects as dummies: Newton's method on Olsen's (1978) form, which has one maximum.

tobit <- function(rows, outcome, terms, lower, upper, effects, vcov, by, small_sample) {
  rows <- without_censored_levels(rows, outcome, lower, upper, effects)
  y <- drop(matrix_of(rows, outcome))
  x <- matrix_of(rows, terms)
  kept <- independent(x, without_effects(x, rows, effects))
  x <- x[, kept, drop = FALSE]
  terms <- terms[kept]
  k <- ncol(x)
  level <- matrix(1, nrow(x), 1)
  if ("unit" %in% effects) level <- cbind(level, dummies(rows$unit)[, -1])
  if ("period" %in% effects) level <- cbind(level, dummies(rows$period)[, -1])
  center <- colMeans(x)
  spread <- pmax(apply(x, 2, sd), .Machine$double.xmin)
  whole <- cbind(sweep(sweep(x, 2, center), 2, spread, "/"), level)
  whole <- whole[, independent(whole, whole), drop = FALSE]
  found <- olsen(y, whole, lower, upper)
  inverse <- solve(-found$hessian)
  v <- inverse
  n <- nrow(x)
  if (vcov == "robust") {
    v <- inverse %*% crossprod(found$scores) %*% inverse
    if (small_sample == "stata") v <- v * n / (n - 1)
  }
  p <- ncol(whole)
  # Everything that is reported, as a function of the scaled parameters.
  told <- function(theta) {
    latent <- theta[seq_len(p)] / theta[p + 1]
    b <- latent[seq_len(k)] / spread
    mean_of_latent <- drop(whole %*% latent)
    c(b, mean(mean_of_latent) - sum(center * b),
      margins(b, mean_of_latent, 1 / theta[p + 1], lower, upper))
  }
  jacobian <- numeric_jacobian(told, found$theta)
  estimate <- told(found$theta)
  variance <- rowSums((jacobian %*% v) * jacobian)
  if (vcov == "clustered") {
    influences <- found$scores %*% inverse %*% t(jacobian)
    variance <- diag(clustered(influences, cluster_keys(rows, by), 1, small_sample == "stata",
                               slopes = seq_len(k)))
  }
  error <- sqrt(pmax(variance, 0))
  error[error == 0] <- NA # of a probability that is one everywhere: it says nothing
  own <- seq_len(k + 1)
  list(terms = data.frame(term = c(terms, "constant"), estimate = estimate[own],
                          std_error = error[own]),
       effects = data.frame(effect = rep(MARGINS, each = k), term = rep(terms, length(MARGINS)),
                            estimate = estimate[-own], std_error = error[-own]),
       n = n)
}

MARGINS <- c("marginal on outcome, means", "marginal on outcome, average",
             "marginal on uncensored, means", "marginal on uncensored, average",
             "marginal on probability, means", "marginal on probability, average")

# McDonald and Moffitt (1980): the coefficients times a factor, at means and averaged over rows.
margins <- function(b, latent, sigma, lower, upper) {
  factors <- function(m) {
    a <- (lower - m) / sigma
    z <- (upper - m) / sigma
    # Seen from the nearer tail, and in logarithms: far from the limits p is too small for a number.
    mirrored <- a + z < 0
    near <- ifelse(mirrored, -z, a)
    far <- ifelse(mirrored, -a, z)
    tail <- function(value) pnorm(value, lower.tail = FALSE, log.p = TRUE)
    log_p <- tail(near) + log1p(-exp(tail(far) - tail(near)))
    ratio <- function(value) exp(dnorm(value, log = TRUE) - log_p)
    times <- function(value) ifelse(is.finite(value), value * ratio(value), 0)
    h <- ratio(near) - ratio(far)
    factor <- 1 + times(near) - times(far) - h^2
    cbind(exp(log_p), factor, ifelse(mirrored, -h, h) * exp(log_p) / sigma)
  }
  at_means <- factors(mean(latent))
  average <- colMeans(factors(latent))
  unlist(lapply(1:3, function(one) c(b * at_means[1, one], b * average[one])))
}

numeric_jacobian <- function(f, at) {
  columns <- lapply(seq_along(at), function(j) {
    step <- 1e-5 * max(abs(at[j]), 1e-2)
    up <- at; up[j] <- at[j] + step
    down <- at; down[j] <- at[j] - step
    (f(up) - f(down)) / (2 * step)
  })
  do.call(cbind, columns)
}

# A unit or period that is censored in every row has an effect without bound, and says nothing of b.
without_censored_levels <- function(rows, outcome, lower, upper, effects) {
  repeat {
    y <- rows[[outcome]]
    gone <- rep(FALSE, nrow(rows))
    for (key in effects) {
      groups <- as.character(rows[[key]])
      for (side in list(y <= lower, y >= upper)) {
        gone <- gone | tapply(side, groups, all)[groups]
      }
    }
    if (!any(gone)) return(rows)
    rows <- without_single(rows[!gone, , drop = FALSE], effects)
  }
}

taken_by_tobit <- function(rows, outcome, lower, upper, effects, ...) {
  rows$place <- seq_len(nrow(rows))
  rows$place %in% without_censored_levels(rows, outcome, lower, upper, effects)$place
}

# Coefficients over sigma, and one over sigma: log-likelihood, scores of rows, Hessian.
olsen_at <- function(theta, y, x, lower, upper) {
  p <- ncol(x)
  index <- drop(x %*% theta[seq_len(p)])
  t <- theta[p + 1]
  left <- y <= lower
  right <- y >= upper & !left
  inside <- !left & !right
  value <- numeric(length(y))
  slope <- numeric(length(y)) # by the argument of each row's term
  curve <- numeric(length(y))
  move <- cbind(-x, y)
  u <- t * y - index
  value[inside] <- log(t) - u[inside]^2 / 2 - log(2 * pi) / 2
  slope[inside] <- -u[inside]
  curve[inside] <- -1
  for (side in list(list(left, lower, 1), list(right, upper, -1))) {
    here <- side[[1]]
    if (!any(here)) next
    a <- side[[3]] * (t * side[[2]] - index[here])
    mills <- exp(dnorm(a, log = TRUE) - pnorm(a, log.p = TRUE))
    value[here] <- pnorm(a, log.p = TRUE)
    slope[here] <- mills
    curve[here] <- -mills * (a + mills)
    move[here, ] <- side[[3]] * cbind(-x[here, , drop = FALSE], side[[2]])
  }
  scores <- move * slope
  scores[inside, p + 1] <- scores[inside, p + 1] + 1 / t
  hessian <- crossprod(move, move * curve)
  hessian[p + 1, p + 1] <- hessian[p + 1, p + 1] - sum(inside) / t^2
  list(value = sum(value), scores = scores, hessian = hessian)
}

olsen <- function(y, x, lower, upper) {
  start <- lm.fit(x, y)
  t <- 1 / sqrt(mean(start$residuals^2))
  theta <- c(start$coefficients * t, t)
  for (step in 1:200) {
    now <- olsen_at(theta, y, x, lower, upper)
    move <- solve(now$hessian, colSums(now$scores))
    size <- 1
    repeat {
      next_theta <- theta - size * move
      if (next_theta[length(theta)] > 0) {
        value <- olsen_at(next_theta, y, x, lower, upper)$value
        if (is.finite(value) && value >= now$value - 1e-9 * abs(now$value)) break
      }
      size <- size / 2
      if (size < 1e-10) stop("no step raises the likelihood")
    }
    theta <- next_theta
    if (abs(sum(move * colSums(now$scores))) < 1e-18 * (1 + abs(now$value))) break
  }
  c(olsen_at(theta, y, x, lower, upper), list(theta = theta))
}
