# An index of principal components, by `eigen`; which way a component points is a convention, and handed over:
# the place of an indicator and the sign of its loading. Base R only.

# Kaiser-Meyer-Olkin of all and of each, and Bartlett's sphericity of n rows.
adequacy_of <- function(r, n, names) {
  inverse <- solve(r)
  partial <- inverse / sqrt(outer(diag(inverse), diag(inverse)))
  own <- r^2
  diag(own) <- diag(partial) <- 0
  of <- function(part) sum(own[part, ]) / (sum(own[part, ]) + sum(partial[part, ]^2))
  p <- ncol(r)
  chi2 <- -(n - 1 - (2 * p + 5) / 6) * as.numeric(determinant(r)$modulus)
  rbind(
    numbers_of("kmo", c(statistic = of(seq_len(p)))),
    do.call(rbind, lapply(seq_len(p), function(j) numbers_of(paste("kmo", names[j]), c(statistic = of(j))))),
    numbers_of("bartlett", c(statistic = chi2, p_value = pchisq(chi2, p * (p - 1) / 2, lower.tail = FALSE))))
}

component_index <- function(indicators, names, directions, retain, is_unit, is_rescaled, anchors, signs) {
  cells <- read_indicators(indicators)
  z <- scale(sweep(matrix_of(cells, names), 2, directions, "*"))
  r <- cor(z)
  parts <- eigen(r, symmetric = TRUE)
  values <- parts$values
  places <- seq_along(values)
  loadings <- sweep(parts$vectors, 2, signs * sign(parts$vectors[cbind(anchors, places)]), "*")
  k <- if (identical(retain, "kaiser")) sum(values > 1 + 1e-9) else
    which(cumsum(values) / length(values) >= retain - 1e-12)[1]
  kept <- seq_len(k)
  shares <- values[kept] / sum(values[kept]) * (if (is_unit) values[kept]^-0.5 else 1)
  weights <- drop(loadings[, kept, drop = FALSE] %*% shares)
  scores <- drop(z %*% weights)
  if (is_rescaled) scores <- (scores - min(scores)) / (max(scores) - min(scores))
  of_components <- lapply(places, function(c) {
    label <- paste("component", c)
    rbind(numbers_of(label, c(eigenvalue = values[c], share = values[c] / length(values))),
          do.call(rbind, lapply(seq_along(names), function(j) {
            numbers_of(paste(label, names[j]), c(loading = loadings[j, c]))
          })))
  })
  do.call(rbind, c(
    lapply(seq_along(names), function(j) numbers_of(names[j], c(weight = weights[j]))), of_components,
    list(adequacy_of(r, nrow(z), names),
         points_of("score", list(score = scores), paste(cells$unit, cells$period)))))
}
