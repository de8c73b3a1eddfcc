"""What the scheduler does with each event it takes, and when a timer is due."""
