"""What goes over the wire between the hub and its clients; pure."""
