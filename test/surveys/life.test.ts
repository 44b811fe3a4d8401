import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/db/new-id.ts';
import { decodeId, encodeId } from '../../src/graphql/ids.ts';
import { loadVersion, publishedVersion } from '../../src/modules/surveys/index.ts';
import { callerOf, type Data, openTestApi, type TestApi } from '../testkit/api.ts';
import {
  BEST_QUESTION,
  errorsOf,
  mutate,
  nps,
  NPS_QUESTION,
  publish,
  SURVEY,
  surveyInput,
  THANKS,
  VERSION,
  wired,
} from './survey-graph.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

describe('a survey', () => {
  it('is created with its first draft, and found by id, key and node', async () => {
    const input = surveyInput({ key: 'first', name: ' First ', anonymous: true, alertAtMost: 3 });
    const { survey, userErrors } = await mutate(api, 'createSurvey', input);
    expect(userErrors).toEqual([]);
    expect(survey).toMatchObject({
      id: expect.stringMatching(/^srv_[0-9a-z]{26}$/),
      key: 'first',
      name: 'First',
      kind: 'NPS',
      state: 'DRAFT',
      anonymous: true,
      alertAtMost: 3,
      endsAt: null,
      publishedVersion: null,
      draftVersion: { number: 1, questionCount: 2, publishedAt: null },
    });
    const found = await api.run(
      `query ($id: ID!) { byId: survey(id: $id) { ${SURVEY} } byKey: survey(key: "first") { ${SURVEY} }
        node(id: $id) { ... on Survey { ${SURVEY} } } none: survey(key: "none") { id } }`,
      { id: survey.id },
    );
    expect(wired(found)).toEqual({ byId: survey, byKey: survey, node: survey, none: null });
  });

  it('gives its definition back as it was given', async () => {
    const { survey } = await mutate(api, 'createSurvey', surveyInput());
    const empty = { help: [], scale: null, lowLabel: [], highLabel: [], choices: [], showIf: [] };
    const condition = { question: 'score', atLeast: 9, atMost: null, choices: null };
    expect(survey.draftVersion.definition).toEqual({
      ...nps(),
      questions: [
        { ...empty, ...NPS_QUESTION },
        { ...empty, ...BEST_QUESTION, required: false, showIf: [condition] },
      ],
      thankYouPages: [{ ...THANKS, showIf: [], invitesReview: false }],
    });
  });

  it('is published, and takes answers by that version from then on', async () => {
    const { survey, version, warnings, userErrors } = await publish(api);
    expect([userErrors, warnings]).toEqual([[], []]);
    expect(survey).toMatchObject({ state: 'PUBLISHED', draftVersion: null });
    expect(survey.publishedVersion).toEqual(version);
    expect(version).toMatchObject({ number: 1, publishedAt: expect.any(String) });
    const told = await api.db.read<{ kind: string }>(
      api.organizationId,
      'select kind from feed_event where organization_id = $1 order by seq desc limit 1',
    );
    expect(told).toEqual([{ kind: 'SURVEY_PUBLISHED' }]);
  });

  it('is changed by a draft, while the published version stays as it was', async () => {
    const { survey, version } = await publish(api);
    const definition = nps({ thankYouPages: [{ ...THANKS, key: 'other' }] });
    const changed = await mutate(api, 'updateSurvey', { id: survey.id, definition });
    expect(changed.survey).toMatchObject({
      state: 'PUBLISHED',
      publishedVersion: version,
      draftVersion: { number: 2, publishedAt: null },
    });
    const again = nps({ thankYouPages: [{ ...THANKS, key: 'third' }] });
    const { survey: edited } = await mutate(api, 'updateSurvey', {
      id: survey.id,
      definition: again,
    });
    expect(edited.draftVersion).toMatchObject({ id: changed.survey.draftVersion.id, number: 2 });
    const published = await mutate(api, 'publishSurvey', { id: survey.id });
    expect(published.version).toMatchObject({ number: 2 });
    const { survey: all } = await api.run(
      `query ($id: ID!) { survey(id: $id) { versions { totalCount nodes { ${VERSION} } } } }`,
      { id: survey.id },
    );
    expect(all.versions).toEqual({ totalCount: 2, nodes: [published.version, version] });
    expect(all.versions.nodes[0].definition.thankYouPages[0].key).toBe('third');
  });

  it('is not published twice without a change', async () => {
    const { survey } = await publish(api);
    const again = await mutate(api, 'publishSurvey', { id: survey.id });
    expect(errorsOf(again)).toEqual(['INVALID_STATE id']);
  });

  it('is renamed at once, without a new version', async () => {
    const { survey } = await publish(api);
    const changes = { name: 'Renamed', anonymous: true, alertAtMost: 2 };
    const renamed = await mutate(api, 'updateSurvey', { id: survey.id, ...changes });
    expect(renamed.survey).toEqual({ ...survey, ...changes });
    const cleared = await mutate(api, 'updateSurvey', { id: survey.id, alertAtMost: null });
    expect(cleared.survey.alertAtMost).toBeNull();
  });

  it('is closed, and opened again by another end', async () => {
    const { survey } = await publish(api);
    const closed = await mutate(api, 'closeSurvey', { id: survey.id });
    expect(closed.survey).toMatchObject({ state: 'CLOSED', endsAt: expect.any(String) });
    expect(errorsOf(await mutate(api, 'closeSurvey', { id: survey.id }))).toEqual([
      'INVALID_STATE id',
    ]);
    const past = await mutate(api, 'updateSurvey', { id: survey.id, endsAt: closed.survey.endsAt });
    expect(errorsOf(past)).toEqual(['INVALID_VALUE endsAt']);
    const opened = await mutate(api, 'updateSurvey', { id: survey.id, endsAt: null });
    expect(opened.survey).toMatchObject({ state: 'PUBLISHED', endsAt: null });
  });

  it('is deleted while it is a draft, and no more after', async () => {
    const { survey } = await mutate(api, 'createSurvey', surveyInput());
    const deleted = await mutate(api, 'deleteSurvey', { id: survey.id });
    expect(deleted).toEqual({ deletedId: survey.id, userErrors: [] });
    const { survey: gone } = await api.run('query ($id: ID!) { survey(id: $id) { id } }', survey);
    expect(gone).toBeNull();
    const { survey: published } = await publish(api);
    expect(errorsOf(await mutate(api, 'deleteSurvey', { id: published.id }))).toEqual([
      'INVALID_STATE id',
    ]);
    const draft = await mutate(api, 'createSurvey', surveyInput());
    expect(errorsOf(await mutate(api, 'closeSurvey', { id: draft.survey.id }))).toEqual([
      'INVALID_STATE id',
    ]);
  });

  it('is refused where it is malformed, with everything at once', async () => {
    await mutate(api, 'createSurvey', surveyInput({ key: 'taken' }));
    expect(errorsOf(await mutate(api, 'createSurvey', surveyInput({ key: 'taken' })))).toEqual([
      'ALREADY_EXISTS key',
    ]);
    const bad = surveyInput({ key: 'No spaces', name: ' ', endsAt: '2020-01-01T00:00:00Z' });
    expect(errorsOf(await mutate(api, 'createSurvey', bad))).toEqual([
      'INVALID_VALUE key',
      'INVALID_VALUE name',
      'INVALID_VALUE endsAt',
    ]);
    const nobody = encodeId('Survey', newId());
    expect(errorsOf(await mutate(api, 'publishSurvey', { id: nobody }))).toEqual(['NOT_FOUND id']);
    expect(errorsOf(await mutate(api, 'publishSurvey', { id: 'x' }))).toEqual(['INVALID_ID id']);
  });

  it('is made once for an idempotency key', async () => {
    const input = surveyInput({ idempotencyKey: 'once' });
    const first = await mutate(api, 'createSurvey', input);
    expect(await mutate(api, 'createSurvey', input)).toEqual(first);
    const { id } = first.survey;
    const published = await mutate(api, 'publishSurvey', { id, idempotencyKey: 'publish' });
    expect(await mutate(api, 'publishSurvey', { id, idempotencyKey: 'publish' })).toEqual(
      published,
    );
  });

  it('is not there for another organization, nor for a storefront', async () => {
    const { survey } = await publish(api);
    const other = callerOf(await api.organization('stranger'), 'MEMBER');
    const QUERY = 'query ($id: ID!) { node(id: $id) { id } }';
    expect((await api.run(QUERY, survey, other)).node).toBeNull();
    const shop = callerOf(api.organizationId, 'STOREFRONT');
    expect((await api.run(QUERY, survey, shop)).node).toBeNull();
    const { errors } = await api.attempt('{ surveys { totalCount } }', {}, shop);
    expect(errors[0]?.message).toMatch(/Cannot query field "surveys"/);
  });

  it.each([
    ['closeSurvey', 'NOT_FOUND id'],
    ['updateSurvey', 'NOT_FOUND id'],
  ] as const)('of another organization cannot be changed: %s', async (mutation, expected) => {
    const { survey } = await publish(api);
    const other = callerOf(await api.organization(`stranger-${mutation.toLowerCase()}`), 'MEMBER');
    const type = mutation === 'closeSurvey' ? 'SurveyInput' : 'UpdateSurveyInput';
    const answer = await api.run(
      `mutation ($input: ${type}!) { ${mutation}(input: $input) { userErrors { code path } } }`,
      { input: { id: survey.id } },
      other,
    );
    expect(errorsOf(answer[mutation])).toEqual([expected]);
  });
});

