/** The pages in a real browser, against a real server with the demo. Chromium is Debian's. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { startGuideServer } from '../docs/guide-server.ts';
import type { GuideServer } from '../docs/guide-server.ts';
import { until } from '../testkit/until.ts';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
// In CI the browser is installed beforehand, and its absence is a failure; elsewhere it is a wish.
const inBrowser = existsSync(CHROMIUM) || process.env['CI'] === 'true' ? describe : describe.skip;

/** Checks that run in the page: `unnamedControls()`, `faintTexts()`. */
const IN_PAGE = readFileSync(join(import.meta.dirname, 'in-page.js'), 'utf8');

interface Opened {
  page: Page;
  /** Everything that the browser complained of. */
  complaints: string[];
}

inBrowser('in a browser', () => {
  let browser: Browser;
  let server: GuideServer;

  beforeAll(async () => {
    [server, browser] = await Promise.all([
      startGuideServer(),
      // As root, as in a container, Chromium's own sandbox does not start.
      chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] }),
    ]);
  }, 120_000);

  afterAll(async () => {
    await browser.close();
    await server.stop();
  });

  async function open(path: string, colorScheme: 'light' | 'dark' = 'light'): Promise<Opened> {
    const page = await browser.newPage({ colorScheme, viewport: { width: 1280, height: 900 } });
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('requestfailed', (request) => complaints.push(`${request.url()} failed`));
    page.on('request', (request) => {
      const here = new URL(server.url).host;
      const { host, protocol } = new URL(request.url());
      if (protocol !== 'data:' && host !== here) complaints.push(`asked ${host}`);
    });
    await page.goto(`${server.url}${path}`);
    return { page, complaints };
  }

  describe.each(['light', 'dark'] as const)('the start page, %s', (scheme) => {
    let opened: Opened;

    beforeAll(async () => {
      opened = await open('/', scheme);
    });

    it('shows what runs and the answer of the first query', async () => {
      const { page } = opened;
      await page.waitForSelector('#answer-status[data-state=answered]');
      expect(await page.textContent('#answer-status')).toMatch(/^answered in \d+ ms$/);
      expect(await page.textContent('#status')).toBe('ready');
      expect(await page.textContent('#facts')).toContain('PGlite');
      expect(await page.inputValue('#key')).toBe(server.demoKeys.storefront);
      const answer = JSON.parse((await page.textContent('#answer code')) ?? '') as {
        data: { locations: { nodes: { reviewSummary: { count: number } }[] } };
      };
      expect(answer.data.locations.nodes).toHaveLength(3);
      expect(answer.data.locations.nodes[0]?.reviewSummary.count).toBeGreaterThan(0);
    });

    it('tells what the server says to a wrong key, and answers again to a good one', async () => {
      const { page, complaints } = opened;
      await page.fill('#key', 'ant_pub_wrong');
      await page.click('#run');
      await page.waitForSelector('#answer-status[data-state=failed]');
      expect(await page.textContent('#answer code')).toContain('UNAUTHENTICATED');
      // The browser itself notes the refused request in its console: that one is expected.
      expect(complaints.splice(0)).toEqual([expect.stringContaining('401')]);
      await page.fill('#key', server.demoKeys.storefront);
      await page.click('#run');
      await page.waitForSelector('#answer-status[data-state=answered]');
    });

    it('has readable contrast, names for everything, and no complaint in the console', async () => {
      const { page, complaints } = opened;
      expect(await page.evaluate(`${IN_PAGE}; unnamedControls()`)).toEqual([]);
      expect(await page.evaluate(`${IN_PAGE}; faintTexts()`)).toEqual([]);
      expect(complaints).toEqual([]);
    });
  });

  describe('GraphiQL', () => {
    let opened: Opened;

    beforeAll(async () => {
      opened = await open('/graphiql');
      await opened.page.waitForSelector('.graphiql-query-editor .view-lines');
    });

    it('runs the first query with the key that is set already', async () => {
      const { page } = opened;
      await page.click('.graphiql-execute-button');
      await page.waitForSelector('.graphiql-response .view-lines:has-text("reviewSummary")');
    });

    it('explains the schema', async () => {
      const { page } = opened;
      await page.click('[aria-label="Show Documentation Explorer"]');
      await page.waitForSelector('.graphiql-doc-explorer-content:has-text("Query")');
    });

    it('follows a subscription over WebSocket', async () => {
      const { page } = opened;
      await page.click('.graphiql-tab >> text=NegativeReviews');
      // GraphiQL reads a document a moment after it shows it, and would still send the one before.
      await until('GraphiQL has read it', () =>
        page.evaluate<boolean>(`${IN_PAGE}; activeOperation() === 'NegativeReviews'`),
      );
      const connected = page.waitForEvent('websocket');
      await page.click('.graphiql-execute-button');
      const socket = await connected;
      expect(socket.url()).toBe(`${server.url.replace('http', 'ws')}/graphql`);
      await page.waitForSelector('[aria-label^="Stop"]');
      await importNegativeReview();
      await page.waitForSelector(
        '.graphiql-response .view-lines:has-text("negativeReviewReceived")',
      );
      await page.click('[aria-label^="Stop"]');
    });

    it('leaves no complaint in the console', () => {
      expect(opened.complaints).toEqual([]);
    });
  });

  async function importNegativeReview(): Promise<void> {
    const review = {
      source: 'GOOGLE',
      externalId: 'browser-1',
      rating: 1,
      authoredAt: new Date().toISOString(),
    };
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${server.demoKeys.integrator}`,
      },
      body: JSON.stringify({
        query:
          'mutation ($input: ImportReviewsInput!) { importReviews(input: $input) { created } }',
        variables: { input: { reviews: [review] } },
      }),
    });
    expect(await response.json()).toEqual({
      data: { importReviews: { created: 1 } },
      extensions: expect.anything(),
    });
  }
});
