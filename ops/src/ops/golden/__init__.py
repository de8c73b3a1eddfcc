"""Golden conversations: recorded ones without their personal data, whose every word is held from then on."""
