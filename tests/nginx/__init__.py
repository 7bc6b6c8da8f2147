"""ops/nginx.conf, started as it is before two web processes."""
