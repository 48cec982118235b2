"""What we speak about: one file, one noun, its request and its product together."""
