# Spatial lag panels with random unit effects by maximum likelihood (Elhorst 2014, chapter 3.3): differences
# within units have variance s1, their means s2 = s1 / phi^2, so that the part between units is weighted by phi.

random_fit <- function(s) {
  unit <- rep(seq_len(s$n), s$t)
  split <- function(m) {
    means <- rowsum(m, unit, reorder = FALSE) / s$t
    list(inner = m - means[unit, , drop = FALSE], outer = sqrt(s$t) * means)
  }
  y <- split(s$within(s$y))
  wy <- split(s$within(s$wy))
  z <- split(s$within(s$x))
  both <- function(parts, phi) rbind(parts$inner, phi * parts$outer)
  det <- log_det(s)
  units <- s$count / s$t # N, or N - 1 where period effects are transformed away
  at <- function(phi) {
    solved <- qr(both(z, phi), tol = 1e-14)
    e0 <- qr.resid(solved, both(y, phi))
    e1 <- qr.resid(solved, both(wy, phi))
    sums <- c(sum(e0^2), sum(e0 * e1), sum(e1^2))
    rss <- function(rho) sums[1] - 2 * rho * sums[2] + rho^2 * sums[3]
    height <- function(rho) s$t * det(rho) - s$count / 2 * log(rss(rho)) + units * log(phi)
    rho <- highest(height, bounds(s))
    list(phi = phi, rho = rho, height = height(rho), s1 = rss(rho) / s$count,
         b = drop(qr.coef(solved, both(y, phi)) - rho * qr.coef(solved, both(wy, phi))))
  }
  best <- at(exp(highest(function(v) at(exp(v))$height, c(-14, 0))))
  if (at(1)$height > best$height) best <- at(1) # units differ by no more than their errors do
  inverse <- solve(diag(s$n) - best$rho * s$w[[1]])
  structural <- s$y - best$rho * s$wy
  mean_of_lag <- structural - s$within(structural - s$x %*% best$b)
  h <- split(s$within(matrix(s$w[[1]] %*% (inverse %*% matrix(mean_of_lag, s$n)), ncol = 1)))
  names(best$b) <- colnames(s$x)
  v <- information_of_both(s, z, h, best)
  residuals <- function(part) drop(y[[part]] - best$rho * wy[[part]] - z[[part]] %*% best$b)
  if (s$vcov != "unadjusted") v <- sandwich_of_units(s, v, z, h, residuals, best)
  with_effects(s, best$b, v, c(rho = best$rho), list(inverse))
}

# Scores of units, whose years are related whatever the clusters: sums over years within, and what lies between.
sandwich_of_units <- function(s, v, z, h, residuals, best) {
  p <- length(best$b)
  scores <- matrix(0, s$n, p + 3)
  both <- matrix(0, s$n, s$n)
  for (part in c("inner", "outer")) {
    variance <- if (part == "inner") best$s1 else best$s1 / best$phi^2
    e <- residuals(part)
    unit <- rep(seq_len(s$n), length(e) / s$n)
    scores[, seq_len(p + 1)] <- scores[, seq_len(p + 1)] +
      rowsum(cbind(z[[part]], h[[part]]) * e, unit) / variance
    squares <- drop(rowsum(e^2, unit))
    scores[, p + 2 + (part == "outer")] <- (squares - mean(squares)) / (2 * variance^2)
    both <- both + (tcrossprod(matrix(e, s$n)) - diag(mean(squares), s$n)) / variance
  }
  a <- symmetric_form(s, s$w[[1]], best$rho, function(w) rep(1, s$n))
  sandwich_of(s, v, scores, list(a * both), p + 1, n_variances = 2)
}

# Inverse of the expected information of coefficients, rho, s1 and s2.
information_of_both <- function(s, z, h, best) {
  p <- length(best$b)
  info <- matrix(0, p + 3, p + 3)
  one <- traces(s, best$rho)
  add <- function(z, h, maps, place, variance) {
    info[1:p, 1:p] <<- info[1:p, 1:p] + crossprod(z) / best$s1
    far <- drop(crossprod(z, h)) / best$s1
    info[1:p, p + 1] <<- info[1:p, p + 1] + far
    info[p + 1, 1:p] <<- info[p + 1, 1:p] + far
    info[p + 1, p + 1] <<- info[p + 1, p + 1] + maps * (one$gg + one$g_g) + sum(h^2) / best$s1
    info[p + 1, place] <<- info[place, p + 1] <<- maps * one$g / variance
    info[place, place] <<- s$count / s$t * maps / (2 * variance^2)
  }
  add(z$inner, h$inner, s$t - 1, p + 2, best$s1)
  add(best$phi * z$outer, best$phi * h$outer, 1, p + 3, best$s1 / best$phi^2)
  scale <- 1 / sqrt(diag(info))
  solve(info * outer(scale, scale)) * outer(scale, scale)
}
