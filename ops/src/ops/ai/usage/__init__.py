"""`bellhop ai usage`: what AI has cost, from several sides, and what budgets leave."""
