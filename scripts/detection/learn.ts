/**
 * `learn`: the weight of each signal, by logistic regression. The penalty pulls each weight towards the one that the table
 * of signals expects, so that few labels move it little.
 */

/** One operation: for each list in its request, the indexes of the signals that are seen. */
export interface Sample {
  readonly lists: readonly (readonly number[])[];
  readonly isBatch: boolean;
  /** How much it counts. */
  readonly share: number;
}

/** The weights of the signals, then the start of every score. */
export type Weights = readonly number[];

/** How many samples it takes to move a weight by one. */
const penalty = 20;
const firstStart = -3;
/** Which list of a request has its items depends on the weights, so both are found by turns. */
const turns = 3;

export function learn(samples: readonly Sample[], expected: readonly number[]): Weights {
  let weights: Weights = [...expected, firstStart];
  for (let turn = 0; turn < turns; turn++) {
    const rows = samples.flatMap(({ lists, isBatch, share }) => {
      const seen = lists[best(lists, weights)];
      return seen ? [{ seen, isBatch, share }] : [];
    });
    weights = fit(rows, expected, weights);
  }
  return weights;
}

export const scoreOf = (seen: readonly number[], weights: Weights): number =>
  seen.reduce((sum, signal) => sum + (weights[signal] ?? 0), weights.at(-1) ?? 0);

/** The index of the list with the highest score. */
export function best(lists: Sample["lists"], weights: Weights): number {
  const scores = lists.map((seen) => scoreOf(seen, weights));
  return scores.indexOf(Math.max(...scores));
}

interface Row extends Omit<Sample, "lists"> {
  readonly seen: readonly number[];
}

/** Newton's method. */
function fit(rows: readonly Row[], expected: readonly number[], from: Weights): Weights {
  let weights = from;
  for (let step = 0; step < 12; step++) {
    const { gradient, hessian } = derivatives(rows, expected, weights);
    const change = solve(hessian, gradient);
    weights = weights.map((weight, i) => weight - (change[i] ?? 0));
    if (change.every((one) => Math.abs(one) < 1e-6)) break;
  }
  return weights;
}

function derivatives(rows: readonly Row[], expected: readonly number[], weights: Weights) {
  const size = weights.length;
  const gradient = weights.map((weight, i) => penalty * (weight - (expected[i] ?? weight)));
  const hessian = weights.map((_, i) =>
    Float64Array.from({ length: size }, (_one, k) =>
      i === k ? (i < size - 1 ? penalty : 1e-6) : 0,
    ),
  );
  for (const { seen, isBatch, share } of rows) {
    const likelihood = 1 / (1 + Math.exp(-scoreOf(seen, weights)));
    const slope = share * (likelihood - (isBatch ? 1 : 0));
    const curve = share * likelihood * (1 - likelihood);
    const columns = [...seen, size - 1];
    for (const i of columns) {
      gradient[i] = (gradient[i] ?? 0) + slope;
      const row = hessian[i];
      if (row) for (const k of columns) row[k] = (row[k] ?? 0) + curve;
    }
  }
  return { gradient, hessian };
}

/** Solves a system of linear equations with a symmetric, positive matrix, by Gaussian elimination. */
function solve(matrix: readonly Float64Array[], right: readonly number[]): readonly number[] {
  const rows = matrix.map((row, i) => [...row, right[i] ?? 0]);
  const at = (row: number, column: number): number => rows[row]?.[column] ?? 0;
  for (let pivot = 0; pivot < rows.length; pivot++) {
    for (let row = pivot + 1; row < rows.length; row++) {
      const factor = at(row, pivot) / at(pivot, pivot);
      if (factor !== 0)
        rows[row] = (rows[row] ?? []).map((value, k) => value - factor * at(pivot, k));
    }
  }
  const found: number[] = rows.map(() => 0);
  for (let row = rows.length - 1; row >= 0; row--) {
    const known = found.reduce((sum, value, k) => (k > row ? sum + at(row, k) * value : sum), 0);
    found[row] = (at(row, rows.length) - known) / at(row, row);
  }
  return found;
}
