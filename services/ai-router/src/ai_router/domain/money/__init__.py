"""What answers cost: questions on the ledger, their sums by day, and what a business may still spend."""
