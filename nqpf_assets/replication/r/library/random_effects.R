# Random effects of units: least squares of rows less a part of their unit's mean, whose size follows from the
# variances within and between units.

random_effects <- function(rows, outcome, terms, periods = FALSE, components = "xtreg", mundlak = FALSE,
                           vcov = "clustered", by = "unit", small_sample = "stata") {
  y <- matrix_of(rows, outcome)
  design <- design_with_means(rows, terms, periods, mundlak)
  x <- design$x
  of_unit <- function(m) unit_means(m, rows)
  sizes <- as.vector(table(match(rows$unit, unique(rows$unit))))
  first <- match(unique(rows$unit), rows$unit)
  inner <- minus_means(x, rows$unit)
  in_fixed <- independent(x, inner)
  fixed <- lm.fit(inner[, in_fixed, drop = FALSE], minus_means(y, rows$unit))
  sigma2_e <- sum(fixed$residuals^2) / (nrow(x) - length(sizes) - length(in_fixed))
  take <- if (components == "xtreg") first else seq_len(nrow(x))
  means <- of_unit(x)[take, , drop = FALSE]
  apart <- means - rep(colMeans(means), each = nrow(means))
  z <- cbind(1, means[, independent(means, apart), drop = FALSE])
  between <- qr(z)
  rss <- sum(qr.resid(between, of_unit(y)[take, , drop = FALSE])^2)
  df <- length(sizes) - ncol(z)
  sigma2_u <- if (components == "xtreg") {
    rss / df - sigma2_e * mean(1 / sizes)
  } else {
    trace <- sum(sizes[match(rows$unit, unique(rows$unit))] * rowSums(qr.Q(between)^2))
    (rss - sigma2_e * df) / (nrow(x) - trace)
  }
  theta <- 1 - sqrt(sigma2_e / (sigma2_e + sizes * max(0, sigma2_u)))
  part <- theta[match(rows$unit, unique(rows$unit))]
  x <- columns_kept(design)
  quasi <- x - part * of_unit(x)
  quasi_y <- drop(y - part * of_unit(y))
  bread <- chol2inv(chol(crossprod(quasi)))
  b <- drop(bread %*% crossprod(quasi, quasi_y))
  e <- quasi_y - drop(quasi %*% b)
  influences <- (quasi %*% bread) * e
  v <- if (vcov == "unadjusted") {
    bread * sum(e^2) / (nrow(x) - ncol(x))
  } else {
    clustered(influences, cluster_keys(rows, by), ncol(x), small_sample != "none")
  }
  c(shown_terms(design, b, v), list(n = nrow(x), rss = sum(e^2)))
}
