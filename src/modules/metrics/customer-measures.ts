import { type Measure, quotient, sum } from './measure.ts';

/** The measures of customers, by the day on which they left; of the organization, by time alone. */
export const CUSTOMER_MEASURES = [
  {
    subject: 'CUSTOMERS',
    name: 'CHURN_COUNT',
    key: 'churn.count',
    title: 'Customers lost',
    unit: 'COUNT',
    direction: 'LOWER_IS_BETTER',
    formula: 'Customers who left, and have not come back, on the day when they left.',
    reason: 'As commonly defined.',
    computed: { kind: 'count', numerator: sum('t.churned'), of: sum('t.churned') },
    dimensions: [],
  },
  {
    subject: 'CUSTOMERS',
    name: 'CHURN_SILENT_RATE',
    key: 'churn.silentRate',
    title: 'Lost without a word',
    unit: 'RATIO',
    direction: 'LOWER_IS_BETTER',
    formula: 'Customers who left and never completed a survey ÷ customers who left.',
    reason:
      'Whoever leaves without a word could not be kept: it says how much of what goes wrong the surveys hear of.',
    computed: quotient(sum('t.silent'), sum('t.churned')),
    dimensions: [],
  },
] as const satisfies readonly Measure[];
