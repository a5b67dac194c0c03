#!/usr/bin/env python3
"""Makes a file a C string: tools/embed.py NAME FILE >source.c"""
import sys

name, path = sys.argv[1:]
print("/* Made by tools/embed.py. */")
print(f"extern const char {name}[];")
print(f"const char {name}[] =")
with open(path, encoding="ascii") as file:
    for line in file:
        text = line.rstrip("\n").replace("\\", "\\\\").replace('"', '\\"')
        print(f'\t"{text}\\n"')
print(";")
