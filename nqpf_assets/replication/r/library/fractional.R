# Fractional logit and probit by quasi-maximum likelihood, with the expected information around the scores of rows
# or clusters, and marginal effects by the delta method.

fractional <- function(rows, outcome, terms, link = "logit", periods = FALSE, mundlak = FALSE,
                       vcov = "clustered", by = "unit", small_sample = "stata") {
  y <- drop(matrix_of(rows, outcome))
  design <- design_with_means(rows, terms, periods, mundlak)
  x <- columns_kept(design)
  family <- quasibinomial(link)
  # Beyond glm's own end, whose deviance stands at half of the digits, steps go on until no coefficient moves.
  b <- glm.fit(x, y, family = family, control = glm.control(epsilon = 1e-14, maxit = 100))$coefficients
  for (step in 1:3) {
    eta <- drop(x %*% b); mu <- family$linkinv(eta); g <- family$mu.eta(eta)
    bread <- chol2inv(chol(crossprod(x * (g / sqrt(mu * (1 - mu))))))
    scores <- x * (g * (y - mu) / (mu * (1 - mu)))
    if (step < 3) b <- b + drop(bread %*% colSums(scores))
  }
  keys <- if (vcov == "robust") list(seq_len(nrow(x))) else cluster_keys(rows, by)
  # Marginal effects are of all columns, those of years too, and nothing is repaired under them.
  influences <- scores %*% bread
  v <- clustered_as_it_is(influences, keys, 1, small_sample != "none")
  own <- which(design$kept <= length(terms))
  bend <- function(eta) if (link == "logit") dlogis(eta) * (1 - 2 * plogis(eta)) else -eta * dnorm(eta)
  root_of <- function(variances) sqrt(ifelse(variances > 0, variances, NA))
  margins <- function(rows_at, name) {
    eta <- drop(rows_at %*% b)
    slope <- mean(family$mu.eta(eta))
    jacobian <- outer(b[own], colMeans(bend(eta) * rows_at)) + slope * diag(length(b))[own, , drop = FALSE]
    data.frame(effect = paste("marginal on outcome,", name), term = terms[design$kept[own]],
               estimate = b[own] * slope, std_error = root_of(diag(jacobian %*% v %*% t(jacobian))))
  }
  at <- c(which(design$kept <= length(design$shown)), length(b))
  v_shown <- v
  v_shown[at, at] <- clustered(influences[, at, drop = FALSE], keys, 1, small_sample != "none")
  c(shown_terms(design, b, v_shown),
    list(n = nrow(x), rss = NA_real_,
         effects = rbind(margins(x, "average"), margins(t(colMeans(x)), "means"))))
}
