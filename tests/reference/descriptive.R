# Make tests/estimators/descriptive/reference/grunfeld.json: what R says of Grunfeld's panel of ten firms.
#
#     Rscript tests/reference/descriptive.R > tests/estimators/descriptive/reference/grunfeld.json
#
# Made with R 4.2.2, plm and car. The same panel is in statsmodels, from which the tests take it. "gaps" is
# the panel without some rows: of one firm the last years, of another the first, and one in the middle.

suppressMessages({library(plm); library(car)})
data("Grunfeld", package = "plm")
names(Grunfeld)[3] <- "invest"
gaps <- subset(Grunfeld, !(firm == 3 & year > 1948) & !(firm == 7 & year < 1938) & !(firm == 9 & year == 1941))
panels <- list(whole = Grunfeld, gaps = gaps)
said <- function(...) {
  words <- list(...)
  paste0("{", paste0('"', names(words), '": ', words, collapse = ", "), "}")
}
number <- function(x) format(unname(x), digits = 15, scientific = TRUE)
of_htest <- function(x) said(statistic = number(x$statistic), p_value = number(x$p.value))

variation <- function(d, name) {
  x <- pdata.frame(d, index = c("firm", "year"))[[name]]
  said(mean = number(mean(x)), sd = number(sd(x)), sd_between = number(sd(between(x))),
       sd_within = number(sd(Within(x))), p25 = number(quantile(x, 0.25, type = 2)),
       median = number(median(x)), p75 = number(quantile(x, 0.75, type = 2)))
}
pairs <- list(c("invest", "value"), c("invest", "capital"), c("value", "capital"))
correlation <- function(d, method) {
  found <- lapply(pairs, function(p) {
    test <- cor.test(d[[p[1]]], d[[p[2]]], method = method, exact = FALSE)
    said(estimate = number(test$estimate), p_value = number(test$p.value))
  })
  names(found) <- sapply(pairs, paste, collapse = " ")
  do.call(said, found)
}
means <- function(d) {
  d$early <- d$year < 1945
  said(welch = of_htest(t.test(invest ~ early, d)), equal = of_htest(t.test(invest ~ early, d, var.equal = TRUE)))
}
parts <- list()
for (name in names(panels)) {
  d <- panels[[name]]
  inflation <- vif(lm(year ~ invest + value + capital, d))
  found <- sapply(c("invest", "value", "capital"), function(v) variation(d, v))
  parts[[name]] <- said(
    variation = do.call(said, as.list(found)),
    pearson = correlation(d, "pearson"), spearman = correlation(d, "spearman"),
    vif = do.call(said, as.list(sapply(inflation, number))),
    means = means(d))
}
p <- pdata.frame(Grunfeld, index = c("firm", "year"))
parts[["cross_section_dependence"]] <- of_htest(pcdtest(p$invest, test = "cd"))
wide <- data.frame(split(Grunfeld$value, Grunfeld$firm))
roots <- list()
for (exo in c("intercept", "trend")) for (lags in 0:2) for (test in c("levinlin", "ips", "madwu")) {
  # Levin, Lin and Chu divide by the number of rows; a Dickey-Fuller t has degrees of freedom.
  found <- purtest(wide, test = test, exo = exo, lags = lags, dfcor = test != "levinlin", p.approx = "MacKinnon1994")
  roots[[paste(test, exo, lags)]] <- of_htest(found$statistic)
}
parts[["unit_roots"]] <- do.call(said, roots)
cat(do.call(said, parts), "\n")
