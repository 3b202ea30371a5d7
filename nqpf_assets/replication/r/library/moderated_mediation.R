# Indirect effects at levels of a moderator; the first term is the treatment. Standard errors by the delta
# method, coefficients of different equations taken as uncorrelated. Effects come from equations in which the
# moderator is counted from its mean: digits cancel far from there, and a repaired covariance is another one.

moderated_mediation <- function(rows, outcome, terms, mediator, moderator, moderates, ...) {
  x <- terms[1]
  by <- function(name) paste0(name, ":by_moderator")
  counted_from <- function(centre) {
    for (name in c(x, mediator)) rows[[by(name)]] <- rows[[name]] * (rows[[moderator]] - centre)
    rows
  }
  both <- c(terms, moderator)
  a_terms <- c(x, if ("first" %in% moderates) by(x))
  b_terms <- c(mediator, if ("second" %in% moderates) by(mediator))
  c_terms <- c(x, if ("direct" %in% moderates) by(x))
  w <- rows[[moderator]]
  equation_of <- function(explained, own_terms, centre)
    two_way_fe(counted_from(centre), explained, unique(c(both, own_terms)), ...)
  own <- function(fit, names) {
    at <- match(names, fit$terms$term)
    list(b = fit$terms$estimate[at], v = fit$vcov[at, at, drop = FALSE])
  }
  a <- own(equation_of(mediator, a_terms, mean(w)), a_terms)
  bc <- own(equation_of(outcome, c(c_terms, b_terms), mean(w)), c(b_terms, c_terms))
  kb <- length(b_terms)
  padded <- function(v) c(v, 0)[1:2] # no product, no change
  b <- padded(bc$b[seq_len(kb)])
  levels <- if (length(unique(w)) == 2) c(low = min(w), high = max(w)) else
    c(low = mean(w) - sd(w), mean = mean(w), high = mean(w) + sd(w))
  levels <- levels - mean(w)
  forms <- lapply(levels, function(at) outer(c(1, at), c(1, at)))
  names(forms) <- paste0("indirect, ", names(levels), " moderator")
  index <- "index of moderated mediation"
  if (!"second" %in% moderates) forms[[index]] <- rbind(c(0, 0), c(1, 0))
  if (!"first" %in% moderates) forms[[index]] <- rbind(c(0, 1), c(0, 0))
  forms[["indirect, high less low moderator"]] <-
    outer(c(1, levels[["high"]]), c(1, levels[["high"]])) -
    outer(c(1, levels[["low"]]), c(1, levels[["low"]]))
  a_own <- padded(a$b)
  of_form <- function(form) {
    by_a <- drop(form %*% b)[seq_along(a$b)]
    by_b <- drop(t(form) %*% a_own)[seq_len(kb)]
    g <- c(by_b, numeric(length(bc$b) - kb))
    c(drop(a_own %*% form %*% b), sqrt(variance_along(by_a, a$v) + variance_along(g, bc$v)))
  }
  of_direct <- function(at) {
    g <- c(numeric(kb), c(1, at)[seq_len(length(bc$b) - kb)])
    c(sum(g * bc$b), sqrt(variance_along(g, bc$v)))
  }
  direct <- if ("direct" %in% moderates) sapply(levels, of_direct) else cbind(direct = of_direct(0))
  if ("direct" %in% moderates) colnames(direct) <- paste0("direct, ", names(levels), " moderator")
  told <- cbind(sapply(forms, of_form), direct)
  second <- equation_of(outcome, c(c_terms, b_terms), 0)
  second$effects <- data.frame(effect = colnames(told), term = x, estimate = told[1, ],
                               std_error = told[2, ], row.names = NULL)
  second
}
