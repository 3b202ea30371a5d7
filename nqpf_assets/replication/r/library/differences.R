# Inequality between units year by year, by its definitions: every pair of units is compared. Beta
# convergence and kernel densities of the same variable. Base R only.

mean_distance <- function(y, x) mean(abs(outer(y, x, "-")))

# Mean of y ln y of values over their mean; 0 ln 0 is 0, and zeros are all alike.
theil_t <- function(y) {
  relative <- if (mean(y) > 0) y / mean(y) else y
  mean(ifelse(relative > 0, relative * log(relative), 0))
}

# Of all who count, not of a sample: divided by n.
sd_of_all <- function(y) sqrt(mean((y - mean(y))^2))

spread_of <- function(y) {
  c(coefficient_of_variation = if (mean(y) > 0) sd_of_all(y) / mean(y) else NA,
    log_sd = if (all(y > 0)) sd_of_all(log(y)) else NA, mean = mean(y))
}

# Dagum (1997): d is by how much units of the richer group are ahead of units of the poorer one, p by how
# much they are behind, each over all pairs; D = (d - p) / (d + p).
pair_of_groups <- function(y, x) {
  gaps <- outer(y, x, "-")
  ahead <- mean(pmax(gaps, 0))
  behind <- mean(pmax(-gaps, 0))
  apart <- if (ahead + behind > 0) abs(ahead - behind) / (ahead + behind) else 0
  gini <- if (mean(y) + mean(x) > 0) mean(abs(gaps)) / (mean(y) + mean(x)) else 0
  c(gini = gini, affluence = apart)
}

inequality_of_year <- function(y, group, year) {
  groups <- sort(unique(group), method = "radix")
  own <- lapply(groups, function(one) y[group == one])
  n <- lengths(own) / length(y)
  s <- vapply(own, sum, 0) / sum(y)
  gini <- mean_distance(y, y) / (2 * mean(y))
  inside <- vapply(own, function(one) pair_of_groups(one, one)[["gini"]], 0)
  within <- sum(inside * n * s)
  between <- overlap <- 0
  found <- NULL
  for (h in seq_along(groups)) for (j in seq_len(h - 1)) {
    pair <- pair_of_groups(own[[j]], own[[h]])
    part <- pair[["gini"]] * (n[j] * s[h] + n[h] * s[j])
    between <- between + part * pair[["affluence"]]
    overlap <- overlap + part * (1 - pair[["affluence"]])
    found <- rbind(found, numbers_of(paste0(year, ": ", groups[j], ", ", groups[h]), pair))
  }
  theil <- theil_t(y)
  theil_inside <- vapply(own, theil_t, 0)
  theil_within <- sum(theil_inside * s)
  theil_between <- theil_t(rep(vapply(own, mean, 0), lengths(own)))
  shares <- function(parts, whole) if (whole > 0) parts / whole else NA * parts
  overall <- c(
    gini = gini, gini_within = within, gini_between = between, gini_overlap = overlap,
    shares(c(gini_within_share = within, gini_between_share = between, gini_overlap_share = overlap), gini),
    theil = theil, theil_within = theil_within, theil_between = theil_between,
    shares(c(theil_within_share = theil_within, theil_between_share = theil_between), theil),
    spread_of(y))
  found <- rbind(numbers_of(year, overall), found)
  for (j in seq_along(groups)) {
    of <- c(gini = inside[j], theil = theil_inside[j], spread_of(own[[j]]))
    found <- rbind(found, numbers_of(paste0(year, ": ", groups[j]), of))
  }
  found
}

# Growth of ln y to the next year on ln y, errors clustered by unit; nothing where y is not positive.
beta_convergence <- function(rows, variable, effects) {
  rows$log_initial <- suppressWarnings(log(as.numeric(rows[[variable]])))
  after <- match(paste(rows$unit, rows$period + 1), paste(rows$unit, rows$period))
  rows$log_growth <- rows$log_initial[after] - rows$log_initial
  rows <- rows[!is.na(after), , drop = FALSE]
  if (!nrow(rows) || !all(is.finite(c(rows$log_initial, rows$log_growth)))) return(NULL)
  rows <- without_single(rows, effects)
  if (!nrow(rows)) return(NULL)
  fit <- two_way_fe(rows, "log_growth", "log_initial", effects = effects)
  b <- fit$terms$estimate[1]
  se <- fit$terms$std_error[1]
  df <- length(unique(rows$unit)) - 1
  speed <- if (1 + b > 0) -log(1 + b) else NA
  half <- if (!is.na(speed) && speed > 0) log(2) / speed else NA
  y <- rows$log_growth
  numbers <- c(
    estimate = b, std_error = se, statistic = b / se, p_value = 2 * pt(-abs(b / se), df),
    conf_low = b - qt(0.975, df) * se, conf_high = b + qt(0.975, df) * se,
    speed = speed, speed_std_error = se / (1 + b), half_life = half,
    half_life_std_error = log(2) / speed^2 * se / (1 + b),
    n_obs = fit$n, n_units = df + 1, n_periods = length(unique(rows$period)), n_clusters = df + 1,
    r2 = 1 - fit$rss / sum((y - mean(y))^2))
  kind <- if (length(effects)) "conditional" else "absolute"
  numbers_of(paste(c(kind, "convergence", effects), collapse = " "), numbers)
}

# Gaussian kernels, Silverman's bandwidth sd (3n/4)^(-1/5), on one grid for all years.
densities <- function(y, period) {
  years <- sort(unique(period))
  if (any(vapply(years, function(one) sum(period == one) < 2, TRUE))) return(NULL)
  h <- vapply(years, function(one) sd(y[period == one]) * (0.75 * sum(period == one))^(-1 / 5), 0)
  if (any(h == 0)) return(NULL)
  x <- seq(min(y) - 3 * max(h), max(y) + 3 * max(h), length.out = 200)
  do.call(rbind, lapply(seq_along(years), function(t) {
    own <- y[period == years[t]]
    height <- vapply(x, function(at) mean(dnorm(at, own, h[t])), 0)
    label <- paste("density", years[t])
    rbind(numbers_of(label, c(bandwidth = h[t])), points_of(label, list(x = x, density = height)))
  }))
}

regional_differences <- function(panel, first, last, variable, grouping) {
  rows <- rows_of_years(panel, first, last)
  y <- as.numeric(rows[[variable]])
  by_year <- split(seq_along(y), rows$period)
  found <- lapply(by_year, function(at) {
    inequality_of_year(y[at], rows[[grouping]][at], rows$period[at[1]])
  })
  conditions <- list(character(0), "unit", c("unit", "period"))
  # Where a condition cannot be estimated, as of two years with effects of units, the others can.
  found <- c(found, lapply(conditions, function(effects) {
    tryCatch(beta_convergence(rows, variable, effects), error = function(e) NULL)
  }))
  rbind(do.call(rbind, found), densities(y, rows$period))
}
