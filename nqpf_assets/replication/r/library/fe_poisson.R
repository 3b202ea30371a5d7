# Poisson regression with a dummy for each unit, and for each period where asked; errors around weighted
# residuals of the regressors on these dummies.

fe_poisson <- function(rows, outcome, terms, effects = c("unit", "period"), vcov = "clustered",
                       by = "unit", small_sample = "stata") {
  periods <- "period" %in% effects
  rows <- rows[taken_by_fe_poisson(rows, outcome, terms, effects), , drop = FALSE]
  y <- drop(matrix_of(rows, outcome))
  x <- matrix_of(rows, terms)
  kept <- independent(x, without_effects(x, rows, effects))
  x <- x[, kept, drop = FALSE]
  d <- dummies(rows$unit)
  if (periods) d <- cbind(d, dummies(rows$period)[, -1, drop = FALSE])
  fit <- glm.fit(cbind(x, d), y, family = quasipoisson(), control = glm.control(epsilon = 1e-14, maxit = 100))
  b <- fit$coefficients[seq_len(ncol(x))]
  roots <- sqrt(fit$fitted.values)
  x <- qr.resid(qr(d * roots, tol = 1e-11), x * roots) / roots
  bread <- chol2inv(chol(crossprod(x * roots)))
  influences <- (x %*% bread) * (y - fit$fitted.values)
  v <- if (vcov == "unadjusted") {
    bread
  } else {
    keys <- if (vcov == "robust") list(seq_len(nrow(x))) else cluster_keys(rows, by)
    clustered(influences, keys, 1, small_sample != "none", slopes = seq_len(ncol(x)))
  }
  list(terms = data.frame(term = terms[kept], estimate = b, std_error = sqrt(diag(v)), row.names = NULL),
       vcov = v, n = nrow(x), rss = NA_real_)
}

# Rows that have a say: of no level that is zero throughout or has one row, and none that is told from all others.
taken_by_fe_poisson <- function(rows, outcome, terms, effects, ...) {
  stays <- rep(TRUE, nrow(rows))
  repeat {
    left <- rows[stays, , drop = FALSE]
    keys <- lapply(if ("period" %in% effects) c("unit", "period") else "unit", function(key) left[[key]])
    y <- drop(matrix_of(left, outcome))
    empty <- Reduce(`|`, lapply(keys, function(key) ave(y, key, FUN = sum) == 0 | ave(y, key, FUN = length) == 1))
    if (!any(empty)) empty <- separated(y, cbind(matrix_of(left, terms), do.call(cbind, lapply(keys, dummies))))
    if (!any(empty)) return(stays)
    stays[stays] <- !empty
  }
}

# Rows with an outcome of zero that some sum of the columns tells from all others: zero where the outcome is
# above zero, nowhere negative elsewhere. Sums of the first kind are projected on and their negative parts
# cut, until none is left (iterated rectifier of Correia, Guimaraes and Zylkin, 2019, with weights without end).
separated <- function(y, columns) {
  found <- logical(length(y))
  zero <- y == 0
  if (!any(zero)) return(found)
  columns <- sweep(columns, 2, pmax(sqrt(colSums(columns^2)), .Machine$double.xmin), "/")
  above <- svd(columns[!zero, , drop = FALSE], nu = 0, nv = ncol(columns))
  none <- c(above$d, rep(0, ncol(columns) - length(above$d))) <= 1e-9 * max(above$d)
  if (!any(none)) return(found)
  free <- svd(columns[zero, , drop = FALSE] %*% above$v[, none, drop = FALSE], nv = 0)
  basis <- free$u[, free$d > 1e-9, drop = FALSE]
  sum_of <- rep(1, sum(zero))
  for (step in seq_len(100000)) {
    sum_of <- drop(basis %*% crossprod(basis, sum_of))
    if (all(sum_of > -1e-9)) break
    sum_of <- pmax(sum_of, 0)
  }
  found[zero] <- sum_of > 1e-6
  found
}
