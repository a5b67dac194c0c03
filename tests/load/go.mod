module pratique.dev/tests/load

go 1.23
