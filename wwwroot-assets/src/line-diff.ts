/** The difference of two texts by lines (Myers, greedy), as LineDiff does on the server. */
export interface DiffLine {
  change: 'same' | 'added' | 'removed';
  text: string;
}

const editLimit = 1500;

export function compareLines(before: string, after: string): DiffLine[] {
  const old = before.split('\n');
  const now = after.split('\n');
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start++;
  let end = 0;
  while (end < old.length - start && end < now.length - start && old[old.length - 1 - end] === now[now.length - 1 - end]) end++;
  return [
    ...old.slice(0, start).map(same),
    ...middle(old.slice(start, old.length - end), now.slice(start, now.length - end)),
    ...old.slice(old.length - end).map(same),
  ];
}

const same = (text: string): DiffLine => ({ change: 'same', text });

function middle(old: string[], now: string[]): DiffLine[] {
  const limit = Math.min(old.length + now.length, editLimit);
  const zero = limit + 1;
  const furthest = new Int32Array(2 * zero + 1);
  const trace: Int32Array[] = [];
  for (let edits = 0; edits <= limit; edits++) {
    trace.push(furthest.slice(zero - edits - 1, zero + edits + 2));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const at = zero + diagonal;
      let x = adds(furthest, at, diagonal, edits) ? furthest[at + 1]! : furthest[at - 1]! + 1;
      while (x < old.length && x - diagonal < now.length && old[x] === now[x - diagonal]) x++;
      furthest[at] = x;
      if (x >= old.length && x - diagonal >= now.length) return walk(old, now, trace);
    }
  }
  return [...old.map((text): DiffLine => ({ change: 'removed', text })), ...now.map((text): DiffLine => ({ change: 'added', text }))];
}

function walk(old: string[], now: string[], trace: Int32Array[]): DiffLine[] {
  const lines: DiffLine[] = [];
  let x = old.length;
  let y = now.length;
  for (let edits = trace.length - 1; edits > 0; edits--) {
    const furthest = trace[edits]!;
    const diagonal = x - y;
    const at = diagonal + edits + 1;
    const isAdded = adds(furthest, at, diagonal, edits);
    const fromX = furthest[isAdded ? at + 1 : at - 1]!;
    const fromY = fromX - (isAdded ? diagonal + 1 : diagonal - 1);
    for (; x > fromX && y > fromY; y--) lines.push(same(old[--x]!));
    lines.push(isAdded ? { change: 'added', text: now[fromY]! } : { change: 'removed', text: old[fromX]! });
    x = fromX;
    y = fromY;
  }
  while (x > 0) lines.push(same(old[--x]!));
  return lines.reverse();
}

function adds(furthest: Int32Array, at: number, diagonal: number, edits: number): boolean {
  return diagonal === -edits || (diagonal !== edits && furthest[at - 1]! < furthest[at + 1]!);
}
