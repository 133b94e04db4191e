-- First and last day with a sales line.
SELECT min(date) AS first_day, max(date) AS last_day
FROM sales
WHERE date <= $as_of