describe('surveys', () => {
  it('are listed by kind and state, with their versions, by as many statements as for one', async () => {
    const caller = callerOf(await api.organization('lists'), 'INTEGRATOR');
    const run = (document: string, variables: object) => api.run(document, variables, caller);
    const own = { ...api, run };
    const first = await publish(own);
    const QUERY = `query ($filter: SurveyFilter) { surveys(filter: $filter, first: 50) { totalCount nodes { ${SURVEY} versions { nodes { number } } readiness { ready } } } }`;
    const ofOne = await api.statements(() => run(QUERY, {}));
    const { survey: closed } = await publish(own);
    await mutate(own, 'closeSurvey', { id: closed.id });
    const csat = { ...NPS_QUESTION, scale: 'POINTS_5' };
    await mutate(
      own,
      'createSurvey',
      surveyInput({ kind: 'CSAT', definition: nps({ questions: [csat] }) }),
    );
    expect(await api.statements(() => run(QUERY, {}))).toHaveLength(ofOne.length);
    const keys = async (filter: object) =>
      (await run(QUERY, { filter })).surveys.nodes.map(
        ({ state, kind }: Data) => `${kind} ${state}`,
      );
    expect(await keys({})).toEqual(['CSAT DRAFT', 'NPS CLOSED', 'NPS PUBLISHED']);
    expect(await keys({ kinds: ['CSAT'] })).toEqual(['CSAT DRAFT']);
    expect(await keys({ states: ['PUBLISHED', 'CLOSED'] })).toEqual([
      'NPS CLOSED',
      'NPS PUBLISHED',
    ]);
    expect(await keys({ states: [] })).toEqual([]);
    const { surveys } = await run('{ surveys(first: 1) { pageInfo { endCursor } } }', {});
    const next = await run('query ($after: String) { surveys(after: $after) { nodes { id } } }', {
      after: surveys.pageInfo.endCursor,
    });
    expect(next.surveys.nodes.map(({ id }: Data) => id)).toEqual([closed.id, first.survey.id]);
  });
});

