import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../src/db/database.ts';
import {
  rebuildSurveyRollups,
  touchSurveyRollup,
  verifySurveyRollups,
} from '../../src/modules/survey-rollups/index.ts';
import { openTestApi, type TestApi } from '../testkit/api.ts';
import { onPostgres } from '../testkit/database.ts';
import { Random } from '../testkit/random.ts';
import { type RawAnswer, type RawSend, readRawAnswers, readRawSends } from './raw-answers.ts';
import { SurveyHistory } from './survey-history.ts';

/** On PostgreSQL writers work side by side; the embedded database has one session. */
const HISTORIES = Number(process.env['ROLLUP_HISTORIES'] ?? (onPostgres ? 12 : 4));
const SEED = Number(process.env['RANDOM_SEED'] ?? 5);
const NO_LOCATION = '00000000-0000-0000-0000-000000000000';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi({ engine: 'graphql-js' });
});
afterAll(() => api.close());

type Counts = Record<string, number>;

const KEY = [
  'place_id',
  'survey_id',
  'version',
  'scale',
  'channel',
  'touchpoint',
  'kind',
  'question_count',
];

/** What is stored, by its key; rows that count nothing are as good as none. */
async function stored(db: Database, organizationId: string): Promise<Record<string, Counts>> {
  const found: Record<string, Counts> = {};
  for (const table of ['survey_rollup', 'survey_time_bucket']) {
    for (const row of await db.read<Record<string, unknown>>(
      organizationId,
      `select *, to_char(day, 'YYYY-MM-DD') as day from ${table} where organization_id = $1`,
    )) {
      const { organization_id: _, day, bucket = '', ...rest } = row;
      const key = [table, day, ...KEY.map((name) => rest[name]), bucket].join(' ');
      const counts = Object.entries(rest).filter(([name]) => !KEY.includes(name));
      if (counts.some(([, n]) => Number(n) !== 0)) {
        found[key] = Object.fromEntries(counts.map(([name, n]) => [name, Number(n)]));
      }
    }
  }
  return found;
}

/** The same counted over the rows themselves, one by one. */
async function counted(db: Database, organizationId: string): Promise<Record<string, Counts>> {
  const found: Record<string, Counts> = {};
  const add = (
    table: string,
    day: string,
    raw: RawSend | RawAnswer,
    counts: Counts,
    bucket = '',
  ) => {
    for (const place of [raw.location ?? NO_LOCATION, organizationId]) {
      const { survey, version, scale, channel, touchpoint, kind, questions } = raw;
      const key = [
        table,
        day,
        place,
        survey,
        version,
        scale,
        channel,
        touchpoint,
        kind,
        questions,
        bucket,
      ];
      const row = (found[key.join(' ')] ??= {});
      for (const [name, n] of Object.entries(counts)) row[name] = (row[name] ?? 0) + n;
    }
  };
  const none = { sent: 0, sent_answered: 0, started: 0, ...countsOf(null) };
  for (const send of await readRawSends(db, organizationId)) {
    const counts = { ...none, sent: 1, sent_answered: Number(send.isAnswered) };
    add('survey_rollup', send.day, send, counts);
  }
  for (const answer of await readRawAnswers(db, organizationId)) {
    add('survey_rollup', answer.startedOn, answer, { ...none, started: 1 });
    if (answer.completedOn === null) continue;
    add('survey_rollup', answer.completedOn, answer, { ...none, ...countsOf(answer) });
    if (answer.took === null) continue;
    const bucket =
      answer.took <= 1000 ? 0 : Math.ceil(Math.log(answer.took / 1000) / Math.log(1.04));
    add('survey_time_bucket', answer.completedOn, answer, { responses: 1 }, String(bucket));
  }
  return found;
}

function countsOf(answer: RawAnswer | null): Counts {
  const { score, segment, sentiment, took, scale } = answer ?? {};
  return {
    answers: Number(answer !== null),
    scored: Number(score != null),
    top: Number(score != null && `_${score}` === /_\d+$/.exec(scale ?? '')?.[0]),
    negative: Number(sentiment === 'NEGATIVE'),
    positive: Number(sentiment === 'POSITIVE'),
    promoters: Number(segment === 'PROMOTER'),
    passives: Number(segment === 'PASSIVE'),
    detractors: Number(segment === 'DETRACTOR'),
    timed: Number(took != null),
    score_sum: score ?? 0,
    response_ms: took ?? 0,
  };
}

