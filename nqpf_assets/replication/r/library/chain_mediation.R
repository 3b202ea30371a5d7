# Mediation through two mediators in sequence; the first term is the treatment. Standard errors by the delta
# method, coefficients of different equations taken as uncorrelated.

chain_mediation <- function(rows, outcome, terms, mediators, ...) {
  x <- terms[1]
  total <- two_way_fe(rows, outcome, terms, ...)
  first <- two_way_fe(rows, mediators[1], terms, ...)
  second <- two_way_fe(rows, mediators[2], c(terms, mediators[1]), ...)
  both <- two_way_fe(rows, outcome, c(terms, mediators), ...)
  b <- function(fit, names) fit$terms$estimate[match(names, fit$terms$term)]
  v <- function(fit, names) {
    at <- match(names, fit$terms$term)
    fit$vcov[at, at, drop = FALSE]
  }
  a <- b(first, x)
  d <- b(second, c(x, mediators[1]))
  y <- b(both, c(x, mediators))
  ways <- c(a * y[2], d[1] * y[3], a * d[2] * y[3])
  # Rows are the ways and their sum; columns a1, a2, d, b1, b2.
  slopes <- rbind(c(y[2], 0, 0, a, 0), c(0, y[3], 0, 0, d[1]),
                  c(d[2] * y[3], 0, a * y[3], 0, a * d[2]))
  slopes <- rbind(slopes, colSums(slopes))
  error <- function(g) {
    sqrt(variance_along(g[1], v(first, x)) + variance_along(g[4:5], v(both, mediators)) +
           variance_along(g[2:3], v(second, c(x, mediators[1]))))
  }
  indirect <- sum(ways)
  both$effects <- data.frame(
    effect = c(paste0("indirect, ", c("first mediator", "second mediator", "chain")), "indirect",
               "direct", "total", "share"),
    term = x, estimate = c(ways, indirect, y[1], b(total, x), indirect / b(total, x)),
    std_error = c(apply(slopes, 1, error), NA, NA, NA))
  both
}

# Variance of a sum of coefficients; those that are not in it may have none.
variance_along <- function(g, v) {
  at <- g != 0
  if (any(at)) drop(g[at] %*% v[at, at, drop = FALSE] %*% g[at]) else 0
}
