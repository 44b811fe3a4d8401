import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  getNamedType,
  type GraphQLSchema,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import type { FieldAccess } from '../../src/graphql/access.ts';
import { type Audience, type Caller, SCOPES } from '../../src/graphql/caller.ts';
import { encodeId, ID_PREFIXES, type IdType } from '../../src/graphql/ids.ts';
import { createKey, inviteMember } from '../../src/modules/accounts/index.ts';
import { callerOf, type Data, openTestApi, type TestApi } from '../testkit/api.ts';
import {
  inputObject,
  type ProbeDocument,
  probeDocuments,
  type ValueOf,
} from '../testkit/probe-documents.ts';
import { seed } from '../testkit/seed.ts';
import { fillSurvey } from '../survey-responses/survey-kit.ts';

const OURS = 'OURSMARK';
const THEIRS = 'THEIRSMARK';
/** In the answers of respondents, which no storefront sees. */
const ANSWER = 'ANSWERMARK';

/** Where each id type's rows are. */
const TABLES: Readonly<Record<IdType, string>> = {
  Organization: 'organization',
  Member: 'member',
  ApiKey: 'api_key',
  LocationGroup: 'location_group',
  Location: 'location',
  Product: 'product',
  Review: 'review',
  Response: 'response',
  MetricView: 'metric_view',
  Customer: 'customer',
  CustomerEvent: 'customer_event',
  Survey: 'survey',
  SurveyVersion: 'survey_version',
  SurveySchedule: 'survey_schedule',
  SurveyInvitation: 'invitation',
  SurveyResponse: 'survey_response',
  DetractorAlert: 'detractor_alert',
  AuditEntry: 'audit_entry',
};

let api: TestApi;
let ours: string;
let theirs: string;
let ourIds: Map<IdType, string[]>;
let theirIds: Map<IdType, string[]>;
/** Of an invitation that is half answered. */
let ourToken: string;

async function idsOf(organizationId: string): Promise<Map<IdType, string[]>> {
  const found = new Map<IdType, string[]>();
  for (const type of Object.keys(ID_PREFIXES) as IdType[]) {
    const column = type === 'Organization' ? 'id' : 'organization_id';
    const rows = await api.db.system<{ id: string }>(
      `select id from ${TABLES[type]} where ${column} = $1 order by id`,
      [organizationId],
    );
    found.set(
      type,
      rows.map((row) => encodeId(type, row.id)),
    );
  }
  return found;
}

const CUSTOMER = `mutation ($customer: CustomerImport!, $event: RecordEventInput!) {
  importCustomers(input: { customers: [$customer, { externalId: "erased" }] }) { created }
  recordEvent(input: $event) { userErrors { message } }
  eraseCustomer(input: { customerExternalId: "erased" }) { userErrors { message } }
}`;

async function fillCustomers(marker: string, integrator: Caller): Promise<void> {
  const externalId = 'customer';
  const consents = { email: true, source: marker };
  const customer = { externalId, name: `${marker} name`, email: `${marker}@example.org`, consents };
  const event = { customerExternalId: externalId, kind: 'PURCHASE', name: `${marker} event` };
  await api.run(CUSTOMER, { customer, event }, integrator);
}

