"""Looking at the machines' kernels over SSH, and rebooting what is behind."""
