// Command mutate measures the tests: it breaks the machine on purpose, in one
// place at a time, and counts how many of the broken machines the tests catch.
//
//	go run ./core/mutate -n 200          a sample, drawn by -seed (printed)
//	go run ./core/mutate -all            every mutant; takes an hour
//	go run ./core/mutate -only core/retry.go,core/user.go:16
//
// Mutants that compile together are built into one program, which is told which
// of them to be; the others are built one by one. A mutant is killed when a test of its own package, of core or of core/port
// fails, or takes more than ten times as long as without the mutant. Those that
// survive are printed with what was changed: either a test is missing, or the
// change makes no difference. It exits with 1 when the score is below -min.
package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/signal"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
)

// rooms are what is broken: the machine and its leaves.
var rooms = []string{"core", "core/backoff", "core/breaker", "core/budget", "core/dump", "core/heartbeat", "core/queue", "core/tick"}

// above are the tests that see what a room does wrong. Exploring takes longest,
// and all the others catch most.
var above = []suite{{"core", "-test.skip=^TestExhaustive$"}, {"core/port", ""},
	{"core", "-test.run=^TestExhaustive$ -depth=4"}, {"core", "-test.run=^TestExhaustive$"}}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	n := flag.Int("n", 60, "how many mutants to try")
	all := flag.Bool("all", false, "try every mutant")
	seed := flag.Uint64("seed", uint64(time.Now().Unix()), "which mutants are drawn")
	only := flag.String("only", "", "try the mutants of these files or file:line only, comma-separated")
	parallel := flag.Int("parallel", 2, "how many mutants to try at once")
	least := flag.Float64("min", 0, "the least score, in percent, to exit with 0")
	flag.Parse()
	if *n < 1 || *parallel < 1 {
		return fmt.Errorf("-n is %d and -parallel %d; they must be at least 1", *n, *parallel)
	}

	mutants, err := find()
	if err != nil {
		return err
	}
	chosen := choose(mutants, *only, *all, *n, *seed)
	fmt.Printf("%d of %d mutants, seed %d\n", len(chosen), len(mutants), *seed)

	scratch, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	root, err := os.Getwd()
	if err != nil {
		return err
	}
	j := &judge{root, scratch, map[string]string{}, map[suite]time.Duration{}}
	suites := slices.Clone(above)
	for _, i := range chosen {
		if own := suitesOf(mutants[i])[0]; !slices.Contains(suites, own) {
			suites = append(suites, own)
		}
	}
	if err := j.prepare(ctx, mutants, suites); err != nil {
		return err
	}
	count, err := try(ctx, j, mutants, chosen, *parallel)
	if err != nil {
		return err
	}
	caught := count[killed] + count[timedOut]
	valid := caught + count[survived]
	score := 100 * float64(caught) / float64(max(valid, 1))
	fmt.Printf("%d killed, %d timed out, %d survived, %d did not compile: score %.1f %% of %d\n",
		count[killed], count[timedOut], count[survived], count[invalid], score, valid)
	if score < *least {
		return fmt.Errorf("the score is below %.1f %%", *least)
	}
	return nil
}

// choose returns the numbers of the mutants to try.
func choose(mutants []mutant, only string, all bool, n int, seed uint64) (chosen []int) {
	wanted := strings.Split(only, ",")
	for i, m := range mutants {
		if only == "" || slices.Contains(wanted, m.file) || slices.Contains(wanted, fmt.Sprintf("%s:%d", m.file, m.line)) {
			chosen = append(chosen, i)
		}
	}
	if all || only != "" {
		return chosen
	}
	dice := rand.New(rand.NewPCG(seed, 0))
	dice.Shuffle(len(chosen), func(i, j int) { chosen[i], chosen[j] = chosen[j], chosen[i] })
	return chosen[:min(n, len(chosen))]
}

// try judges mutants, some at once, and prints each verdict.
func try(ctx context.Context, j *judge, mutants []mutant, chosen []int, parallel int) (map[verdict]int, error) {
	var (
		mu    sync.Mutex
		wg    sync.WaitGroup
		first error
		count = map[verdict]int{}
		next  = make(chan int)
	)
	for range parallel {
		wg.Go(func() {
			for i := range next {
				m := mutants[i]
				v, by, err := j.judge(ctx, i+1, m, suitesOf(m))
				mu.Lock()
				if err != nil && first == nil {
					first = err
				}
				count[v]++
				fmt.Printf("%-9s %v", v, m)
				if by != "" {
					fmt.Printf("  [%s]", by)
				}
				fmt.Println()
				mu.Unlock()
			}
		})
	}
	for _, i := range chosen {
		if ctx.Err() != nil {
			break
		}
		next <- i
	}
	close(next)
	wg.Wait()
	return count, first
}

// suitesOf lists whose tests may catch a mutant, nearest first.
func suitesOf(m mutant) []suite {
	own := suite{pkg: path.Dir(m.file)}
	if own.pkg == "core" {
		return above
	}
	return append([]suite{own}, above...)
}