/** Both organizations hold the same external ids; only marks and ids tell them apart. */
async function fill(organizationId: string, marker: string): Promise<void> {
  const integrator = callerOf(organizationId, 'INTEGRATOR');
  await seed((source, variables) => api.run(source, variables, integrator), {
    locations: 4,
    products: 2,
    reviews: 60,
    marker,
  });
  const { reviews } = await api.run('{ reviews(first: 1) { nodes { id } } }', {}, integrator);
  await api.run(
    'mutation ($input: DraftResponseInput!) { draftResponse(input: $input) { userErrors { message } } }',
    { input: { reviewId: reviews.nodes[0].id, body: `${marker} draft` } },
    integrator,
  );
  await api.run(
    `mutation { importReviews(input: { reviews: [{ source: GOOGLE, externalId: "edited", rating: 2, text: "${marker} first", locationExternalId: "loc-0", authoredAt: "2025-05-05T00:00:00Z" }, { source: GOOGLE, externalId: "edited", rating: 4, text: "${marker} second", locationExternalId: "loc-0", authoredAt: "2025-05-05T00:00:00Z" }] }) { updated } }`,
    {},
    integrator,
  );
  await fillCustomers(marker, integrator);
  await api.db.unitOfWork(organizationId, async (uow) => {
    await createKey(
      uow,
      {
        kind: 'SECRET',
        name: `${marker} key`,
        scopes: ['reviews:read'],
        origins: null,
        memberId: null,
        expiresAt: null,
      },
      'OPERATOR',
    );
    const email = `${marker.toLowerCase()}@example.org`;
    await inviteMember(
      uow,
      { email, name: `${marker} member`, role: 'VIEWER', issuer: null, subject: null },
      'OPERATOR',
    );
  });
}

beforeAll(async () => {
  api = await openTestApi({ references: ['graphql-js'] });
  ours = api.organizationId;
  theirs = await api.organization('theirs');
  await fill(ours, OURS);
  await fill(theirs, THEIRS);
  ourToken = await fillSurvey(api.db, ours, `${OURS} ${ANSWER}`);
  await fillSurvey(api.db, theirs, `${THEIRS} ${ANSWER}`);
  ourIds = await idsOf(ours);
  theirIds = await idsOf(theirs);
}, 60_000);
afterAll(() => api.close());

/** Values for arguments: ids from the given organization, pages as long as they may be. */
function values(ids: Map<IdType, string[]>, rootId: string): ValueOf {
  return (name, type) => {
    if (name === 'id') return rootId;
    if (name === 'ids' && isNonNullType(type))
      return [...ids.values()].map((all) => all[0]).filter(Boolean);
    if (name === 'first') return 20;
    if (name === 'from' || name === 'to') return name === 'from' ? '2025-01-01' : '2025-12-31';
    if (name === 'measures') return ['REVIEW_COUNT', 'REPUTATION_SCORE'];
    if (name === 'dimensions') return ['LOCATION', 'GROUP'];
    if (name === 'token') return ourToken;
    if (name === 'externalId') return undefined;
    return undefined;
  };
}

function expectNothingOfTheirs(document: ProbeDocument, answer: unknown): void {
  const text = JSON.stringify(answer);
  if (text.includes(THEIRS)) throw new Error(`${document.text}\nanswers with their text: ${text}`);
  for (const id of [...theirIds.values()].flat()) {
    if (text.includes(id)) throw new Error(`${document.text}\nanswers with their id ${id}`);
  }
}

/** Members see the schema that integrators do, and ask for both: as INTEGRATOR, what is asked is the same. */
const AUDIENCES: readonly Audience[] = ['STOREFRONT', 'MEMBER'];
const schemaFor = (caller: Caller): GraphQLSchema =>
  caller.audience === 'STOREFRONT' ? api.schemas.storefront : api.schemas.full;

