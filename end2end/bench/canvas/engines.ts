import { type Page } from '@playwright/test';

/** An editor of graphs, as far as it differs from another one. */
export interface Engine {
  name: string;
  /** Whether it is measured at 100 %, else with all nodes in view. */
  near: boolean;
  /** The element whose corner is moved and that is scaled, and the one on which that is seen. */
  world: string;
  stage: string;
  /** What is another after a card was moved. */
  trace: (page: Page, card: string) => Promise<string | null>;
  /** Where on a card its output is, in world units. */
  output: { x: number; y: number };
  /** An edge that is being drawn. */
  linking: string;
  /** The key with which dragging on the empty stage selects. */
  selects?: string;
  /** The address of the page with so many nodes. */
  address: (nodes: number, page: Page) => Promise<string>;
  /** Waits until a person can work; resolves with the page's time then. */
  ready: (page: Page, nodes: number) => Promise<number>;
  /** Brings into view what it is measured with. */
  look: (page: Page) => Promise<void>;
}

/** Resolves with the page's time once an expression has held and two frames have passed. */
function when(page: Page, seen: string): Promise<number> {
  // As a text: the page's own policy allows no functions made of texts.
  return page.evaluate(`new Promise((done) => {
    const look = () => ${seen}
      ? requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now())))
      : requestAnimationFrame(look);
    look();
  })`);
}

/** The product's own editor. */
export function atelier(name: string, near: boolean, address: Engine['address']): Engine {
  // Its stage has been measured: the first view is taken then.
  const viewed = '!/^(|translate3d\\(0(\\.00)?px,.*)$/.test(document.querySelector(".canvas__view")?.style.transform ?? "")';
  return {
    name,
    near,
    world: '.diagram__world',
    stage: '.canvas__surface',
    // Far away a card is no element.
    trace: (page) => page.getByRole('button', { name: /^Undo/ }).getAttribute('aria-label'),
    output: { x: 240, y: 28 },
    linking: '#canvas[data-linking]',
    address,
    ready: (page) => when(page, `document.documentElement.dataset.hydrated === 'true' && ${viewed}`),
    look: async (page) => {
      const button = near ? /Reset to 100%/ : 'Fit to view';
      await page.locator('.zoom-bar').getByRole('button', { name: button }).click();
    },
  };
}

/** React Flow: every node drawn, or at 100 % only those that are seen. */
export function reactFlow(name: string, near: boolean, base: string): Engine {
  return {
    name,
    near,
    world: '.react-flow__viewport',
    stage: '.react-flow__pane',
    trace: (page, card) => page.locator(`.react-flow__node[data-id=${card}]`).getAttribute('style'),
    output: { x: 240, y: 28 },
    linking: '.react-flow__connection',
    selects: 'Shift',
    address: async (nodes) => `${base}/?nodes=${nodes}${near ? '&near' : ''}`,
    ready: (page, nodes) => {
      const all = 'document.querySelectorAll(".react-flow__node")';
      const last = `getComputedStyle([...${all}].at(-1)).visibility`;
      return when(page, `${all}.length >= ${near ? 20 : nodes} && ${last} !== 'hidden'`);
    },
    look: async () => {},
  };
}
