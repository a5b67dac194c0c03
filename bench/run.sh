#!/bin/sh
# What ./dev bench calls once everything is built.
exec python3 -B "$(dirname "$0")/bench.py" "$@"
