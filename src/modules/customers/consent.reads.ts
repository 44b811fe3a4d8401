import type { GraphQLContext } from '../../graphql/context.ts';
import type { PlannedValue } from '../../graphql/plan/planned.ts';
import type { CustomerConsent } from './customer.type.ts';

const COLUMNS = 's.channel, s.granted, s.source, s.changed_at as "changedAt"';

interface ConsentRow extends Omit<CustomerConsent, 'changedAt'> {
  readonly changedAt: string | Date;
}

function consentOf({ channel, granted, source, changedAt }: ConsentRow): CustomerConsent {
  return { channel, granted, source, changedAt: new Date(changedAt) };
}

/** {@link consentsOf} as a part of one statement. */
export const PLANNED_CONSENTS: PlannedValue = {
  kind: 'value',
  sql:
    `(select json_agg(said) from (select ${COLUMNS} from customer_consent s ` +
    'where s.organization_id = $1 and s.customer_id = c.id order by s.channel) said)',
  value: (cell) => (cell === null ? [] : (JSON.parse(cell) as ConsentRow[]).map(consentOf)),
};

/** What customers have said, by channel: for all that are asked for by one statement. */
export function consentsOf(ctx: GraphQLContext, customerKey: string): Promise<CustomerConsent[]> {
  return ctx.loaders.load<CustomerConsent[]>(
    'CustomerConsent by customer',
    customerKey,
    async (keys) => {
      const rows = await ctx.db.read<ConsentRow & { customer_id: string }>(
        ctx.caller.organizationId,
        `select s.customer_id, ${COLUMNS} from customer_consent s
         where s.organization_id = $1 and s.customer_id = any($2::uuid[])
         order by s.customer_id, s.channel`,
        [keys],
      );
      const byCustomer = new Map<string, CustomerConsent[]>(keys.map((key) => [key, []]));
      for (const row of rows) byCustomer.get(row.customer_id)?.push(consentOf(row));
      return byCustomer;
    },
    [],
  );
}
