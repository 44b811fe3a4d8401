import { Field, ID, registerEnumType } from 'type-graphql';
import { PlainObjectType, RequiresScope } from '../../graphql/access.ts';
import { connectionType } from '../../graphql/connection.ts';
import { Node } from '../../graphql/node.ts';
import { DateTime } from '../../graphql/scalars.ts';
import type { AuditOutcome as Outcome } from './record-audit.ts';

export const AuditOutcome = { DONE: 'DONE', REFUSED: 'REFUSED' } as const satisfies {
  [outcome in Outcome]: outcome;
};

registerEnumType(AuditOutcome, {
  name: 'AuditOutcome',
  valuesConfig: {
    DONE: { description: 'It was done.' },
    REFUSED: { description: 'It was tried, and a rule forbids it.' },
  },
});

@RequiresScope('organization:read')
@PlainObjectType({ description: 'Something that an entry of the audit log says.' })
export class AuditDetail {
  @Field(() => String)
  name!: string;

  @Field(() => String, { description: 'Numbers and yes or no as text, too.' })
  value!: string;
}

@RequiresScope('organization:read')
@PlainObjectType({
  implements: Node,
  description:
    'What was done or refused that an auditor would ask for. Entries are never changed; none holds contact data.',
})
export class AuditEntry extends Node {
  @Field(() => DateTime, { description: 'When it was done or refused.' })
  occurredAt!: Date;

  @Field(() => String, { description: 'Such as `customer.erase`.' })
  action!: string;

  @Field(() => AuditOutcome)
  outcome!: Outcome;

  @Field(() => [AuditDetail], { description: 'What it was about: ids, and rules.' })
  details!: AuditDetail[];

  @Field(() => ID, {
    nullable: true,
    description: 'The key that it was done with, which may be gone; null without one.',
  })
  apiKeyId!: string | null;
}

export const AuditEntryConnection = connectionType(
  'AuditEntry',
  () => AuditEntry,
  'organization:read',
);
