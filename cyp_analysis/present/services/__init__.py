"""Services month by month: their pages, flows, sums, placements, audits and targets."""
