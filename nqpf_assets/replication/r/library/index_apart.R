# An index taken apart into its indicators: made again, who is kept from the best, and places without each.
# Base R only.

read_indicators <- function(path) read_panel(path)

# Distance from the worst over the range; weights by entropy, of all rows or of each year, or all the same.
index_again <- function(values, directions, periods, method, shift, by_period) {
  low <- apply(values, 2, min)
  range <- apply(values, 2, max) - low
  z <- sweep(sweep(values, 2, low), 2, range, "/")
  z[, directions < 0] <- 1 - z[, directions < 0]
  z <- z + shift
  pool <- if (by_period) match(periods, sort(unique(periods))) else rep(1, nrow(z))
  weights <- matrix(1 / ncol(z), max(pool), ncol(z))
  if (method == "entropy") for (one in seq_len(max(pool))) {
    part <- z[pool == one, , drop = FALSE]
    share <- sweep(part, 2, colSums(part), "/")
    entropy <- -colSums(ifelse(share > 0, share * log(share), 0)) / log(nrow(part))
    weights[one, ] <- (1 - entropy) / sum(1 - entropy)
  }
  own <- weights[pool, , drop = FALSE]
  list(z = z, weights = own, scores = rowSums(own * z))
}

obstacle_degree <- function(first, last, indicators, names, directions, method, shift, by_period,
                            dimensions, rows) {
  cells <- read_indicators(indicators)
  made <- index_again(matrix_of(cells, names), directions, cells$period, method, shift, by_period)
  behind <- made$weights * sweep(-made$z, 2, apply(made$z, 2, max), "+")
  degrees <- behind / rowSums(behind)
  keep <- cells$period >= first & cells$period <= last & rowSums(behind) > 0
  of_parts <- function(parts) {
    labels <- unique(parts)
    sums <- sapply(labels, function(one) rowSums(degrees[keep, parts == one, drop = FALSE]))
    matrix(sums, ncol = length(labels), dimnames = list(NULL, labels))
  }
  all <- list(indicator = of_parts(names), dimension = of_parts(dimensions))
  periods <- cells$period[keep]
  shown <- all[[if (rows == "indicators") "indicator" else "dimension"]]
  largest <- shown == do.call(pmax, as.data.frame(shown))
  at <- function(year) colMeans(shown[periods == year, , drop = FALSE])
  printed <- lapply(seq_len(ncol(shown)), function(j) {
    numbers_of(colnames(shown)[j], c(
      obstacle_degree = mean(shown[, j]), obstacle_degree_first = at(min(periods))[[j]],
      obstacle_degree_last = at(max(periods))[[j]], n_largest = sum(largest[, j])))
  })
  units <- paste(cells$unit[keep], periods)
  of_units <- lapply(names(all), function(kind) lapply(colnames(all[[kind]]), function(one) {
    points_of(paste(kind, one), list(obstacle_degree = all[[kind]][, one]), units)
  }))
  do.call(rbind, c(printed, unlist(of_units, recursive = FALSE)))
}

rank_stability <- function(first, last, indicators, names, directions, method, shift, by_period) {
  cells <- read_indicators(indicators)
  values <- matrix_of(cells, names)
  whole <- index_again(values, directions, cells$period, method, shift, by_period)$scores
  keep <- cells$period >= first & cells$period <= last
  periods <- cells$period[keep]
  places <- function(scores) ave(-scores, periods, FUN = function(s) rank(s, ties.method = "min"))
  found <- lapply(seq_along(names), function(j) {
    left <- index_again(values[, -j, drop = FALSE], directions[-j], cells$period, method, shift,
                        by_period)$scores
    before <- places(whole[keep])
    without <- places(left[keep])
    moved <- abs(without - before)
    rho <- vapply(split(seq_along(periods), periods), function(at) {
      suppressWarnings(cor(rank(whole[keep][at]), rank(left[keep][at])))
    }, 0)
    rho <- rho[is.finite(rho)]
    rbind(numbers_of(names[j], c(
      spearman = if (length(rho)) mean(rho) else NA, spearman_lowest = if (length(rho)) min(rho) else NA,
      mean_rank_change = mean(moved), largest_rank_change = max(moved), n_changed = sum(moved > 0))),
      points_of(paste("without", names[j]), list(rank_all = before, rank_without = without),
                paste(cells$unit[keep], periods)))
  })
  do.call(rbind, found)
}
