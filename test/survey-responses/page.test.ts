/** The page for respondents, as HTTP sees it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { createOrganization } from '../testkit/database.ts';
import { startTestServer, type TestServer } from '../testkit/server.ts';
import {
  BRANCHED_NPS,
  insertCustomer,
  insertInvitation,
  insertSurvey,
  type InvitationOptions,
  type Invited,
  type SurveyRow,
  written,
} from './survey-kit.ts';

let server: TestServer;
let organizationId: string;
let survey: SurveyRow;
let customerId: string;
const log: string[] = [];

beforeAll(async () => {
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      log.push(String(chunk));
      done();
    },
  });
  server = await startTestServer({}, { logger: pino({ level: 'trace' }, sink) });
  ({ organizationId } = server);
  survey = await insertSurvey(server.db, organizationId);
  customerId = await insertCustomer(server.db, organizationId);
}, 60_000);
afterAll(() => server.close());

const invite = (options: InvitationOptions = {}): Promise<Invited> =>
  insertInvitation(server.db, organizationId, survey.id, { customerId, ...options });
const get = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${server.url}/s/${path}`, { redirect: 'manual', ...init });
const post = (path: string, form: Record<string, string> | [string, string][]): Promise<Response> =>
  get(path, { method: 'POST', body: new URLSearchParams(form) });

/** The values of the hidden fields of a page's form. */
function hidden(page: string): Record<string, string> {
  const fields = page.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g);
  return Object.fromEntries([...fields].map(([, name, value]) => [name ?? '', value ?? '']));
}

/** White space stands for one space in HTML. */
const pageOf = async (response: Response) => (await response.text()).replaceAll(/\s+/g, ' ');
const text = async (path: string, init?: RequestInit) => pageOf(await get(path, init));

