import { Field, Float, registerEnumType } from 'type-graphql';
import { PlainObjectType, RequiresScope } from '../../graphql/access.ts';
import { connectionType } from '../../graphql/connection.ts';
import { Node } from '../../graphql/node.ts';
import { DateTime } from '../../graphql/scalars.ts';
import { UserError } from '../../graphql/user-error.ts';
import { MeasureName } from './measures.ts';
import { MetricViewQuery } from './metric-view-query.type.ts';
import { Visualisation } from './stored-view.ts';

registerEnumType(Visualisation, {
  name: 'MetricVisualisation',
  description: 'How a view is best shown. A hint: the numbers are the same.',
  valuesConfig: {
    NUMBER: { description: 'One number, large.' },
    LINE: { description: 'A line over time.' },
    BAR: { description: 'Bars, over time or by a dimension.' },
    TABLE: { description: 'All of it, as rows.' },
    RANKING: { description: 'Rows in the order of the first measure, the best first.' },
  },
});

@RequiresScope('metrics:read')
@PlainObjectType({
  description: 'What a measure shall be over the whole range of a view, and whether it is.',
})
export class MetricGoal {
  @Field(() => MeasureName, { description: 'Which measure.' })
  measure!: MeasureName;

  @Field(() => Float, { nullable: true, description: 'Met by this value and those above.' })
  atLeast!: number | null;

  @Field(() => Float, { nullable: true, description: 'Met by this value and those below.' })
  atMost!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'The measure over all that the view is about; null without data.',
  })
  value!: number | null;

  @Field(() => Boolean, { nullable: true, description: 'Null without data.' })
  met!: boolean | null;
}

@RequiresScope('metrics:read')
@PlainObjectType({
  implements: Node,
  description: 'A saved question: measures by dimensions and time, over some reviews.',
})
export class MetricView extends Node {
  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true, description: 'For people: what it is good for.' })
  description!: string | null;

  @Field(() => Visualisation, { description: 'How it is best shown.' })
  visualisation!: Visualisation;

  @Field(() => MetricViewQuery, { description: 'What it asks, as `metrics` takes it.' })
  query!: MetricViewQuery;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime)
  updatedAt!: Date;
}

export const MetricViewConnection = connectionType('MetricView', () => MetricView, 'metrics:read');

@PlainObjectType({ description: 'What became of a mutation on a metric view.' })
export class MetricViewPayload {
  @Field(() => [UserError], { description: 'Why it was refused; nothing is written then.' })
  userErrors!: UserError[];
}

@PlainObjectType({ description: 'Which view was deleted, or why none was.' })
export class DeleteMetricViewPayload {
  @Field(() => [UserError])
  userErrors!: UserError[];
}