async function differences(organizationId: string) {
  const all = [];
  for await (const step of verifySurveyRollups(api.db, organizationId)) {
    expect(step.done).toBeLessThanOrEqual(step.total);
    all.push(...step.differences);
  }
  return all;
}

describe('rollups of surveys', () => {
  it(`say what invitations and answers say after ${HISTORIES} random histories`, async () => {
    let rows = 0;
    for (let i = 0; i < HISTORIES; i++) {
      const random = new Random(SEED * 100_000 + i);
      const history = await SurveyHistory.begin(api, random, `history-${i}`);
      await (onPostgres ? history.play(3, 25) : history.play(1, 60));
      const { organizationId } = history;
      const found = await stored(api.db, organizationId);
      rows += Object.keys(found).length;
      expect({ history: i, found }).toEqual({
        history: i,
        found: await counted(api.db, organizationId),
      });
    }
    expect(rows).toBeGreaterThan(HISTORIES * 40);
  }, 600_000);

  it('are found to differ by `verify`, and mended by `rebuild`', async () => {
    const history = await SurveyHistory.begin(api, new Random(1), 'damaged');
    await history.play(1, 80);
    const { organizationId } = history;
    expect(await differences(organizationId)).toEqual([]);
    await api.db.unitOfWork(organizationId, async (uow) => {
      const values = [organizationId];
      await uow.execute(
        'update survey_rollup set sent = sent + 1 where organization_id = $1 and place_id = $1 and sent > 0',
        values,
      );
      await uow.execute('delete from survey_time_bucket where organization_id = $1', values);
      // Of a survey that is not there.
      await uow.execute(
        `insert into survey_rollup (organization_id, place_id, day, survey_id, version, scale, channel, touchpoint, kind, question_count, answers)
         values ($1, $1, '1999-01-01', $1, 1, '', 'LINK', '', 'NPS', 1, 3)`,
        values,
      );
    });
    const found = await differences(organizationId);
    expect(new Set(found.map(({ table }) => table))).toEqual(
      new Set(['survey_rollup', 'survey_time_bucket']),
    );
    expect(found).toContainEqual({
      table: 'survey_rollup',
      key: expect.objectContaining({ day: '1999-01-01', channel: 'LINK' }),
      stored: expect.objectContaining({ answers: 3 }),
      counted: expect.objectContaining({ answers: 0 }),
    });
    for await (const _ of rebuildSurveyRollups(api.db, organizationId)) continue;
    expect(await differences(organizationId)).toEqual([]);
    expect(await stored(api.db, organizationId)).toEqual(await counted(api.db, organizationId));
  });

  it('refuse what was written before it was named', async () => {
    const history = await SurveyHistory.begin(api, new Random(2), 'too-late');
    await history.play(1, 30);
    const { organizationId } = history;
    const [{ id } = { id: '' }] = await api.db.read<{ id: string }>(
      organizationId,
      'select id from invitation where organization_id = $1 limit 1',
    );
    const late = api.db.unitOfWork(organizationId, async (uow) => {
      await uow.execute(
        'update invitation set sent_at = now() where organization_id = $1 and id = $2',
        [organizationId, id],
      );
      await touchSurveyRollup(uow, { invitations: [id] });
    });
    await expect(late).rejects.toThrow(/written before it was touched/);
    expect(await differences(organizationId)).toEqual([]);
  });

  it('stay as they are where nothing changes, and are touched twice without harm', async () => {
    const history = await SurveyHistory.begin(api, new Random(3), 'twice');
    await history.play(1, 60);
    const { organizationId } = history;
    const before = await stored(api.db, organizationId);
    const ids = async (table: string) =>
      (
        await api.db.read<{ id: string }>(
          organizationId,
          `select id from ${table} where organization_id = $1`,
        )
      ).map(({ id }) => id);
    const invitations = await ids('invitation');
    const responses = await ids('survey_response');
    await api.db.unitOfWork(organizationId, async (uow) => {
      await touchSurveyRollup(uow, { invitations, responses });
      await touchSurveyRollup(uow, { responses, invitations });
    });
    expect(await stored(api.db, organizationId)).toEqual(before);
  });
});
