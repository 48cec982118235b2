"""STAND-IN tasks: they speak, read and write as HEASoft's tasks do, and are none of them."""
