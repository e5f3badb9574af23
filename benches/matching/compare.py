#!/usr/bin/env python3
"""Duet's solvers beside scipy and OR-tools: the same instances, in turn, in one run; prints the ratios.

    python3 -m venv .venv && .venv/bin/pip install numpy scipy ortools
    .venv/bin/python benches/matching/compare.py [--small] [--times N]

Every instance is drawn from a committed seed. Times are medians; memory is the peak of a process of its own, less
what it has with the libraries loaded and no instance. The program stops where the costs are not equal.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve()


def uniform(rows, columns, seed):
    return np.random.default_rng(seed).integers(0, 1_000_000, (rows, columns), dtype=np.int32)


def pairing(rows, columns, seed, rounds=26):
    """What a company's costs are like: nearly all have never met (0), the others the dearer the less long ago."""
    rng = np.random.default_rng(seed)
    costs = np.zeros((rows, columns), dtype=np.int16)
    for ago in range(rounds, 0, -1):
        order = rng.permutation(rows)
        costs[order, np.arange(rows) % columns] = 1000 + 20 * (rounds - ago)
    return costs


def candidates(rows, columns, each, seed):
    """Each row may have so many columns; one of them makes sure that everybody finds one."""
    rng = np.random.default_rng(seed)
    sure = rng.permutation(columns)[:rows]
    places = np.empty((rows, each), dtype=np.int32)
    for row in range(rows):
        own = rng.choice(columns, each, replace=False, shuffle=False)
        if sure[row] not in own:
            own[0] = sure[row]
        places[row] = own
    return places, rng.integers(0, 100_000, (rows, each), dtype=np.int32)


def duet(binary, kind, rows, columns, file):
    done = subprocess.run([binary, "solve", kind, str(rows), str(columns), file], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout)


def expanded(costs):
    """Every column as often as its seats: the share of each, and one more that costs more than everything else."""
    rows, columns = costs.shape
    share, more = divmod(rows, columns)
    slots = np.repeat(np.arange(columns), share + (more > 0))
    wide = costs[:, slots].astype(np.float64)
    if more:
        wide[:, share :: share + 1] += 1e9
    return wide, slots


def scipy_child(kind, file, rows, columns):
    """In a process of its own: what scipy takes for it."""
    from scipy.optimize import linear_sum_assignment

    linear_sum_assignment(np.zeros((2, 2)))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    dtype = np.int16 if kind == "table" else np.int32
    costs = np.fromfile(file, dtype=dtype).reshape(rows, columns)
    wide, slots = expanded(costs)
    begin = time.perf_counter()
    one, other = linear_sum_assignment(wide)
    took = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(json.dumps({"cost": int(costs[one, slots[other]].sum()), "ms": took * 1000, "peak_kb": peak}))


def ortools_child(file, rows, columns):
    from ortools.graph.python import linear_sum_assignment

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    places, costs = np.fromfile(file, dtype=np.int32).reshape(2, rows, -1)
    one = np.repeat(np.arange(rows, dtype=np.int32), places.shape[1])
    begin = time.perf_counter()
    solver = linear_sum_assignment.SimpleLinearSumAssignment()
    solver.add_arcs_with_cost(one, places.ravel(), costs.ravel().astype(np.int64))
    status = solver.solve()
    took = time.perf_counter() - begin
    if status != solver.OPTIMAL:
        sys.exit("OR-tools found no assignment")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(json.dumps({"cost": solver.optimal_cost(), "ms": took * 1000, "peak_kb": peak}))


def child(*words):
    done = subprocess.run([sys.executable, str(HERE), *map(str, words)], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout)


def binary():
    """The benchmark, built as cargo builds it."""
    built = subprocess.run(
        ["cargo", "bench", "--bench", "matching", "--no-run", "--message-format=json"],
        capture_output=True, text=True, cwd=HERE.parents[2],
    )
    if built.returncode:
        sys.exit(built.stderr)
    for line in reversed(built.stdout.splitlines()):
        artifact = json.loads(line)
        if artifact.get("executable") and artifact["target"]["name"] == "matching":
            return artifact["executable"]
    sys.exit("cargo built no benchmark")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", action="store_true", help="a tenth of the people: only to see that it works")
    parser.add_argument("--times", type=int, default=5, help="how often each is run")
    parser.add_argument("--binary", help="a benchmark that is built already")
    options = parser.parse_args()
    program = options.binary or binary()
    part = 10 if options.small else 1
    instances = [
        ("dense, uniform", "dense", uniform(3000 // part, 3000 // part, 1), 0.5, None),
        ("dense, pairing", "table", pairing(3000 // part, 3000 // part, 2), 1.0, None),
        ("nothing but ties", "table", np.zeros((3000 // part, 3000 // part), dtype=np.int16), 1.0, None),
        ("balanced, pairing", "table", pairing(5000 // part, 1200 // part, 3), 0.15, 0.12),
        ("balanced, uniform", "dense", uniform(5000 // part, 1200 // part, 4), 0.15, None),
        ("20 candidates", "sparse", candidates(25_000 // part, 25_000 // part, 20, 5), 2.0, None),
    ]
    print("| instance | people | Duet ms | other ms | ratio | goal | memory: Duet MB | other MB | ratio | goal |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, kind, instance, time_goal, memory_goal) in enumerate(instances):
            file = str(Path(folder) / f"{number}.bin")
            if kind == "sparse":
                places, costs = instance
                np.concatenate([places.ravel(), costs.ravel()]).tofile(file)
                rows = columns = places.shape[0]
            else:
                instance.tofile(file)
                rows, columns = instance.shape
            ours, theirs = [], []
            for _ in range(options.times):
                ours.append(duet(program, kind, rows, columns, file))
                words = ("ortools", file, rows, columns) if kind == "sparse" else ("scipy", kind, file, rows, columns)
                theirs.append(child(*words))
                if ours[-1]["cost"] != theirs[-1]["cost"]:
                    sys.exit(f"{name}: Duet's plan costs {ours[-1]['cost']}, the other {theirs[-1]['cost']}")
            median = lambda runs, what: statistics.median(run[what] for run in runs)
            [own, other] = [median(runs, "ms") for runs in (ours, theirs)]
            [own_kb, other_kb] = [median(runs, "peak_kb") for runs in (ours, theirs)]
            # A library may have used more while it was loaded than it needs for this.
            memory = f"{own_kb / other_kb:.2f}" if other_kb >= 1024 else "–"
            print(
                f"| {name} | {rows} × {columns} | {own:.1f} | {other:.1f} | **{own / other:.2f}** | {time_goal} | "
                f"{own_kb / 1024:.0f} | {other_kb / 1024:.0f} | {memory} | {memory_goal or ''} |",
                flush=True,
            )


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["scipy", kind, file, rows, columns]:
            scipy_child(kind, file, int(rows), int(columns))
        case ["ortools", file, rows, columns]:
            ortools_child(file, int(rows), int(columns))
        case _:
            main()
