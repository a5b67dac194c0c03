// Load is what an API server's webhook clients and some strangers do to `pratique serve`, while
// something happens to it: ./dev faults, ./dev soak, ./dev bench sieges. It needs nothing but Go's standard library.
package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

func fatal(err error) {
	fmt.Fprintf(os.Stderr, "load: %v\n", err)
	os.Exit(2)
}

func main() {
	flag.StringVar(&program, "pratique", "build/pratique", "the program under test")
	flag.StringVar(&sources, "sources", ".", "the root of its sources")
	times := flag.Int("times", 0, "how often each fault happens (0: as its table says)")
	timings := flag.Bool("timings", false, "have sieges fail when a good client waits too long")
	seconds := flag.Int("seconds", 3600, "how long soak takes")
	flag.Usage = usage
	flag.Parse()
	passed, failed := 0, 0
	count := func(fine bool) {
		if fine {
			passed++
		} else {
			failed++
		}
	}
	switch name := flag.Arg(0); name {
	case "faults":
		for _, f := range chosen(flag.Args()[1:]) {
			count(tell(&f, *times))
		}
		if flag.NArg() == 1 {
			besiege(*timings, count)
		}
	case "sieges":
		besiege(*timings, count)
	case "attack":
		number, err := strconv.Atoi(flag.Arg(2))
		if err != nil {
			usage()
			os.Exit(2)
		}
		startAttack(flag.Arg(1), number, flag.Args()[3:]...)
		select {}
	case "client":
		client(flag.Arg(1), flag.Arg(2), time.Duration(*seconds)*time.Second)
		return
	case "soak":
		count(soak(time.Duration(*seconds) * time.Second))
	default:
		usage()
		os.Exit(2)
	}
	fmt.Printf("%d passed, %d failed\n", passed, failed)
	if failed > 0 {
		os.Exit(1)
	}
}

func usage() {
	var names []string
	for _, f := range faults {
		names = append(names, f.name)
	}
	fmt.Fprintf(os.Stderr, "usage: load [OPTION...] faults [NAME...] | sieges | soak\n\nfaults: %s\n\noptions:\n", strings.Join(names, ", "))
	flag.PrintDefaults()
}

func besiege(timings bool, count func(fine bool)) {
	for _, s := range sieges {
		fine, err := s.run(timings)
		if err != nil {
			fmt.Printf("%s: %v\n", s.name, err)
		}
		count(fine && err == nil)
	}
}

// chosen are the faults of these names; all without one.
func chosen(names []string) []fault {
	var list []fault
	for _, f := range faults {
		if len(names) == 0 || slices.Contains(names, f.name) {
			list = append(list, f)
		}
	}
	if len(names) > len(list) {
		usage()
		os.Exit(2)
	}
	return list
}

// tell runs one fault, prints what came of it and says whether all was well.
func tell(f *fault, times int) bool {
	if times == 0 || f.once {
		times = f.times
	}
	started := time.Now()
	failures, l, err := f.run(times)
	verdict := "ok"
	if err != nil || len(failures) > 0 {
		verdict = "FAILED"
	}
	if l != nil {
		fmt.Printf("%-20s %-6s %d times, %d calls, %d handshakes, %d failed; p50 %v, p99 %v; %v\n", f.name, verdict, times,
			l.calls.Load(), l.handshakes.Load(), len(failures), l.quantile(0.5).Round(time.Microsecond),
			l.quantile(0.99).Round(time.Microsecond), time.Since(started).Round(time.Second))
	}
	for _, failure := range failures[:min(len(failures), failuresShown)] {
		fmt.Printf("  %s\n", failure)
	}
	if err != nil {
		fmt.Printf("%s: %v\n", f.name, err)
	}
	return verdict == "ok"
}
