"""What `bellhop doctor` looks at: one module per organ. Every check is quick and changes nothing."""
