import type { Database } from '../../db/database.ts';
import { holdSurveyRollups } from './survey-rollup.ts';
import { ANSWER_COLUMNS, SEND_COLUMNS } from './survey-rollup-facts.ts';
import {
  SURVEY_ROLLUP_TABLES,
  SURVEY_ROLLUPS,
  surveyRollupAmounts,
  surveyRollupStatement,
  type SurveyRollupTable,
} from './survey-rollup-statement.ts';

/** A row of a rollup that does not say what the invitations and answers say. */
export interface SurveyRollupDifference {
  readonly table: SurveyRollupTable;
  readonly key: Readonly<Record<string, unknown>>;
  /** By count: what is stored, and what the rows amount to. */
  readonly stored: Readonly<Record<string, number>>;
  readonly counted: Readonly<Record<string, number>>;
}

/** How far a walk through an organization's surveys has come. */
export interface SurveyRollupStep {
  readonly done: number;
  readonly total: number;
}

/** One survey is a part: its rows are found by an index, and no other survey's count with them. */
const OF_SURVEY = {
  sends: `select 1 as sign, ${SEND_COLUMNS} from invitation where organization_id = $1 and survey_id = $2::uuid`,
  answers: `select 1 as sign, ${ANSWER_COLUMNS} from survey_response where organization_id = $1 and survey_id = $2::uuid`,
};

/** The differences between an organization's rollups of surveys and what they count; exact beside writers. */
export async function* verifySurveyRollups(
  db: Database,
  organizationId: string,
): AsyncGenerator<SurveyRollupStep & { readonly differences: readonly SurveyRollupDifference[] }> {
  const surveys = await surveysOf(db, organizationId);
  for (const [index, survey] of surveys.entries()) {
    const selects = SURVEY_ROLLUP_TABLES.map(differencesOf).join(' union all ');
    const differences = await db.read<SurveyRollupDifference>(
      organizationId,
      `with ${surveyRollupAmounts(OF_SURVEY)} ${selects}`,
      [survey],
    );
    yield { done: index + 1, total: surveys.length, differences };
  }
}

/** Makes an organization's rollups of surveys anew: writers wait for one survey at most. */
export async function* rebuildSurveyRollups(
  db: Database,
  organizationId: string,
): AsyncGenerator<SurveyRollupStep> {
  const surveys = await surveysOf(db, organizationId);
  for (const [index, survey] of surveys.entries()) {
    await db.unitOfWork(organizationId, async (uow) => {
      await holdSurveyRollups(uow);
      const values = [organizationId, survey];
      for (const table of SURVEY_ROLLUP_TABLES) {
        await uow.execute(
          `delete from ${table} where organization_id = $1 and survey_id = $2`,
          values,
        );
      }
      await uow.execute(surveyRollupStatement(OF_SURVEY), values);
    });
    yield { done: index + 1, total: surveys.length };
  }
}

/** Those that are there, and those that nothing but a rollup knows of. */
async function surveysOf(db: Database, organizationId: string): Promise<string[]> {
  const tables = SURVEY_ROLLUP_TABLES.map(
    (table) => `union select survey_id from ${table} where organization_id = $1`,
  );
  const rows = await db.read<{ id: string }>(
    organizationId,
    `select id from survey where organization_id = $1 ${tables.join(' ')} order by id`,
  );
  return rows.map(({ id }) => id);
}

function differencesOf(table: SurveyRollupTable): string {
  const { key, counts } = SURVEY_ROLLUPS[table];
  const amounts = (alias: string) =>
    `json_build_object(${counts.map((name) => `'${name}', coalesce(${alias}.${name}, 0)`).join(', ')})`;
  const keys = key.map((name) => `'${name}', coalesce(n.${name}, s.${name})`).join(', ');
  return `select '${table}' as "table", json_build_object(${keys}) as key,
      ${amounts('s')} as stored, ${amounts('n')} as counted
    from new_${table} n
    full join (select * from ${table} where organization_id = $1 and survey_id = $2::uuid) s
      on ${key.map((name) => `n.${name} = s.${name}`).join(' and ')}
    where ${counts.map((name) => `coalesce(n.${name}, 0) <> coalesce(s.${name}, 0)`).join(' or ')}`;
}
