# Moran's I, Geary's C and local Moran's I year by year, with weights that are handed over. P-values by random
# maps are those of one run of random numbers: they are left out, and what follows from the published ones
# (adjusted p-values, counts of significant units) is made of these. Base R only.

# Weights among some units alone, scaled again, as each of them counts its own neighbours.
weights_among <- function(w, units, scaling) {
  w <- w[units, units, drop = FALSE]
  if (scaling == "row") {
    sums <- rowSums(w)
    w <- w / ifelse(sums > 0, sums, 1)
  }
  if (scaling == "spectral") w <- w / max(Mod(eigen(w, only.values = TRUE)$values))
  w
}

# Cliff and Ord (1981): expectation and variance where the values fall on units at random; n without units
# that have no neighbour, or with them.
moran_of_map <- function(x, w, counts_islands) {
  n <- if (counts_islands) length(x) else sum(rowSums(w != 0) > 0)
  z <- (x - mean(x)) / sd(x)
  s0 <- sum(w)
  s1 <- sum((w + t(w))^2) / 2
  s2 <- sum((rowSums(w) + colSums(w))^2)
  i <- n / s0 * sum(w * outer(z, z)) / sum(z^2)
  b2 <- mean(z^4) / mean(z^2)^2
  expected <- -1 / (n - 1)
  square <- (n * ((n^2 - 3 * n + 3) * s1 - n * s2 + 3 * s0^2) -
               b2 * ((n^2 - n) * s1 - 2 * n * s2 + 6 * s0^2)) / ((n - 1) * (n - 2) * (n - 3) * s0^2)
  variance <- square - expected^2
  c(n_units = length(x), moran = i, moran_z = if (variance > 0) (i - expected) / sqrt(variance) else NA,
    geary = (length(x) - 1) * sum(w * outer(z, z, "-")^2) / (2 * s0 * sum(z^2)))
}

# Local statistics of units with neighbours; quadrants are counted as in a plane: HH, LH, LL, HL.
local_of_map <- function(x, w, units, year) {
  has <- rowSums(w != 0) > 0
  gap <- x - mean(x)
  lag <- drop(w %*% gap)
  quadrant <- ifelse(lag > 0, ifelse(gap > 0, 1, 2), ifelse(gap > 0, 4, 3))
  made <- list(value = x, local_moran = gap * lag / mean(gap^2), spatial_lag = lag, quadrant = quadrant)
  for (name in names(made)[-1]) made[[name]][!has] <- NA
  made
}

spatial_autocorrelation <- function(panel, first, last, variable, needed, weights, scaling, islands,
                                    local_p = NULL, rate = NULL) {
  rows <- rows_of_years(panel, first, last)
  rows <- rows[complete.cases(rows[, needed, drop = FALSE]), , drop = FALSE]
  years <- sort(unique(rows$period))
  all_weights <- read_weights(weights, unique(rows$unit), years)
  p <- if (!is.null(local_p)) read.csv(local_p, colClasses = c(unit = "character"))
  found <- lapply(years, function(year) {
    map <- rows[rows$period == year, , drop = FALSE]
    x <- as.numeric(map[[variable]])
    w <- weights_among(of_year(all_weights, match(year, years)), map$unit, scaling)
    made <- moran_of_map(x, w, islands == "counted")
    if (is.null(p)) return(numbers_of(year, made))
    local <- local_of_map(x, w, map$unit, year)
    own <- p$p_value[match(paste(map$unit, year), paste(p$unit, p$period))]
    local$p_adjusted <- p.adjust(own, "BH")
    # What is at the rate is significant, on whichever side of it rounding leaves it.
    local$is_significant <- 1 * (!is.na(local$p_adjusted) & local$p_adjusted <= rate * (1 + 1e-12))
    in_quadrant <- function(one) sum(local$is_significant == 1 & local$quadrant %in% one)
    made <- c(made, high_high = in_quadrant(1), low_low = in_quadrant(3), high_low = in_quadrant(4),
              low_high = in_quadrant(2))
    rbind(numbers_of(year, made), points_of(paste("local", year), local, map$unit))
  })
  do.call(rbind, found)
}
