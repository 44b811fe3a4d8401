/** The examples of the clients' READMEs, run with the packed clients against a real server. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { snippetsOf, undecided } from '../docs/snippets.ts';
import { insertInvitation, insertSurvey } from '../survey-responses/survey-kit.ts';
import { seed } from '../testkit/seed.ts';
import { startTestServer, type TestServer } from '../testkit/server.ts';
import { CLIENTS, type ClientApp, installPackedClients } from './packed-clients.ts';

const PROJECT = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

let server: TestServer;
let app: ClientApp;
let surveyToken: string;

beforeAll(async () => {
  app = installPackedClients();
  server = await startTestServer();
  const query = (source: string, variables: object) => server.query(source, variables);
  // One location: the example shows the first one, which then has more than a page.
  await seed(query, { locations: 1, products: 1, reviews: 30 });
  const { db, organizationId } = server;
  const survey = await insertSurvey(db, organizationId, { anonymous: true });
  const link = await insertInvitation(db, organizationId, survey.id, { kind: 'public' });
  surveyToken = link.token;
}, 120_000);
afterAll(async () => {
  app.remove();
  await server.close();
});

describe.each(CLIENTS)('the README of @antiphon/%s', (name) => {
  const snippets = snippetsOf(join(PROJECT, 'clients', name, 'README.md'));

  it('says of each example that it runs, or why it does not', () => {
    expect(undecided(snippets)).toEqual([]);
    expect(snippets).not.toEqual([]);
  });

  it.each(snippets.map((snippet) => [snippet.place, snippet.code] as const))(
    '%s',
    async (_, code) => {
      const file = join(app.folder, `readme-${name}.js`);
      writeFileSync(file, code.replaceAll('http://localhost:4000', server.url));
      const { NODE_OPTIONS: __, ...inherited } = process.env;
      const env = {
        ...inherited,
        STOREFRONT_KEY: server.keys.storefront,
        INTEGRATOR_KEY: server.keys.integrator,
        SURVEY_TOKEN: surveyToken,
      };
      const { stdout } = await run(process.execPath, [file], { cwd: app.folder, env });
      expect(stdout).toMatch(name === 'storefront' ? / of 5, 30 reviews|Thank you/ : /PUBLISHED/);
    },
    60_000,
  );
});