describe('a survey', () => {
  it('is a form for one question, in the language in which the respondent was asked', async () => {
    const { token } = await invite();
    const response = await get(token);
    const page = await pageOf(response);
    expect(response.status).toBe(200);
    expect(page).toContain('<html lang="nl"');
    expect(page).toMatch(/<legend>\s*<h1>\s*Hoe waarschijnlijk is het dat u ons aanbeveelt\?/);
    expect(page.match(/type="radio"/g)).toHaveLength(11);
    expect(page).toContain('Volgende');
    expect(page).toMatch(/<title>Hoe waarschijnlijk[^<]* – test<\/title>/);
    expect(await text(`${token}?lang=en`)).toContain('How likely are you to recommend us?');
    expect(await text(`${token}?lang=xx`)).toContain('<html lang="nl"');
  });

  it('is kept by nobody, runs nothing of others, and is in no frame', async () => {
    const { token } = await invite();
    const { headers } = await get(token);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-robots-tag')).toBe('noindex, nofollow');
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
  });

  it('is answered question by question, each by a redirect to the next', async () => {
    const { token } = await invite();
    const answer = async (form: Record<string, string> | [string, string][]) => {
      const response = await post(token, form);
      expect([response.status, response.headers.get('location')]).toEqual([303, `/s/${token}`]);
    };
    await answer({ question: 'recommend', number: '9', lang: 'nl' });
    expect(await text(token)).toMatch(/<legend>\s*<h1>\s*Wat deden we het best\?/);
    await answer([
      ['question', 'best'],
      ['choices', 'staff'],
      ['choices', 'price'],
    ]);
    const last = await text(token);
    expect(last).toContain('Mogen we u bellen?');
    expect(last).toContain('Versturen');
    expect(last).toContain(`href="/s/${token}?q=best&lang=nl"`);
    const before = await text(`${token}?q=best`);
    expect(before.match(/value="(staff|price)" checked/g)).toHaveLength(2);
    await answer({ question: 'contact', skip: '1' });
    const thanks = await get(token);
    expect(thanks.status).toBe(200);
    expect(await pageOf(thanks)).toContain('<h1>Bedankt!</h1>');
    // Sent once more, it stands as it is.
    await answer({ question: 'recommend', number: '0' });
    expect(await text(token)).toContain('<h1>Bedankt!</h1>');
  });

  it('has the score that a link brings along chosen, and nothing saved by that', async () => {
    const { id, token } = await invite();
    const before = await written(server.db, organizationId);
    expect(await text(`${token}?score=7`)).toContain('value="7" checked');
    for (const score of ['11', '-1', 'x', '1e1', '7.5']) {
      expect(await text(`${token}?score=${score}`)).not.toContain(' checked');
    }
    expect((await get(`${token}?score=7`, { method: 'HEAD' })).status).toBe(200);
    expect(await written(server.db, organizationId)).toEqual(before);
    const [row] = await server.db.system(
      'select state, opened_at from invitation where organization_id = $1 and id = $2',
      [organizationId, id],
    );
    expect(row).toEqual({ state: 'SENT', opened_at: null });
  });

  it('says what is wrong next to the question, and keeps what was written', async () => {
    const { token } = await invite({ locale: 'en' });
    const refused = await post(token, { question: 'recommend', lang: 'en' });
    const page = await pageOf(refused);
    expect(refused.status).toBe(422);
    expect(page).toContain('<title>Error: How likely');
    expect(page).toMatch(/role="alert"[^>]*autofocus/);
    expect(page).toContain('<a href="#answer-0">Please answer this question.</a>');
    expect(page).toMatch(/<fieldset\s+aria-describedby="error"/);
    for (const number of ['11', '-1', '3.5', 'nine']) {
      const wrong = await post(token, { question: 'recommend', number, lang: 'en' });
      expect(await pageOf(wrong)).toContain('Please choose one of the answers.');
    }
    await post(token, { question: 'recommend', number: '2', lang: 'en' });
    const long = `<b>"${'x'.repeat(5_000)}`;
    const tooLong = await post(token, { question: 'wrong', text: long, lang: 'en' });
    expect(tooLong.status).toBe(422);
    const again = await pageOf(tooLong);
    expect(again).toContain('at most 5,000 characters');
    expect(again).toContain('&lt;b&gt;&quot;xxx');
    expect(again).not.toContain('<b>"');
    expect(again).toMatch(/aria-describedby="help error"/);
  });

  it('of a public link is begun once, however often its form is sent', async () => {
    const open = await insertSurvey(server.db, organizationId, { anonymous: true });
    const options = { kind: 'public', locale: 'nl' } as const;
    const { token } = await insertInvitation(server.db, organizationId, open.id, options);
    const language = { headers: { 'accept-language': 'fr;q=0.9, en-GB;q=0.8, nl;q=0.7' } };
    const page = await text(token, language);
    expect(page).toContain('<html lang="en"');
    const fields = hidden(page);
    expect(fields['once']).toMatch(/^ans_/);
    const form = { ...fields, number: '9' };
    const replies = await Promise.all([post(token, form), post(token, form), post(token, form)]);
    const places = replies.map((response) => response.headers.get('location'));
    expect(places).toEqual(Array.from({ length: 3 }, () => `/s/${fields['once']}`));
    // Back in the browser, and another answer.
    await post(token, { ...form, number: '8' });
    const rows = await server.db.system(
      `select a.number from survey_response r join survey_answer a
         on a.organization_id = r.organization_id and a.response_id = r.id
       where r.organization_id = $1 and r.survey_id = $2`,
      [organizationId, open.id],
    );
    expect(rows).toEqual([{ number: 8 }]);
    expect(await text(fields['once'] ?? '')).toContain('May we call you?');
    const other = hidden(await text(token));
    expect(other['once']).not.toBe(fields['once']);
  });

  it('shows names and texts as text', async () => {
    const evil = '<script>alert(1)</script>&"';
    const [first, ...others] = BRANCHED_NPS.questions;
    if (first === undefined) throw new Error('no question');
    const questions = [{ ...first, text: { en: evil, nl: evil } }, ...others];
    const definition = { ...BRANCHED_NPS, questions };
    const { id } = await insertSurvey(server.db, organizationId, { definition });
    const { token } = await insertInvitation(server.db, organizationId, id);
    const page = await text(token);
    expect(page).not.toContain('<script>alert');
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;');
  });
});

