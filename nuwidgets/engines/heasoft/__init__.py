"""The engine that runs HEASoft's tasks through heasoftpy, each in processes of its own."""
