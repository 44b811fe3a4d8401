import type { Database, DatabaseLogger } from '../../src/db/database.ts';
import { createAdmission } from '../../src/graphql/admission/admission.ts';
import { AdmissionError } from '../../src/graphql/admission/errors.ts';
import { DEFAULT_DOCUMENT_LIMITS } from '../../src/graphql/admission/limits.ts';
import { type Audience, type Caller, SCOPES } from '../../src/graphql/caller.ts';
import { createContext } from '../../src/graphql/context.ts';
import { createExecutor, type Engine } from '../../src/graphql/execute/executor.ts';
import { assembleSchemas } from '../../src/graphql/schema.ts';
import { entities } from '../../src/modules/entities.ts';
import { insertMetricDefaults } from '../../src/modules/metrics/index.ts';
import { resolvers } from '../../src/modules/resolvers.ts';
import { createOrganization, openBeside, openTestDatabase } from './database.ts';
import { comparingEngines } from './engines.ts';

/** What a test reads of an answer: it knows its own query. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Data = any;

export function callerOf(organizationId: string, audience: Audience): Caller {
  return {
    audience,
    organizationId,
    scopes: new Set(audience === 'STOREFRONT' ? [] : SCOPES),
    keyId: null,
    memberId: null,
    role: audience === 'MEMBER' ? 'ADMIN' : null,
    origins: null,
    expiresAt: null,
  };
}

/** The schema over a real database, without a transport: for tests of what the fields mean. */
export interface TestApi {
  readonly db: Database;
  readonly organizationId: string;
  /** Of the database; undefined on the embedded one. */
  readonly url: string | undefined;
  readonly schemas: Awaited<ReturnType<typeof assembleSchemas>>;
  /** Runs a document, on both engines where it can be compiled; an error of it is thrown with the document, so that a failing test explains itself. */
  run(source: string, variables?: object, caller?: Caller): Promise<Data>;
  /** The same, giving errors instead of throwing. */
  attempt(
    source: string,
    variables?: object,
    caller?: Caller,
  ): Promise<{ data: Data; errors: Data[] }>;
  /** How many documents each engine has answered. */
  readonly answered: ReadonlyMap<Engine, number>;
  organization(slug: string): Promise<string>;
  /** The number of statements that the work sends. */
  statements(work: () => Promise<unknown>): Promise<string[]>;
  close(): Promise<void>;
}

export interface TestApiOptions {
  readonly engine?: Engine;
  /** Engines that answer everything again; without graphql-jit, which compiles each document first, it takes a third of the time. */
  readonly references?: readonly Engine[];
  /** The database's. */
  readonly logger?: DatabaseLogger;
  /** On PostgreSQL, one whose organization and database this one shares, as another process does. */
  readonly beside?: TestApi;
}

export async function openTestApi({
  engine,
  references,
  logger,
  beside,
}: TestApiOptions = {}): Promise<TestApi> {
  const place = beside
    ? await openBeside(beside, { entities, logger })
    : await openTestDatabase({ entities, logger });
  const { db, organizationId, url, close } = place;
  if (!beside) await db.unitOfWork(organizationId, insertMetricDefaults);
  const schemas = await assembleSchemas(resolvers);
  const integrator = callerOf(organizationId, 'INTEGRATOR');

  const admission = createAdmission({
    schemas,
    // What a document may cost is tested with the transports; here, every field has to be asked.
    limits: { ...DEFAULT_DOCUMENT_LIMITS, maxCost: 1e9 },
    rateLimit: { points: 1e15, seconds: 1 },
    storefrontIntrospection: true,
    documentCacheBytes: 1e8,
  });
  const answered = new Map<Engine, number>();
  let isCounting = false;
  const executor = createExecutor({
    ...comparingEngines(db, () => !isCounting, engine, references),
    maxCompiled: 500,
    logger: { warn: () => undefined },
  });
  const attempt: TestApi['attempt'] = async (query, variables = {}, caller = integrator) => {
    try {
      const { operation, variables: coerced } = await admission.admit(
        { query, variables: variables as Record<string, unknown> },
        caller,
      );
      const context = createContext({ requestId: 'test', caller, db });
      const executed = await executor.execute({ operation, variables: coerced, context });
      answered.set(executed.engine, (answered.get(executed.engine) ?? 0) + 1);
      const { result } = executed;
      return { data: result.data, errors: [...(result.errors ?? [])] };
    } catch (error) {
      if (error instanceof AdmissionError) return { data: null, errors: [...error.errors] };
      throw error;
    }
  };

  return {
    db,
    organizationId,
    url,
    schemas,
    answered,
    attempt,
    async run(source, variables, caller) {
      const { data, errors } = await attempt(source, variables, caller);
      if (errors.length > 0) {
        const causes = errors.map((error) => error.originalError?.stack ?? error.message);
        throw new Error(`${source}\n${JSON.stringify(variables)}\n${causes.join('\n')}`);
      }
      return data;
    },
    async organization(slug) {
      const id = await createOrganization(db, { slug });
      await db.unitOfWork(id, insertMetricDefaults);
      return id;
    },
    async statements(work) {
      const sent: string[] = [];
      // Fresh statistics for the planner come now and then, after whatever outgrew the last ones.
      const isUpkeep = (sql: string) => /^analyze |from pg_class/.test(sql);
      const stop = db.observe((sql) => void (isUpkeep(sql) || sent.push(sql)));
      isCounting = true;
      try {
        await work();
      } finally {
        isCounting = false;
        stop();
      }
      return sent;
    },
    close,
  };
}
