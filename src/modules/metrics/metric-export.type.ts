import { Field, ID, InputType, registerEnumType } from 'type-graphql';
import { PlainObjectType } from '../../graphql/access.ts';
import { DateTime } from '../../graphql/scalars.ts';
import { UserError } from '../../graphql/user-error.ts';
import { ExportFormat, ExportRows } from './export-token.ts';
import { MetricQuery } from './metric-query.input.ts';

registerEnumType(ExportFormat, {
  name: 'ExportFormat',
  description: 'How the rows of a file are written.',
  valuesConfig: {
    CSV: {
      description:
        'With a head; cells that a spreadsheet would compute have an apostrophe before them.',
    },
    NDJSON: { description: 'One JSON object a line.' },
  },
});
registerEnumType(ExportRows, {
  name: 'MetricExportRows',
  description: 'What a file has rows of.',
  valuesConfig: {
    CELLS: { description: 'The numbers: a row for each row of the result.' },
    REVIEWS: {
      description:
        'The reviews that the numbers are about, as `antiphon export reviews` writes them; needs the scopes to read reviews, responses, locations and products.',
    },
  },
});

@InputType({ description: 'What to export: a saved view, or a question of its own; give one.' })
export class CreateMetricExportInput {
  @Field(() => ID, { nullable: true })
  viewId?: string | null;

  @Field(() => MetricQuery, { nullable: true, description: 'At most 6,000 characters as JSON.' })
  query?: MetricQuery | null;

  @Field(() => ExportFormat)
  format!: ExportFormat;

  @Field(() => ExportRows, { defaultValue: ExportRows.CELLS })
  rows!: ExportRows;

  @Field(() => String, {
    nullable: true,
    description: 'The same key gives the first link again, expired or not; 1 to 200 characters.',
  })
  idempotencyKey?: string | null;
}

@PlainObjectType({ description: 'A link to a file, or why there is none.' })
export class CreateMetricExportPayload {
  @Field(() => String, {
    nullable: true,
    description:
      'The path of the file on this server. Whoever has the link gets the file, without a key: treat it as a secret.',
  })
  url!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When the link ends.' })
  expiresAt!: Date | null;

  @Field(() => [UserError])
  userErrors!: UserError[];
}
