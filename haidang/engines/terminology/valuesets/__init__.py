"""Value sets: what they say (`definitions`), as SQL (`compiling`), their codes, and who belongs."""
