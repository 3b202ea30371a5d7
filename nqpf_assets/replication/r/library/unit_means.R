# Regressors beside the means of their units (Mundlak 1978), for estimators that keep what is constant within
# units: no effects are taken out, and the constant is the last column.

unit_means <- function(m, rows) m - minus_means(m, rows$unit)

# All columns, of which the shown ones come first; without a mean where a term is constant within units.
design_with_means <- function(rows, terms, periods, mundlak) {
  x <- matrix_of(rows, terms)
  shown <- terms
  if (mundlak) {
    varying <- independent(x, minus_means(x, rows$unit))
    x <- cbind(x, unit_means(x, rows)[, varying, drop = FALSE])
    shown <- c(shown, paste0(terms[varying], ":mean"))
  }
  if (periods) {
    years <- dummies(rows$period)[, -1, drop = FALSE]
    x <- cbind(x, years)
    if (mundlak) x <- cbind(x, unit_means(years, rows))
  }
  list(x = x, shown = shown, kept = independent(x, x - rep(colMeans(x), each = nrow(x))))
}

# The columns that repeat none before them, and the constant.
columns_kept <- function(design) cbind(design$x[, design$kept, drop = FALSE], 1)

# Of these columns' coefficients those with a name, and the constant.
shown_terms <- function(design, b, v) {
  own <- which(design$kept <= length(design$shown))
  at <- c(own, length(b))
  list(terms = data.frame(term = c(design$shown[design$kept[own]], "constant"), estimate = b[at],
                          std_error = sqrt(diag(v))[at], row.names = NULL),
       vcov = v[at, at, drop = FALSE])
}