describe('a link that is not open', () => {
  const past = new Date(Date.now() - 1_000);
  const cases: Record<string, [() => Promise<string> | string, number, string]> = {
    forged: [async () => (await invite()).token.replace(/..$/, 'zz'), 404, 'Deze link opent niets'],
    'too short': [() => 'inv_1', 404, 'Deze link opent niets'],
    'no token': [() => '', 404, 'Deze link opent niets'],
    'a path behind it': [async () => `${(await invite()).token}/x`, 404, 'Deze link opent niets'],
    expired: [async () => (await invite({ expiresAt: past })).token, 410, 'verlopen'],
    revoked: [async () => (await invite({ state: 'REVOKED' })).token, 410, 'ingetrokken'],
    closed: [
      async () => {
        const { id } = await insertSurvey(server.db, organizationId, { endsAt: past });
        return (await insertInvitation(server.db, organizationId, id)).token;
      },
      410,
      'gesloten',
    ],
  };

  it.each(Object.entries(cases))('%s: says so, and takes nothing', async (_, of) => {
    const [tokenOf, status, said] = of;
    const token = await tokenOf();
    const dutch = { headers: { 'accept-language': 'nl-BE' } };
    const response = await get(token, dutch);
    expect(response.status).toBe(status);
    expect(await pageOf(response)).toContain(said);
    const before = await written(server.db, organizationId);
    const posted = await post(token, { question: 'recommend', number: '9' });
    expect([303, 404]).toContain(posted.status);
    expect(await written(server.db, organizationId)).toEqual(before);
  });

  it('of whatever organization shows its own survey', async () => {
    const theirs = await createOrganization(server.db, { slug: 'theirs', name: 'Theirs' });
    const { id } = await insertSurvey(server.db, theirs);
    const { token } = await insertInvitation(server.db, theirs, id);
    expect(await text(token)).toContain('Theirs');
  });
});

describe('a request', () => {
  it('with more than a form can have is refused', async () => {
    const { token } = await invite();
    const before = await written(server.db, organizationId);
    const response = await post(token, { question: 'recommend', text: 'x'.repeat(70_000) });
    expect(response.status).toBe(413);
    expect(await pageOf(response)).toContain('That was too much at once.');
    expect(await written(server.db, organizationId)).toEqual(before);
  });

  it('that is no form, or of another method, is refused', async () => {
    const { token } = await invite();
    const json = await get(token, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    });
    expect(json.status).toBe(415);
    const put = await get(token, { method: 'PUT', body: '' });
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
  });

  it('too many with one token have to wait, and only those', async () => {
    const { token } = await invite();
    let response = await get(token);
    for (let i = 0; i < 150 && response.status === 200; i++) response = await get(token);
    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await get((await invite()).token)).status).toBe(200);
    const asked = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${server.keys.storefront}`,
      },
      body: JSON.stringify({ query: `{ invitation(token: "${token}") { state } }` }),
    });
    expect(await asked.json()).toMatchObject({
      data: { invitation: null },
      errors: [{ extensions: { code: 'RATE_LIMITED', retryAfter: expect.any(Number) } }],
    });
  });
});

describe('whoever tries tokens', () => {
  it('has to wait before long, and not those who come from there with good ones', async () => {
    let response = await get('inv_0');
    for (let i = 0; i < 70 && response.status === 404; i++) response = await get(`inv_${i}`);
    expect(response.status).toBe(429);
    expect((await get((await invite()).token)).status).toBe(200);
  });
});

describe('whoever wants no more questions', () => {
  const consents = () =>
    server.db.system<{ channel: string; granted: boolean }>(
      'select channel, granted from customer_consent where organization_id = $1 and customer_id = $2',
      [organizationId, customerId],
    );

  it('says so by one click of their mail program, and not by a look at the link', async () => {
    const { token } = await invite({ expiresAt: new Date(Date.now() - 1_000) });
    const look = await get(`${token}/unsubscribe`);
    expect(await pageOf(look)).toContain('<h1>Geen vragen meer?</h1>');
    expect(await consents()).toEqual([]);
    const click = await post(`${token}/unsubscribe`, { 'List-Unsubscribe': 'One-Click' });
    expect(click.status).toBe(200);
    expect(await consents()).toEqual([{ channel: 'EMAIL', granted: false }]);
    const form = new FormData();
    form.set('List-Unsubscribe', 'One-Click');
    const again = await get(`${token}/unsubscribe`, { method: 'POST', body: form });
    expect(again.status).toBe(200);
  });

  it('is somebody: a public link has nothing to end', async () => {
    const options = { kind: 'public' } as const;
    const { token } = await insertInvitation(server.db, organizationId, survey.id, options);
    expect((await post(`${token}/unsubscribe`, {})).status).toBe(404);
  });
});

it('no token is in the log', () => {
  const lines = log.join('');
  expect(lines).toContain('"/s/…"');
  expect(lines).not.toMatch(/(inv|pub|ans)_[A-Za-z0-9_-]{40,}/);
});
