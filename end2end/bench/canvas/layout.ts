/** The workflow that is measured: a grid of cards, each leading to the next. */

/** From one card to the next, in world units. */
const STEP = { x: 304, y: 160 };

export interface Point {
  x: number;
  y: number;
}

export const columns = (nodes: number): number => Math.ceil(Math.sqrt(nodes));

/** Where a card's upper left corner lies. */
export function place(at: number, nodes: number): Point {
  return { x: (at % columns(nodes)) * STEP.x, y: Math.floor(at / columns(nodes)) * STEP.y };
}

/** As this product's API takes it. */
export function definition(nodes: number): object {
  const all = Array.from({ length: nodes }, (_, at) => at);
  return {
    schemaVersion: 1,
    name: `Measured ${nodes} ${Date.now()}`,
    nodes: all.map((at) => ({
      id: `n${at}`,
      type: 'transform',
      position: place(at, nodes),
      data: { label: `Node ${at}`, config: {} },
    })),
    edges: all.slice(1).map((at) => ({ id: `e${at}`, source: `n${at - 1}`, target: `n${at}` })),
  };
}
