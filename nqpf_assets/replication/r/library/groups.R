# Two groups in one regression in which everything has a coefficient of its own in each; the difference is
# the first group's minus the second's.

group_difference <- function(rows, outcome, terms, tested, grouping, groups, effects, vcov, by,
                             small_sample) {
  rows <- do.call(rbind, lapply(groups, function(one) {
    without_single(rows[rows[[grouping]] == one, , drop = FALSE], effects)
  }))
  alone <- lapply(groups, function(one) {
    two_way_fe(rows[rows[[grouping]] == one, , drop = FALSE], outcome, terms, effects, vcov, by,
               small_sample)
  })
  both <- rows
  side <- both[[grouping]]
  columns <- character(0)
  for (place in 1:2) {
    for (name in terms) {
      column <- paste0(name, "@", place)
      both[[column]] <- ifelse(side == groups[place], both[[name]], 0)
      columns <- c(columns, column)
    }
  }
  keys <- both # clusters are those of the data, effects are each group's own
  keys$period <- paste(both$period, side)
  keys$unit <- paste(both$unit, side)
  if (!length(effects)) { # a constant of each group is an effect of two periods
    keys$period <- side
    keys$unit <- seq_len(nrow(keys))
    effects <- "period"
  }
  for (one in by) keys[[paste0("cluster_", one)]] <- both[[one]]
  for (name in columns) keys[[name]] <- both[[name]]
  fit <- two_way_fe(keys, outcome, columns, effects, vcov, paste0("cluster_", by), small_sample)
  found <- lapply(tested, function(name) {
    places <- match(paste0(name, "@", 1:2), fit$terms$term)
    if (anyNA(places)) return(NULL)
    contrast <- c(1, -1)
    data.frame(term = name, estimate = sum(contrast * fit$terms$estimate[places]),
               std_error = sqrt(drop(contrast %*% fit$vcov[places, places] %*% contrast)))
  })
  effects_found <- lapply(1:2, function(place) {
    own <- alone[[place]]$terms
    own <- own[own$term %in% tested, ]
    data.frame(effect = groups[place], own)
  })
  list(terms = do.call(rbind, found), effects = do.call(rbind, effects_found), n = nrow(rows))
}
