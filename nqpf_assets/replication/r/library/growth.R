# Levels of some series of one region, which are handed over cell by cell, and their compound growth a year
# from the first to the last year of the table; none where one of the two is missing or not positive.

growth_table <- function(levels, first, last) {
  cells <- read.csv(levels, encoding = "UTF-8", na.strings = "",
                    colClasses = c(label = "character"))
  found <- lapply(split(cells, cells$row_position), function(row) {
    at <- function(year) row$value[match(year, row$period)]
    ends <- c(at(first), at(last))
    made <- setNames(row$value, row$period)
    if (all(!is.na(ends) & ends > 0)) {
      made <- c(made, annual_growth = 100 * ((ends[2] / ends[1])^(1 / (last - first)) - 1))
    }
    numbers_of(row$label[1], made)
  })
  do.call(rbind, found)
}