describe.each(AUDIENCES)('every field, asked by %s', (audience) => {
  it('answers with rows of its own organization, and covers the whole schema', async () => {
    const caller = callerOf(ours, audience);
    const schema = schemaFor(caller);
    const covered = new Set<string>();
    const asked = new Set<string>();
    let sawOurs = 0;
    for (const type of Object.keys(ID_PREFIXES) as IdType[]) {
      const id = ourIds.get(type)?.[0] ?? '';
      const refused = new Set<string>();
      for (const document of probeDocuments(schema, values(ourIds, id))) {
        // What does not depend on the id is asked once.
        if (asked.has(document.text) || refused.has(rootOf(document))) continue;
        asked.add(document.text);
        const { data, errors } = await api.attempt(document.text, {}, caller);
        if (data === null) {
          expectRefusedForItsId(document, errors);
          refused.add(rootOf(document));
        }
        document.covers.forEach((field) => covered.add(field));
        expectNothingOfTheirs(document, { data, errors });
        const answer = JSON.stringify(data);
        if (audience === 'STOREFRONT') expect(answer).not.toContain(ANSWER);
        if (JSON.stringify(data).includes(OURS)) sawOurs++;
      }
    }
    // Not vacuous: our own rows are there to be seen, and every field was asked for.
    expect(sawOurs).toBeGreaterThan(20);
    expect([...covered].sort()).toEqual(reachableFields(schema));
  });

  it('answers with nothing for ids of another organization', async () => {
    const caller = callerOf(ours, audience);
    for (const type of Object.keys(ID_PREFIXES) as IdType[]) {
      const id = theirIds.get(type)?.[0] ?? '';
      const refused = new Set<string>();
      for (const document of probeDocuments(schemaFor(caller), values(theirIds, id))) {
        if (!document.text.includes(id) || refused.has(rootOf(document))) continue;
        const { data } = await api.attempt(document.text, {}, caller);
        expectNothingOfTheirs({ ...document, text: '' }, { data });
        if (data === null) refused.add(rootOf(document));
      }
    }
  });

  it('finds nothing through filters that name ids of another organization', async () => {
    const caller = callerOf(ours, audience);
    let probed = 0;
    for (const type of Object.keys(ID_PREFIXES) as IdType[]) {
      const filterBy: ValueOf = (name, inputType, path) => {
        if (path.length > 0 && isIdList(inputType)) return theirIds.get(type)?.slice(0, 2);
        if (name === 'filter') {
          const named = getNamedType(inputType);
          if (!isInputObjectType(named)) return undefined;
          const filter = inputObject(named, filterBy, [name]);
          return Object.keys(filter).length > 0 ? filter : undefined;
        }
        return values(ourIds, ourIds.get('Location')?.[0] ?? '')(name, inputType, path);
      };
      for (const document of probeDocuments(schemaFor(caller), filterBy)) {
        const theirOwn = theirIds.get(type)?.[0] ?? '';
        if (!document.text.includes('filter:') || !document.text.includes(theirOwn)) continue;
        probed++;
        const { data } = await api.attempt(document.text, {}, caller);
        expectNothingOfTheirs({ ...document, text: '' }, { data });
      }
    }
    expect(probed).toBeGreaterThan(0);
  });
});

function isIdList(type: Parameters<ValueOf>[1]): boolean {
  const bare = isNonNullType(type) ? type.ofType : type;
  return isListType(bare) && getNamedType(bare).name === 'ID';
}

