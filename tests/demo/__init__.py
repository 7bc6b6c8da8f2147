"""Tests of the demo hall and its crowd."""
