"""The area beside others: comparators, profiles of many indicators, what stands out."""
