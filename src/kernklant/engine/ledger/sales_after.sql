-- How many sales lines lie after a day, and on which day the last of them.
SELECT count(*) AS lines, max(date) AS last_day
FROM sales
WHERE date > $day
