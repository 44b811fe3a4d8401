import type { UnitOfWork } from '../../db/database.ts';
import { recordset } from '../../db/recordset.ts';
import { ANSWER_SOURCE, SEND_SOURCE } from './survey-rollup-facts.ts';
import { surveyRollupStatement } from './survey-rollup-statement.ts';

/** The rows that a unit of work is about to write. */
export interface TouchedRows {
  /** Ids of rows of `invitation`, whose `sent_at` or `answered_at` is about to be set. */
  readonly invitations?: readonly string[];
  /** Ids of rows of `survey_response`, about to be created or changed. */
  readonly responses?: readonly string[];
}

/**
 * Keeps the rollups of surveys exact: call it in the unit of work that writes the rows, **before**
 * it writes them. Rows that are there are locked and remembered as they are, rows that are not there
 * yet are going to be; before the unit commits, the difference is counted and written by one
 * statement. To touch a row twice, or one that does not change, does no harm.
 *
 * @throws Error where this unit has written one of the rows already, and what it was is lost
 */
export async function touchSurveyRollup(
  uow: UnitOfWork,
  { invitations = [], responses = [] }: TouchedRows,
): Promise<void> {
  const change = changeOf(uow);
  // In one order everywhere; the invitation first, as whoever answers one does.
  await change.invitations.touch(invitations);
  await change.responses.touch(responses);
}

type Row = Readonly<Record<string, string | number | null>> & { readonly id: string };

/** The rows of one table that a unit touches. */
class Touched {
  readonly #uow: UnitOfWork;
  readonly #table: string;
  readonly #source: Readonly<Record<string, string>>;
  readonly #ids = new Set<string>();
  readonly #before: Row[] = [];

  constructor(uow: UnitOfWork, table: string, source: Readonly<Record<string, string>>) {
    this.#uow = uow;
    this.#table = table;
    this.#source = source;
  }

  get isEmpty(): boolean {
    return this.#ids.size === 0;
  }

  async touch(ids: readonly string[]): Promise<void> {
    const fresh = [...new Set(ids)].filter((id) => !this.#ids.has(id));
    if (fresh.length === 0) return;
    for (const id of fresh) this.#ids.add(id);
    // Times as text, which keeps their microseconds: by them, days are told.
    const columns = Object.entries(this.#source).map(([name, type]) =>
      type === 'timestamptz' ? `${name}::text as ${name}` : name,
    );
    const rows = await this.#uow.execute<Row & { isOwn: boolean }>(
      `select id, xmin::text = pg_current_xact_id()::xid::text as "isOwn", ${columns.join(', ')}
       from ${this.#table} where organization_id = $1 and id = any($2::uuid[])
       order by id for update`,
      [this.#uow.organizationId, fresh],
    );
    for (const { isOwn, ...row } of rows) {
      if (isOwn) throw new Error(`${this.#table} ${row.id} was written before it was touched`);
      this.#before.push(row);
    }
  }

  /** What they are now is added, what they were is taken away; from the placeholder `first` on. */
  counted(first: number): { sql: string; values: unknown[] } {
    const columns = Object.keys(this.#source).join(', ');
    const added = `select 1 as sign, ${columns} from ${this.#table} where organization_id = $1 and id = any($${first}::uuid[])`;
    const ids = [...this.#ids];
    if (this.#before.length === 0) return { sql: added, values: [ids] };
    const taken = recordset(this.#source, this.#before, 'b', first + 1);
    return {
      sql: `${added} union all select -1, ${columns} from ${taken.sql}`,
      values: [ids, ...taken.values],
    };
  }
}

interface SurveyRollupChange {
  readonly invitations: Touched;
  readonly responses: Touched;
}

const changes = new WeakMap<UnitOfWork, SurveyRollupChange>();

function changeOf(uow: UnitOfWork): SurveyRollupChange {
  const whole = uow.whole();
  let change = changes.get(whole);
  if (!change) {
    const made = {
      invitations: new Touched(whole, 'invitation', SEND_SOURCE),
      responses: new Touched(whole, 'survey_response', ANSWER_SOURCE),
    };
    changes.set(whole, (change = made));
    whole.beforeCommit(async () => write(whole, made));
  }
  return change;
}

function write(uow: UnitOfWork, { invitations, responses }: SurveyRollupChange): void {
  if (invitations.isEmpty && responses.isEmpty) return;
  uow.defer(`select pg_advisory_xact_lock_shared(${LOCK})`, [uow.organizationId]);
  const sends = invitations.counted(2);
  const answers = responses.counted(2 + sends.values.length);
  uow.defer(surveyRollupStatement({ sends: sends.sql, answers: answers.sql }), [
    uow.organizationId,
    ...sends.values,
    ...answers.values,
  ]);
}

/**
 * Waits for the writers of the organization's rollups of surveys, and keeps others waiting until the
 * unit ends: for whoever counts anew what is there already.
 */
export function holdSurveyRollups(uow: UnitOfWork): Promise<unknown> {
  return uow.execute(`select pg_advisory_xact_lock(${LOCK})`, [uow.organizationId]);
}

const LOCK = `hashtext('antiphon.survey-rollups'), hashtext($1::text)`;
