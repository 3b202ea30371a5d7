# Tables that describe a panel: statistics, correlations, means of two groups, parts of R². Base R only.

# The numbers of one row of a table, each under the column that it is printed in.
numbers_of <- function(label, numbers) {
  data.frame(term = label, column = names(numbers), estimate = as.numeric(numbers), is_point = FALSE)
}

# Numbers at many points of a curve or a map, which are compared and not printed.
points_of <- function(label, numbers, points = paste("point", seq_along(numbers[[1]]))) {
  data.frame(term = paste(label, points, sep = ", "), column = rep(names(numbers), each = length(points)),
             estimate = unlist(numbers, use.names = FALSE), is_point = TRUE)
}

rows_of_years <- function(panel, first, last) {
  rows <- panel[panel$period >= first & panel$period <= last, , drop = FALSE]
  rows[order(rows$unit, rows$period, method = "radix"), , drop = FALSE]
}

# Rows with a value of every variable, where the table counts no others.
listed <- function(rows, variables, listwise) {
  if (!listwise) return(rows)
  rows[complete.cases(rows[, variables, drop = FALSE]), , drop = FALSE]
}

statistics_of <- function(x, unit) {
  own <- ave(x, unit)
  quartiles <- quantile(x, c(0.25, 0.5, 0.75), type = 2, names = FALSE)
  list(n_obs = length(x), mean = mean(x), sd = sd(x), minimum = min(x), p25 = quartiles[1],
       median = quartiles[2], p75 = quartiles[3], maximum = max(x),
       sd_between = sd(tapply(x, unit, mean)), sd_within = sd(x - own),
       n_units = length(unique(unit)), periods_per_unit = length(x) / length(unique(unit)))
}

descriptive <- function(panel, first, last, variables, labels, statistics, listwise,
                        grouping = NULL) {
  rows <- listed(rows_of_years(panel, first, last), variables, listwise)
  groups <- if (is.null(grouping)) list(NULL) else sort(unique(na.omit(rows[[grouping]])))
  found <- NULL
  for (place in seq_along(variables)) for (group in groups) {
    inside <- !is.na(rows[[variables[place]]])
    label <- labels[place]
    if (!is.null(grouping)) {
      inside <- inside & !is.na(rows[[grouping]]) & rows[[grouping]] == group
      label <- paste0(label, ": ", group)
    }
    made <- statistics_of(as.numeric(rows[[variables[place]]][inside]), rows$unit[inside])
    found <- rbind(found, numbers_of(label, unlist(made[statistics])))
  }
  found
}

# Below the diagonal the coefficient, under it its p-value and its rows; Spearman's is Pearson's of ranks.
correlation <- function(panel, first, last, variables, labels, method, listwise,
                        vif = character(0)) {
  rows <- listed(rows_of_years(panel, first, last), variables, listwise)
  found <- NULL
  for (i in seq_along(variables)) {
    found <- rbind(found, numbers_of(labels[i], setNames(1, variables[i])))
    for (j in seq_len(i - 1)) {
      both <- rows[complete.cases(rows[, variables[c(i, j)]]), variables[c(i, j)]]
      x <- as.numeric(both[[1]])
      y <- as.numeric(both[[2]])
      if (method == "spearman") {
        x <- rank(x)
        y <- rank(y)
      }
      test <- cor.test(x, y)
      under <- setNames(c(test$estimate, test$p.value, nrow(both)), rep(variables[j], 3))
      for (k in 1:3) {
        found <- rbind(found, numbers_of(paste0(labels[i], c("", ", p", ", n")[k]), under[k]))
      }
    }
  }
  if (length(vif)) {
    x <- matrix_of(rows, vif)
    factors <- diag(solve(cor(x[complete.cases(x), , drop = FALSE])))
    for (k in seq_along(vif)) {
      found <- rbind(found, numbers_of(labels[match(vif[k], variables)], c(vif = factors[[k]])))
    }
  }
  found
}

group_means <- function(panel, first, last, variables, labels, grouping, groups, equal) {
  rows <- rows_of_years(panel, first, last)
  found <- NULL
  for (place in seq_along(variables)) {
    values <- as.numeric(rows[[variables[place]]])
    of <- lapply(groups, function(one) values[which(rows[[grouping]] == one & !is.na(values))])
    test <- t.test(of[[1]], of[[2]], var.equal = equal)
    made <- c(n_first = length(of[[1]]), mean_first = mean(of[[1]]), n_second = length(of[[2]]),
              mean_second = mean(of[[2]]), difference = mean(of[[1]]) - mean(of[[2]]),
              statistic = test$statistic[[1]], df = test$parameter[[1]], p_value = test$p.value)
    found <- rbind(found, numbers_of(labels[place], made))
  }
  found
}

# What each regressor adds to R², weighed over all subsets of the others by how many orders begin so.
shapley <- function(panel, first, last, outcome, regressors, labels, effects) {
  rows <- listed(rows_of_years(panel, first, last), c(outcome, regressors), TRUE)
  y <- without_effects(matrix_of(rows, outcome), rows, effects)
  x <- without_effects(matrix_of(rows, regressors), rows, effects)
  x <- x %*% diag(1 / sqrt(colSums(x^2)), ncol(x))
  k <- ncol(x)
  inside <- function(subset) which(bitwAnd(subset, 2^(seq_len(k) - 1)) > 0)
  r2 <- vapply(0:(2^k - 1), function(subset) {
    if (!subset) return(0)
    1 - sum(qr.resid(qr(x[, inside(subset), drop = FALSE], tol = 1e-9), y)^2) / sum(y^2)
  }, 0)
  parts <- vapply(seq_len(k), function(j) {
    others <- Filter(function(subset) !bitwAnd(subset, 2^(j - 1)), 0:(2^k - 1))
    sum(vapply(others, function(subset) {
      n <- length(inside(subset))
      (r2[subset + 2^(j - 1) + 1] - r2[subset + 1]) * exp(lfactorial(n) + lfactorial(k - n - 1) - lfactorial(k))
    }, 0))
  }, 0)
  do.call(rbind, lapply(seq_len(k), function(j) {
    numbers_of(labels[j], c(r2_part = parts[j], r2_part_share = parts[j] / r2[2^k]))
  }))
}
