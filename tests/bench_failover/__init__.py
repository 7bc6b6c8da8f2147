"""What a primary that dies costs: `make bench-failover`."""
