"""Charts as Vega-Lite specifications, drawn to SVG."""
