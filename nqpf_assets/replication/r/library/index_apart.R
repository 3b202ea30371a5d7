# An index made again from its indicators: weights and scores; who is kept from the best; places without each.
# Base R only.

read_indicators <- function(path) read_panel(path)

# What is better is larger: distance from the worst over the range, of all years or of one; over the root of
# the sum of squares; in standard deviations from the mean.
comparable <- function(values, directions, periods, how) {
  turned <- sweep(values, 2, directions, "*")
  if (how$normalise == "z_score") return(scale(turned))
  if (how$normalise == "vector") {
    z <- sweep(values, 2, sqrt(colSums(values^2)), "/")
    z[, directions < 0] <- 1 - z[, directions < 0]
    return(z)
  }
  rows <- if (is.null(how$base_year)) rep(TRUE, length(periods)) else periods == how$base_year
  low <- apply(turned[rows, , drop = FALSE], 2, min)
  range <- apply(turned[rows, , drop = FALSE], 2, max) - low
  sweep(sweep(turned, 2, low), 2, range, "/")
}

# Entropies of the rows of each year or of all, beside the weights that they give.
entropy_again <- function(z, pool) {
  made <- lapply(seq_len(max(pool)), function(one) {
    part <- z[pool == one, , drop = FALSE]
    share <- sweep(part, 2, colSums(part), "/")
    -colSums(ifelse(share > 0, share * log(share), 0)) / log(nrow(part))
  })
  entropy <- do.call(rbind, made)
  list(entropy = entropy, weights = (1 - entropy) / rowSums(1 - entropy))
}

weights_again <- function(values, z, how) {
  parts <- switch(how$method,
    equal_weights = {
      alike <- rep(1, ncol(z))
      if (how$by == "dimensions") 1 / ave(alike, how$dimensions, FUN = sum) else alike
    },
    given_weights = how$given,
    coefficient_of_variation = {
      x <- if (how$of_values) values else z
      apply(x, 2, sd) / colMeans(x)
    },
    critic = apply(z, 2, sd) * pmax(rowSums(1 - cor(z)), 0))
  matrix(parts / sum(parts), 1)
}

index_again <- function(values, directions, periods, how) {
  z <- comparable(values, directions, periods, how)
  pool <- if (how$by_period) match(periods, sort(unique(periods))) else rep(1, nrow(z))
  made <- if (how$method == "entropy") entropy_again(z + how$shift, pool) else
    list(weights = weights_again(values, z, how))
  z <- z + how$shift
  own <- made$weights[pool, , drop = FALSE]
  scores <- switch(how$aggregate,
    arithmetic = rowSums(own * z),
    geometric = exp(rowSums(own * log(z))),
    topsis = {
      v <- own * z
      from <- function(end) sqrt(rowSums(sweep(v, 2, apply(v, 2, end))^2))
      from(min) / (from(min) + from(max))
    })
  c(made, list(z = z, own = own, scores = scores, pool = pool))
}

# The same without an indicator.
without_one <- function(how, j) {
  for (key in c("given", "dimensions")) if (!is.null(how[[key]])) how[[key]] <- how[[key]][-j]
  how
}

index_scores <- function(indicators, names, directions, how) {
  cells <- read_indicators(indicators)
  made <- index_again(matrix_of(cells, names), directions, cells$period, how)
  years <- if (how$by_period) paste("", sort(unique(cells$period))) else ""
  printed <- lapply(seq_along(years), function(one) {
    numbers <- list(weight = made$weights[one, ], entropy = made$entropy[one, ])
    numbers <- numbers[lengths(numbers) > 0]
    do.call(rbind, lapply(seq_along(names), function(j) {
      numbers_of(paste0(names[j], years[one]), vapply(numbers, function(n) n[[j]], 0))
    }))
  })
  units <- paste(cells$unit, cells$period)
  of_dimensions <- lapply(unique(how$dimensions), function(one) {
    part <- (made$own * made$z)[, how$dimensions == one, drop = FALSE]
    points_of(paste("dimension", one), list(score = rowSums(part)), units)
  })
  do.call(rbind, c(printed, list(points_of("score", list(score = made$scores), units)), of_dimensions))
}

# Thomas, Wang and Fan (2001), over pairs of levels.
education_gini <- function(indicators, names, years, is_equity) {
  cells <- read_indicators(indicators)
  p <- matrix_of(cells, names)
  p <- p / rowSums(p)
  gini <- vapply(seq_len(nrow(p)), function(i) {
    sum(outer(p[i, ], p[i, ]) * abs(outer(years, years, "-"))) / 2 / sum(p[i, ] * years)
  }, 0)
  points_of("score", list(score = if (is_equity) 1 - gini else gini), paste(cells$unit, cells$period))
}

obstacle_degree <- function(first, last, indicators, names, directions, how, rows) {
  cells <- read_indicators(indicators)
  made <- index_again(matrix_of(cells, names), directions, cells$period, how)
  behind <- made$own * sweep(-made$z, 2, apply(made$z, 2, max), "+")
  degrees <- behind / rowSums(behind)
  keep <- cells$period >= first & cells$period <= last & rowSums(behind) > 0
  of_parts <- function(parts) {
    labels <- unique(parts)
    sums <- sapply(labels, function(one) rowSums(degrees[keep, parts == one, drop = FALSE]))
    matrix(sums, ncol = length(labels), dimnames = list(NULL, labels))
  }
  all <- list(indicator = of_parts(names), dimension = of_parts(how$dimensions))
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

rank_stability <- function(first, last, indicators, names, directions, how) {
  cells <- read_indicators(indicators)
  values <- matrix_of(cells, names)
  whole <- index_again(values, directions, cells$period, how)$scores
  keep <- cells$period >= first & cells$period <= last
  periods <- cells$period[keep]
  places <- function(scores) ave(-scores, periods, FUN = function(s) rank(s, ties.method = "min"))
  found <- lapply(seq_along(names), function(j) {
    left <- index_again(values[, -j, drop = FALSE], directions[-j], cells$period, without_one(how, j))$scores
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
