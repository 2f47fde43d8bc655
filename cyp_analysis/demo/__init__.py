"""The illustrative authority: invented figures of invented places, written as publishers write
their files, so that the loaders, the build and every chapter can be seen at work."""
