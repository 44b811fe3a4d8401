import { Field, registerEnumType } from 'type-graphql';
import { PlainObjectType, RequiresScope } from '../../graphql/access.ts';
import { MetricDimension } from './dimensions.ts';
import { MeasureDirection, MeasureUnit, MetricSubject } from './measure.ts';
import { MeasureName } from './measures.ts';

registerEnumType(MeasureUnit, {
  name: 'MeasureUnit',
  description: 'What the numbers of a measure are.',
  valuesConfig: {
    COUNT: { description: 'How many.' },
    SCORE: { description: '0..1, of ratings on any scale.' },
    RATING: { description: 'On a rating scale as it is.' },
    RATIO: { description: 'A part of a whole, 0..1.' },
    SECONDS: { description: 'A time in seconds.' },
    POINTS: { description: '0..1000.' },
    BOOLEAN: { description: '1: yes, 0: no.' },
    NET_SCORE: { description: '−100..100: a share of some less a share of others, times 100.' },
  },
});
registerEnumType(MetricSubject, {
  name: 'MetricSubject',
  description: 'What the numbers of a measure are over; a query asks about one of them.',
  valuesConfig: {
    REVIEWS: { description: 'Reviews, by the local day on which they were written.' },
    SURVEYS: {
      description:
        'Answers, by the local day on which they were completed, and invitations, by that on which they were sent.',
    },
    CUSTOMERS: { description: "Customers, by the organization's day on which they left." },
  },
});
registerEnumType(MeasureDirection, {
  name: 'MeasureDirection',
  description: 'Which way is better.',
});

@RequiresScope('metrics:read')
@PlainObjectType({ name: 'Measure', description: 'A number that `metrics` can be asked for.' })
export class MeasureType {
  @Field(() => MeasureName)
  name!: MeasureName;

  @Field(() => String, { description: 'As guides and exports call it: review.averageScore.' })
  key!: string;

  @Field(() => String)
  title!: string;

  @Field(() => MetricSubject, {
    description: 'What it is over: measures of one subject go together in a query.',
  })
  subject!: MetricSubject;

  @Field(() => MeasureUnit, { description: 'What its numbers are.' })
  unit!: MeasureUnit;

  @Field(() => MeasureDirection, { description: 'Which way is better.' })
  direction!: MeasureDirection;

  @Field(() => String, { description: 'How it is worked out.' })
  formula!: string;

  @Field(() => String, { description: 'Where the formula comes from, or why it is as it is.' })
  reason!: string;

  @Field(() => [MetricDimension], { description: 'By what it can be split, beside time.' })
  dimensions!: MetricDimension[];
}
