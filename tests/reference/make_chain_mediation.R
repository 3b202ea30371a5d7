# Two mediators in sequence on the simulated panel of make_mediation.py, with dummies, a clustered sandwich and the
# delta method by hand: numbers of tests/estimators/mediation/test_chain.py.
# Rscript tests/reference/make_chain_mediation.R   (R 4.2.2, base R only)
rows <- na.omit(read.csv("tests/estimators/mediation/reference/mediation.csv"))
rows <- rows[ave(rows$x, rows$unit, FUN = length) > 1, ]
n <- nrow(rows); units <- length(unique(rows$unit)); years <- length(unique(rows$year))
fit <- function(outcome, names) {
  terms <- c(names, "z1", "reform")
  one <- lm(reformulate(c(terms, "factor(unit)", "factor(year)"), outcome), rows)
  x <- model.matrix(one); bread <- solve(crossprod(x))
  v <- bread %*% crossprod(rowsum(x * resid(one), rows$unit)) %*% bread
  # Effects of units are nested in the clusters and not counted.
  v <- v * units / (units - 1) * (n - 1) / (n - length(terms) - years)
  at <- match(names, colnames(x))
  list(b = unname(coef(one)[at]), v = unname(v[at, at, drop = FALSE]))
}
total <- fit("y", "x"); first <- fit("m1", "x"); second <- fit("m2", c("x", "m1")); both <- fit("y", c("x", "m1", "m2"))
v <- matrix(0, 5, 5); v[1, 1] <- first$v; v[2:3, 2:3] <- second$v; v[4:5, 4:5] <- both$v[2:3, 2:3]
theta <- c(first$b, second$b, both$b[2:3])
ways <- list(function(t) t[1] * t[4], function(t) t[2] * t[5], function(t) t[1] * t[3] * t[5])
ways[[4]] <- function(t) ways[[1]](t) + ways[[2]](t) + ways[[3]](t)
slope <- function(f) sapply(1:5, function(k) { # central differences
  h <- 1e-4; e <- replace(numeric(5), k, h); (f(theta + e) - f(theta - e)) / (2 * h) })
for (f in ways) cat(sprintf("%.15g %.15g\n", f(theta), sqrt(drop(slope(f) %*% v %*% slope(f)))))
cat(sprintf("direct %.15g total %.15g\n", both$b[1], total$b))
