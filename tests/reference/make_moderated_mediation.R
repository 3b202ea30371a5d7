# Moderated mediation on the simulated panel of make_mediation.py, m1 for mediator and z1 for moderator, with dummies,
# a clustered sandwich and the delta method by hand: numbers of tests/estimators/mediation/test_moderated.py.
# Rscript tests/reference/make_moderated_mediation.R   (R 4.2.2, base R only)
rows <- subset(read.csv("tests/estimators/mediation/reference/mediation.csv"), !is.na(m1))
rows <- rows[ave(rows$x, rows$unit, FUN = length) > 1, ]
rows$xw <- rows$x * rows$z1; rows$mw <- rows$m1 * rows$z1
n <- nrow(rows); units <- length(unique(rows$unit)); years <- length(unique(rows$year))
fit <- function(outcome, terms, names) {
  one <- lm(reformulate(c(terms, "factor(unit)", "factor(year)"), outcome), rows)
  x <- model.matrix(one); bread <- solve(crossprod(x))
  v <- bread %*% crossprod(rowsum(x * resid(one), rows$unit)) %*% bread
  v <- v * units / (units - 1) * (n - 1) / (n - length(terms) - years)
  at <- match(names, colnames(x))
  list(b = unname(coef(one)[at]), v = unname(v[at, at, drop = FALSE]))
}
first <- fit("m1", c("x", "reform", "z1", "xw"), c("x", "xw"))
both <- fit("y", c("x", "reform", "z1", "xw", "m1", "mw"), c("m1", "mw", "x", "xw"))
v <- matrix(0, 6, 6); v[1:2, 1:2] <- first$v; v[3:6, 3:6] <- both$v
theta <- c(first$b, both$b)
levels <- mean(rows$z1) + c(-1, 0, 1) * sd(rows$z1)
indirect <- function(w) function(t) (t[1] + t[2] * w) * (t[3] + t[4] * w)
direct <- function(w) function(t) t[5] + t[6] * w
told <- c(lapply(levels, indirect), lapply(levels, direct))
told <- c(told, function(t) indirect(levels[3])(t) - indirect(levels[1])(t))
report <- function(f, theta, v) {
  slope <- sapply(seq_along(theta), function(k) { # central differences
    h <- 1e-4; e <- replace(numeric(length(theta)), k, h); (f(theta + e) - f(theta - e)) / (2 * h) })
  cat(sprintf("%.15g %.15g\n", f(theta), sqrt(drop(slope %*% v %*% slope))))
}
for (f in told) report(f, theta, v)
cat("indices: first stage alone, second stage alone\n")
plain <- fit("y", c("x", "reform", "z1", "m1"), "m1")
v1 <- matrix(0, 3, 3); v1[1:2, 1:2] <- first$v; v1[3, 3] <- plain$v
report(function(t) t[2] * t[3], c(first$b, plain$b), v1)
a <- fit("m1", c("x", "reform", "z1"), "x"); second <- fit("y", c("x", "reform", "z1", "m1", "mw"), c("m1", "mw"))
v2 <- matrix(0, 3, 3); v2[1, 1] <- a$v; v2[2:3, 2:3] <- second$v
report(function(t) t[1] * t[3], c(a$b, second$b), v2)
cat(sprintf("%.15g\n", levels))
