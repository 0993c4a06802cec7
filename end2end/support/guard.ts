import type { Page } from '@playwright/test';

/**
 * Watches a page for what must never happen: a warning or error on the console (a failed hydration
 * is one), an uncaught error, a failed request, a request to another host. ux 70.
 */
export class Guard {
  private readonly found: string[] = [];
  private readonly expected: RegExp[] = [];

  constructor(page: Page, private readonly host: string) {
    page.on('console', (message) => {
      if (['error', 'warning', 'assert'].includes(message.type()) || /hydrat/i.test(message.text())) {
        this.found.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
      }
    });
    page.on('pageerror', (error) => this.found.push(`uncaught: ${error.message}`));
    page.on('request', (request) => this.own(request.url()));
    page.on('requestfailed', (request) => {
      const reason = request.failure()?.errorText ?? 'unknown';
      // What a navigation or a closed page interrupts is not a failure.
      if (reason !== 'net::ERR_ABORTED') this.found.push(`failed: ${request.url()}: ${reason}`);
    });
    page.on('response', (response) => {
      if (response.status() >= 400) this.found.push(`${response.status()}: ${response.url()}`);
    });
  }

  /** Declares that this test provokes messages like `pattern`. */
  expect(pattern: RegExp): void {
    this.expected.push(pattern);
  }

  /** What happened that must not. */
  problems(): string[] {
    return this.found.filter((line) => !this.expected.some((pattern) => pattern.test(line)));
  }

  private own(address: string): void {
    const url = new URL(address);
    if (['http:', 'https:', 'ws:', 'wss:'].includes(url.protocol) && url.host !== this.host) {
      this.found.push(`request to another host: ${address}`);
    }
  }
}
