/* One row per customer, as last told: of every column the newest known value. */
/* Newest by the day it counts from (rows without one come first), then by import; the row key */
/* settles what is left, so that the answer never depends on the order of rows. */
/* What counts from a later day than today is not told yet, but who it is of is a customer. */
WITH told AS (
  SELECT
    *,
    CASE
      WHEN COALESCE(valid_from, CAST('1800-01-01' AS DATE)) <= CAST('2024-02-29' AS DATE)
      THEN ROW_NUMBER() OVER (
        PARTITION BY customer
        ORDER BY COALESCE(valid_from, CAST('1800-01-01' AS DATE)) NULLS LAST, import_no NULLS LAST, row_key NULLS LAST
      )
    END AS place
  FROM customers
)
SELECT
  customer,
  MAX(source) AS source,
  MAX(source_no) AS source_no,
  MAX_BY(name, CASE WHEN NOT name IS NULL THEN place END) AS name,
  MAX_BY(kind, CASE WHEN NOT kind IS NULL THEN place END) AS kind,
  MAX_BY(prospect, CASE WHEN NOT prospect IS NULL THEN place END) AS prospect,
  MAX_BY(legal_form, CASE WHEN NOT legal_form IS NULL THEN place END) AS legal_form,
  MAX_BY(group_customer, CASE WHEN NOT group_customer IS NULL THEN place END) AS group_customer,
  MAX_BY(sector, CASE WHEN NOT sector IS NULL THEN place END) AS sector,
  MAX_BY(employees, CASE WHEN NOT employees IS NULL THEN place END) AS employees,
  MAX_BY(revenue_known, CASE WHEN NOT revenue_known IS NULL THEN place END) AS revenue_known,
  MAX_BY(region, CASE WHEN NOT region IS NULL THEN place END) AS region,
  MAX_BY(postcode, CASE WHEN NOT postcode IS NULL THEN place END) AS postcode,
  MAX_BY(city, CASE WHEN NOT city IS NULL THEN place END) AS city,
  MAX_BY(country, CASE WHEN NOT country IS NULL THEN place END) AS country,
  MAX_BY(email, CASE WHEN NOT email IS NULL THEN place END) AS email,
  MAX_BY(phone, CASE WHEN NOT phone IS NULL THEN place END) AS phone,
  MAX_BY(vat_no, CASE WHEN NOT vat_no IS NULL THEN place END) AS vat_no,
  MAX_BY(coc_no, CASE WHEN NOT coc_no IS NULL THEN place END) AS coc_no,
  MAX_BY(iban, CASE WHEN NOT iban IS NULL THEN place END) AS iban,
  MAX_BY(acquired_on, CASE WHEN NOT acquired_on IS NULL THEN place END) AS acquired_on,
  MAX_BY(referred_by, CASE WHEN NOT referred_by IS NULL THEN place END) AS referred_by,
  MAX_BY(manager, CASE WHEN NOT manager IS NULL THEN place END) AS manager,
  MAX_BY(insolvent_on, CASE WHEN NOT insolvent_on IS NULL THEN place END) AS insolvent_on,
  MAX_BY(language, CASE WHEN NOT language IS NULL THEN place END) AS language,
  MAX_BY(consent, CASE WHEN NOT consent IS NULL THEN place END) AS consent,
  MAX_BY(active_until, CASE WHEN NOT active_until IS NULL THEN place END) AS active_until,
  MAX_BY(valid_from, CASE WHEN NOT valid_from IS NULL THEN place END) AS valid_from
FROM told
GROUP BY
  customer
ORDER BY
  customer NULLS LAST
