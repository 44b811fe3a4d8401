/** A respondent in a real browser, on a narrow screen, with the keyboard alone. Chromium is Debian's. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from 'graphql-ws';
import { type Browser, chromium, type Page } from 'playwright-core';
import WebSocket from 'ws';
import type { Data } from '../testkit/api.ts';
import { onPostgres } from '../testkit/database.ts';
import { startTestServer, type TestServer } from '../testkit/server.ts';
import { insertCustomer, insertInvitation, insertSurvey, type SurveyRow } from './survey-kit.ts';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
// In CI the browser is installed beforehand, and its absence is a failure; elsewhere it is a wish.
const inBrowser = existsSync(CHROMIUM) || process.env['CI'] === 'true' ? describe : describe.skip;
/** Checks that run in the page: `unnamedControls()`, `faintTexts()`. */
const IN_PAGE = readFileSync(join(import.meta.dirname, '../pages/in-page.js'), 'utf8');

const NARROW = { width: 360, height: 740 };
/** From the key that sends the last answer. The embedded database shares one thread with server and test. */
const SOON_MS = onPostgres ? 1_000 : 5_000;

inBrowser('a respondent in a browser', () => {
  let browser: Browser;
  let server: TestServer;
  let survey: SurveyRow;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    [server, browser] = await Promise.all([
      startTestServer({}, { isCompared: false }),
      // As root, as in a container, Chromium's own sandbox does not start.
      chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] }),
    ]);
    survey = await insertSurvey(server.db, server.organizationId);
  }, 120_000);

  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  afterEach(async () => {
    await page.close();
    expect(complaints).toEqual([]);
  });

  async function invite(locale: string): Promise<string> {
    const { db, organizationId } = server;
    const customerId = await insertCustomer(db, organizationId);
    const options = { customerId, locale };
    return (await insertInvitation(db, organizationId, survey.id, options)).token;
  }

  async function open(
    path: string,
    options: { colorScheme?: 'light' | 'dark'; javaScriptEnabled?: boolean } = {},
  ): Promise<void> {
    page = await browser.newPage({ viewport: NARROW, ...options });
    complaints = [];
    page.on('console', (message) => {
      // A refused answer is a page with a status of its own, which the browser notes.
      const isExpected = message.text().includes('422');
      if (message.type() === 'error' && !isExpected) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('requestfailed', (request) => {
      // Of a page that is left before its icon has come.
      const isLeft = request.failure()?.errorText === 'net::ERR_ABORTED';
      if (!isLeft) complaints.push(`${request.url()} failed`);
    });
    await page.goto(`${server.url}${path}`);
  }

  const press = async (key: string, times = 1) => {
    for (let i = 0; i < times; i++) await page.keyboard.press(key);
  };

  /** By the Tab key, as somebody without a mouse. */
  async function tabTo(selector: string): Promise<void> {
    for (let i = 0; i < 20; i++) {
      await press('Tab');
      if (await page.evaluate(`document.activeElement?.matches(${JSON.stringify(selector)})`)) {
        await expectFocusSeen();
        return;
      }
    }
    throw new Error(`The Tab key does not come to ${selector}`);
  }

  /** What has the focus, or the label that stands for it, has an outline. */
  async function expectFocusSeen(): Promise<void> {
    const outline = await page.evaluate<number>(`(() => {
      const focused = document.activeElement;
      const seen = [focused, focused.nextElementSibling].filter(Boolean);
      return Math.max(...seen.map((each) => getComputedStyle(each).outlineStyle === 'none' ? 0
        : parseFloat(getComputedStyle(each).outlineWidth)));
    })()`);
    expect(outline).toBeGreaterThanOrEqual(2);
  }

  async function goOn(): Promise<void> {
    await tabTo('button:not([name])');
    await Promise.all([page.waitForNavigation(), press('Enter')]);
  }

  const heading = () => page.innerText('h1');

  async function expectAccessible(): Promise<void> {
    expect(await page.evaluate(`${IN_PAGE}; unnamedControls()`)).toEqual([]);
    expect(await page.evaluate(`${IN_PAGE}; faintTexts()`)).toEqual([]);
    const widths = '[document.documentElement.scrollWidth, innerWidth]';
    const [content = 0, screen = 0] = await page.evaluate<number[]>(widths);
    expect(content).toBeLessThanOrEqual(screen);
  }

  /** What a subscriber is told next, and when. */
  async function nextAlert(): Promise<{ alert: Promise<Data>; stop: () => void }> {
    const client = createClient({
      url: server.wsUrl,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${server.keys.integrator}` },
    });
    const { feedPosition: after } = await server.query('{ feedPosition }');
    const events = client.iterate({
      query: `subscription ($after: String) { detractorAlert(after: $after) {
        alert { response { score segment locale answers { questionKey text } } }
      } }`,
      variables: { after },
    });
    const alert = events.next().then(({ value }) => ({ at: performance.now(), event: value }));
    // Where the test fails before, nobody waits for it.
    alert.catch(() => undefined);
    return { alert, stop: () => void client.dispose() };
  }

  it('answers in Dutch by the keyboard, unhappily; a subscriber is told within a second', async () => {
    const { alert, stop } = await nextAlert();
    await open(`/s/${await invite('nl')}`);
    expect(await heading()).toBe('Hoe waarschijnlijk is het dat u ons aanbeveelt?');
    await expectAccessible();
    await tabTo('input[name=number]');
    await press('ArrowRight', 3);
    await goOn();
    expect(await heading()).toBe('Wat ging er mis?');
    await expectAccessible();
    // Forgotten: it says so, and has the focus there.
    await goOn();
    expect(await page.title()).toMatch(/^Fout: Wat ging er mis\?/);
    const focused = await page.evaluate(`document.activeElement.getAttribute('role')`);
    expect(focused).toBe('alert');
    await expectAccessible();
    await tabTo('.problem a');
    await press('Enter');
    await page.keyboard.type('De soep was koud.');
    await goOn();
    expect(await heading()).toMatch(/^Mogen we u bellen\? \(niet verplicht\)$/);
    await tabTo('input[name=choices]');
    await press('Space');
    await tabTo('button:not([name])');
    const sentAt = performance.now();
    await Promise.all([page.waitForNavigation(), press('Enter')]);
    const { at, event } = await alert;
    stop();
    expect(at - sentAt).toBeLessThan(SOON_MS);
    expect(event.data.detractorAlert.alert.response).toEqual({
      score: 3,
      segment: 'DETRACTOR',
      locale: 'nl',
      answers: [
        { questionKey: 'recommend', text: null },
        { questionKey: 'wrong', text: 'De soep was koud.' },
        { questionKey: 'contact', text: null },
      ],
    });
    expect(await heading()).toBe('Dat spijt ons');
    await expectAccessible();
  }, 30_000);

  it('answers in English by one click in a mail and the keyboard, happily', async () => {
    await open(`/s/${await invite('en-GB')}?score=10`, { colorScheme: 'dark' });
    expect(await heading()).toBe('How likely are you to recommend us?');
    expect(await page.isChecked('input[value="10"]')).toBe(true);
    await expectAccessible();
    await goOn();
    expect(await heading()).toMatch(/^What did we do best\?/);
    await tabTo('input[value=staff]');
    await press('Space');
    await expectAccessible();
    await goOn();
    expect(await heading()).toMatch(/^May we call you\?/);
    // Back to what was chosen, which is there still, and on.
    await tabTo('a.quiet');
    await Promise.all([page.waitForNavigation(), press('Enter')]);
    expect(await page.isChecked('input[value=staff]')).toBe(true);
    await goOn();
    await tabTo('button[name=skip]');
    await Promise.all([page.waitForNavigation(), press('Enter')]);
    expect(await heading()).toBe('Thank you!');
    await expectAccessible();
  }, 30_000);

  it('answers without a script, and in another language than they were asked', async () => {
    await open(`/s/${await invite('nl')}`, { javaScriptEnabled: false });
    await page.click('text=English');
    expect(await heading()).toBe('How likely are you to recommend us?');
    for (const next of ['#answer-7', '#answer-1']) {
      await page.check(next);
      await page.click('button:not([name])');
    }
    expect(await heading()).toBe('Thank you!');
    await page.goBack();
    await page.reload();
    expect(await heading()).toBe('Thank you!');
  }, 30_000);
});
