-- What should a careful reader know before believing a number?
-- Warnings of reading and of the audit, errors first.
SELECT severity, code, file, place, expected, found, remedy
FROM audit.finding
ORDER BY severity, code, file, place
