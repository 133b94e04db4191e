/* One row per customer who answered the recommendation question (0 to 10) until the as-of day: of */
/* each person the newest answer. Who does not say who he is counts as one person of his customer. */
WITH asked AS (
  SELECT
    customer,
    COALESCE(contact, '') AS person,
    score,
    ROW_NUMBER() OVER (
      PARTITION BY customer, COALESCE(contact, '')
      ORDER BY date DESC, import_no DESC, row_key DESC
    ) AS place
  FROM feedback
  WHERE
    question = 'nps'
    AND date <= CAST('2024-02-29' AS DATE)
    AND score >= 0
    AND score <= 10
    AND COALESCE(scale_low, 0) = 0
    AND COALESCE(scale_high, 10) = 10
)
SELECT
  customer,
  COUNT(*) AS answers,
  CAST(SUM(score) AS DECIMAL(28, 6)) AS total,
  CAST(SUM(CASE WHEN score >= 9 THEN 1 ELSE 0 END) AS BIGINT) AS promoters,
  CAST(SUM(CASE WHEN score < 7 THEN 1 ELSE 0 END) AS BIGINT) AS detractors
FROM asked
WHERE
  place = 1
GROUP BY
  customer
ORDER BY
  customer NULLS LAST