describe('reading', () => {
  it('a survey with its versions is one statement, and so is a list of them', async () => {
    const { survey } = await publish(api);
    const ONE = `query ($key: String!) { survey(key: $key) { ${SURVEY} versions { nodes { ${VERSION} } } } }`;
    const LIST = `{ surveys { nodes { ${SURVEY} versions(first: 2) { nodes { number } } } } }`;
    for (const document of [ONE, LIST, '{ surveySettings { quietPeriodDays } }']) {
      const variables = document === ONE ? { key: survey.key } : {};
      // The first time, the plan is made.
      await api.run(document, variables);
      expect(await api.statements(() => api.run(document, variables))).toHaveLength(1);
    }
  });
});

describe('a version as other modules load it', () => {
  it('is read once, as what is published never changes; the survey as it is now', async () => {
    const { survey } = await publish(api);
    const id = decodeId('Survey', survey.id);
    const reader = { db: api.db, organizationId: api.organizationId };
    const version = await publishedVersion(reader, id);
    expect(version).toMatchObject({ number: 1, survey: { id, key: survey.key, endsAt: null } });
    expect(version?.definition.questions[0]).toMatchObject({
      key: 'score',
      text: { en: 'How likely are you to recommend us?' },
    });
    await mutate(api, 'updateSurvey', { id: survey.id, name: 'Other', definition: nps() });
    const again = await loadVersion(reader, id, 1);
    expect(again?.definition).toBe(version?.definition);
    expect(again?.survey.name).toBe('Other');
    expect(await loadVersion(reader, id, 2)).toMatchObject({ number: 2, publishedAt: null });
    expect(await loadVersion(reader, id, 3)).toBeNull();
    expect(await publishedVersion(reader, newId())).toBeNull();
    await api.db.unitOfWork(api.organizationId, async (uow) => {
      expect((await publishedVersion(uow, id))?.number).toBe(1);
    });
  });
});
