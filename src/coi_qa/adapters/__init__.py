"""Everything that touches a machine, one file each."""
