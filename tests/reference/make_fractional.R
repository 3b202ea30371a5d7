# Fractional logit and probit on a simulated panel of shares, by glm and a sandwich by hand: numbers of
# tests/estimators/fractional/test_fractional.py, and its data.
# Rscript tests/reference/make_fractional.R   (R 4.2.2, base R only)
set.seed(20240517)
rows <- expand.grid(year = 2015:2020, unit = 1:40)
own <- rnorm(40)[rows$unit]
rows$x <- round(rnorm(240) + 0.6 * own, 4); rows$z <- round(rnorm(240), 4)
p <- pnorm(-0.3 + 0.5 * rows$x - 0.3 * rows$z + 0.4 * own + 0.05 * (rows$year - 2015))
rows$y <- round(rbinom(240, 12, p) / 12, 6)  # shares with both ends among them
rows <- rows[-c(7, 8, 100, 239), ]           # four rows are missing
write.csv(rows, "tests/estimators/fractional/fractional.csv", row.names = FALSE)
of_unit <- function(v) ave(v, rows$unit)
for (name in c("x", "z")) rows[[paste0(name, "_mean")]] <- of_unit(rows[[name]])
years <- model.matrix(~ factor(year) - 1, rows)[, -1]
year_means <- apply(years, 2, of_unit)
told <- function(link, design, key, shown) {
  family <- quasibinomial(link)
  b <- coef(glm.fit(design, rows$y, family = family, control = glm.control(epsilon = 1e-15, maxit = 200)))
  for (step in 1:3) {
    eta <- drop(design %*% b); mu <- family$linkinv(eta); g <- family$mu.eta(eta)
    bread <- solve(crossprod(design, design * (g^2 / (mu * (1 - mu)))))
    scores <- design * (g * (rows$y - mu) / (mu * (1 - mu)))
    if (step < 3) b <- b + drop(bread %*% colSums(scores))
  }
  n <- length(unique(key))
  v <- bread %*% crossprod(rowsum(scores, key)) %*% bread * n / (n - 1)
  average <- function(b) b[2] * mean(family$mu.eta(drop(design %*% b)))
  slope <- sapply(seq_along(b), function(k) {
    h <- 1e-5; e <- replace(numeric(length(b)), k, h); (average(b + e) - average(b - e)) / (2 * h) })
  ll <- sum(rows$y * log(mu) + (1 - rows$y) * log1p(-mu))
  cat(link, shown, "\n")
  for (k in seq_len(shown)) cat(sprintf("%.12g %.12g\n", b[k], sqrt(v[k, k])))
  cat(sprintf("average %.12g %.12g log likelihood %.12g\n", average(b), sqrt(drop(slope %*% v %*% slope)), ll))
}
plain <- cbind(1, as.matrix(rows[, c("x", "z")]))
whole <- cbind(1, as.matrix(rows[, c("x", "z", "x_mean", "z_mean")]), years, year_means)
whole <- whole[, qr(whole)$pivot[seq_len(qr(whole)$rank)]]
told("logit", plain, rows$unit, 3)
told("probit", plain, seq_len(nrow(rows)), 3)
told("probit", whole, rows$unit, 5)
told("logit", whole, rows$unit, 5)
