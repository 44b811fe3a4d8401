import { Field, registerEnumType } from 'type-graphql';
import { PlainObjectType, RequiresScope } from '../../graphql/access.ts';
import { MetricDimension } from './dimensions.ts';
import { MeasureDirection, MeasureUnit } from './measure.ts';
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
