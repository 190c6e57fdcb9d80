/** `components`: the nodes of a graph that can reach each other. */

/**
 * The strongly connected components (Tarjan's algorithm); each comes after those that it leads to. Without recursion,
 * because a hostile document can have long chains. Edges to other nodes than `nodes` are ignored.
 */
export function components(
  nodes: readonly string[],
  edgesOf: (node: string) => readonly string[],
): readonly ReadonlySet<string>[] {
  const known = new Set(nodes);
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const found: Set<string>[] = [];
  const lower = (node: string, value: number): void => {
    low.set(node, Math.min(low.get(node) ?? value, value));
  };
  const enter = (node: string): { node: string; edges: readonly string[]; next: number } => {
    order.set(node, order.size);
    lower(node, order.size - 1);
    stack.push(node);
    onStack.add(node);
    return { node, edges: edgesOf(node).filter((edge) => known.has(edge)), next: 0 };
  };

  for (const start of nodes) {
    if (order.has(start)) continue;
    const work = [enter(start)];
    for (let frame = work.at(-1); frame; frame = work.at(-1)) {
      const { node, edges } = frame;
      const next = edges[frame.next];
      frame.next += 1;
      if (next !== undefined) {
        if (!order.has(next)) work.push(enter(next));
        else if (onStack.has(next)) lower(node, order.get(next) ?? 0);
        continue;
      }
      work.pop();
      const parent = work.at(-1);
      if (parent) lower(parent.node, low.get(node) ?? 0);
      if (low.get(node) !== order.get(node)) continue;
      const component = new Set<string>();
      for (let member = stack.pop(); member !== undefined; member = stack.pop()) {
        onStack.delete(member);
        component.add(member);
        if (member === node) break;
      }
      found.push(component);
    }
  }
  return found;
}
