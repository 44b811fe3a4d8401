/** Every example of the README and of the guides runs, in its order, against a server with the demo. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { relative } from 'node:path';
import { FIRST_QUERY } from '../../src/pages/examples.ts';
import { startGuideServer } from './guide-server.ts';
import type { GuideServer } from './guide-server.ts';
import { Page } from './run-step.ts';
import { PROJECT, guides, snippetsOf, stepsOf, undecided } from './snippets.ts';

let server: GuideServer;

beforeAll(async () => {
  server = await startGuideServer();
}, 120_000);

afterAll(async () => {
  expect(await server.stop()).toBe(0);
});

const PAGES = guides().map((file) => ({
  name: relative(PROJECT, file),
  snippets: snippetsOf(file),
}));

it('says of each example that it runs, or why it does not', () => {
  expect(undecided(PAGES.flatMap(({ snippets }) => snippets))).toEqual([]);
});

const RUNNING = PAGES.map(({ name, snippets }) => [name, stepsOf(snippets)] as const);

describe.each(RUNNING.filter(([, steps]) => steps.length > 0))('%s', (_, steps) => {
  let page: Page;

  beforeAll(() => {
    page = new Page(server);
  });

  afterAll(() => {
    page.close();
  });

  it.each(steps.map((step) => [step.snippet.place, step] as const))(
    '%s',
    async (_place, step) => {
      const answer = await page.run(step);
      if (step.answer === null) return;
      const got: unknown = typeof answer === 'string' ? JSON.parse(answer) : answer;
      const expected = JSON.parse(step.answer.code) as object;
      if (step.answer.attributes.get('answer') === 'shape') {
        expect(shapeOf(got)).toMatchObject(shapeOf(expected) as object);
      } else expect(got).toMatchObject(expected);
    },
    120_000,
  );
});

/** Types in place of values, and the first element in place of a list. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return [shapeOf(value[0])];
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shapeOf(inner)]));
}

describe('README.md', () => {
  it('shows the query of the start page', () => {
    const [first] = snippetsOf(`${PROJECT}/README.md`).filter((s) => s.language === 'graphql');
    expect(first?.code).toBe(FIRST_QUERY.query);
  });
});
