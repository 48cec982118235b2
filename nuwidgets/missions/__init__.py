"""What differs between missions: names of files, channels and energies, default regions."""
