# Outcome and mediator equation of a mediation; the first term is the treatment.

mediation <- function(rows, outcome, terms, mediator, ...) {
  total <- two_way_fe(rows, outcome, terms, ...)
  first <- two_way_fe(rows, mediator, terms, ...)
  second <- two_way_fe(rows, outcome, c(terms, mediator), ...)
  own <- function(fit, name) unlist(fit$terms[fit$terms$term == name, c("estimate", "std_error")])
  a <- own(first, terms[1])
  b <- own(second, mediator)
  indirect <- unname(a[1] * b[1])
  sobel <- sqrt(unname(a[1]^2 * b[2]^2 + b[1]^2 * a[2]^2))
  c_total <- unname(own(total, terms[1])[1])
  second$effects <- data.frame(
    effect = c("indirect", "direct", "total", "share"), term = terms[1],
    estimate = c(indirect, unname(own(second, terms[1])[1]), c_total, indirect / c_total),
    std_error = c(sobel, NA, NA, NA))
  second
}
