"""Route 53: the public DNS of this world, and the records that are refused."""