/** A root field that refuses an id for its type does so before it looks at what is selected: once is enough. */
function rootOf({ text }: ProbeDocument): string {
  return /^\{ (\w+)/.exec(text)?.[1] ?? '';
}

/** The probe gives each id type to each `id` argument, so most documents name an id of the wrong type. */
function expectRefusedForItsId(document: ProbeDocument, errors: Data[]): void {
  const codes = errors.map((error) => error.extensions?.code);
  if (codes.length === 0 || codes.some((code) => code !== 'BAD_USER_INPUT')) {
    throw new Error(
      `${document.text}\nwas refused: ${errors.map((error) => error.message).join('\n')}`,
    );
  }
}

function reachableFields(schema: GraphQLSchema): string[] {
  const names = new Set<string>();
  for (const document of probeDocuments(schema, values(ourIds, ''))) {
    document.covers.forEach((field) => names.add(field));
  }
  return [...names].sort();
}

describe('above its audience', () => {
  it('a publishable key is refused every field that is not marked for storefronts', async () => {
    const caller = callerOf(ours, 'STOREFRONT');
    const { full, storefront } = api.schemas;
    const open = new Set(reachableFields(storefront));
    const closed = probeDocuments(full, values(ourIds, ourIds.get('Review')?.[0] ?? '')).flatMap(
      (document) =>
        document.covers.filter((field) => !open.has(field)).map((field) => ({ field, document })),
    );
    expect(closed.length).toBeGreaterThan(10);
    for (const { field, document } of closed) {
      const only = document.text.replace(/^/, `# ${field}\n`);
      const { data, errors } = await api.attempt(only, {}, caller);
      expect({ field, data, refused: errors.length > 0 }).toEqual({
        field,
        data: null,
        refused: true,
      });
    }
  });

  it('a secret key is refused every field whose scope it lacks', async () => {
    const { full } = api.schemas;
    let refused = 0;
    for (const document of probeDocuments(full, values(ourIds, ourIds.get('Review')?.[0] ?? ''))) {
      const scopes = new Set(document.covers.flatMap((field) => scopeOf(full, field)));
      for (const missing of scopes) {
        const caller = {
          ...callerOf(ours, 'INTEGRATOR'),
          scopes: new Set(SCOPES.filter((scope) => scope !== missing)),
        };
        const { data, errors } = await api.attempt(document.text, {}, caller);
        expect(data).toBeNull();
        expect(errors.map((error: Data) => error.extensions.code)).toContain('FORBIDDEN');
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(20);
  });

  it('nothing but pages, errors and values inside of guarded objects is without a scope', () => {
    const unguarded = reachableFields(api.schemas.full).filter(
      (field) => scopeOf(api.schemas.full, field).length === 0,
    );
    const types = [...new Set(unguarded.map((field) => field.split('.')[0]))].sort();
    expect(types).toEqual([
      'Address',
      'Invitation',
      'InvitationChoice',
      'InvitationQuestion',
      'InvitationScale',
      'InvitationThankYouPage',
      'Organization',
      'PageInfo',
      'Query',
      'RatingCount',
      'ReviewAuthor',
      'ReviewSummary',
      'Viewer',
    ]);
    // What an invitation shows, its token guards.
    expect(unguarded.filter((field) => field.startsWith('Query.'))).toEqual([
      'Query.invitation',
      'Query.node',
      'Query.nodes',
      'Query.viewer',
    ]);
  });
});

function scopeOf(schema: GraphQLSchema, coordinate: string): string[] {
  const [typeName = '', fieldName = ''] = coordinate.split('.');
  const type = schema.getType(typeName);
  if (!type || !('getFields' in type)) return [];
  const access = type.getFields()[fieldName]?.extensions['access'] as FieldAccess | undefined;
  return access?.scope ? [access.scope] : [];
}

describe('mutations', () => {
  it('with ids of another organization change nothing there, and say that there is no such thing', async () => {
    const before = await dump(theirs);
    const mutations = api.schemas.full.getMutationType()?.getFields() ?? {};
    for (const mutation of Object.values(mutations)) {
      for (const type of Object.keys(ID_PREFIXES) as IdType[]) {
        const id = theirIds.get(type)?.[0];
        const [argument] = mutation.args;
        const inputType = argument && getNamedType(argument.type);
        if (!isInputObjectType(inputType))
          throw new Error(`${mutation.name} does not take one input`);
        const input = inputObject(
          inputType,
          (_name, of) => (getNamedType(of).name === 'ID' ? id : undefined),
          [],
        );
        const text = `mutation ($input: ${inputType.name}!) { ${mutation.name}(input: $input) { __typename userErrors { code message } } }`;
        const { data, errors } = await api.attempt(text, { input }, callerOf(ours, 'MEMBER'));
        // A message may repeat the id that the caller gave.
        const answer = JSON.stringify({ data, errors }).replaceAll(String(id), 'the id given');
        expectNothingOfTheirs({ type: '', covers: [], text }, answer);
      }
    }
    expect(await dump(theirs)).toEqual(before);
  });
});

/** Every row of an organization, table by table, from the catalog. */
async function dump(organizationId: string): Promise<Record<string, unknown[]>> {
  const tables = await api.db.system<{ name: string }>(
    `select table_name as name from information_schema.columns
     where table_schema = 'public' and column_name = 'organization_id' order by 1`,
  );
  const rows: Record<string, unknown[]> = {};
  for (const { name } of tables) {
    rows[name] = await api.db.system(
      `select to_jsonb(t) as row from ${name} t where organization_id = $1 order by to_jsonb(t)::text`,
      [organizationId],
    );
  }
  return rows;
}
