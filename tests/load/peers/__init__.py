"""Servers that send what anybody says to all others, each as its own manual does it."""
