import { type Measure, quotient, sum } from './measure.ts';
import type { ResponsesBehind } from './survey-drill-down.ts';

/**
 * The measures of surveys. Answers count on the local day when they were completed; what was sent
 * counts, answered or not, on the day when it was sent, so that a rate is over the same invitations.
 */
const DIMENSIONS = [
  'LOCATION',
  'GROUP',
  'SURVEY',
  'SURVEY_VERSION',
  'CHANNEL',
  'TOUCHPOINT',
  'QUESTION_COUNT',
  'SURVEY_SCALE',
] as const;

const SUBJECT = 'SURVEYS';
const REICHHELD = 'Reichheld, "The One Number You Need to Grow", Harvard Business Review, 2003.';
const DIXON =
  'Dixon, Freeman and Toman, "Stop Trying to Delight Your Customers", Harvard Business Review, 2010; asked as in "The Effortless Experience" (2013), so that a higher answer means less effort.';
const ONE_SCALE = 'needs the dimension SURVEY_SCALE, or a filter on one of `surveyScales`';

/** Completed answers to surveys of this kind. */
const ofKind = (kind: 'CSAT' | 'CES', column: string) =>
  sum(`case t.kind when '${kind}' then t.${column} else 0 end`);

const COMPLETED: ResponsesBehind = { counted: {}, inNumerator: {} };
const scored = (kind: 'CSAT' | 'CES', inNumerator: ResponsesBehind['inNumerator'] = {}) => ({
  counted: { kind, isScored: true } as const,
  inNumerator,
});

const SEGMENTS = {
  promoters: sum('t.promoters'),
  passives: sum('t.passives'),
  detractors: sum('t.detractors'),
};
const SEGMENTED = sum('t.promoters + t.passives + t.detractors');
const IN_SEGMENT = { isInSegment: true } as const;

function segmentMeasure<const Name extends 'PROMOTER' | 'PASSIVE' | 'DETRACTOR'>(
  segment: Name,
  scores: string,
) {
  const plural = `${segment.toLowerCase()}s` as keyof typeof SEGMENTS;
  return {
    subject: SUBJECT,
    name: `NPS_${segment}S`,
    key: `nps.${plural}`,
    title: `${segment.charAt(0)}${plural.slice(1)}`,
    unit: 'COUNT',
    direction: 'NEUTRAL',
    formula: `Answers to NPS surveys with a score of ${scores}. n: answers with a score.`,
    reason: REICHHELD,
    computed: { kind: 'count', numerator: SEGMENTS[plural], of: SEGMENTED },
    dimensions: DIMENSIONS,
    responses: { counted: IN_SEGMENT, inNumerator: { segment } },
  } as const satisfies Measure;
}

const nps = [
  {
    subject: SUBJECT,
    name: 'NPS',
    key: 'nps',
    title: 'Net promoter score',
    unit: 'NET_SCORE',
    direction: 'HIGHER_IS_BETTER',
    formula:
      '100 × (promoters − detractors) ÷ answers with a score: promoters gave 9 or 10, passives 7 or 8, detractors 0 to 6.',
    reason: REICHHELD,
    computed: { kind: 'nps', segments: SEGMENTS },
    dimensions: DIMENSIONS,
    responses: { counted: IN_SEGMENT, inNumerator: {} },
  },
  segmentMeasure('PROMOTER', '9 or 10'),
  segmentMeasure('PASSIVE', '7 or 8'),
  segmentMeasure('DETRACTOR', '0 to 6'),
] as const satisfies readonly Measure[];

const satisfaction = [
  {
    subject: SUBJECT,
    name: 'CSAT_AVERAGE',
    key: 'csat.average',
    title: 'Customer satisfaction, average',
    unit: 'RATING',
    direction: 'HIGHER_IS_BETTER',
    formula: `Σ score ÷ answers with a score to CSAT surveys, on the scale as it is: ${ONE_SCALE}.`,
    reason: 'As commonly defined; over several scales it would say nothing.',
    computed: quotient(ofKind('CSAT', 'score_sum'), ofKind('CSAT', 'scored')),
    dimensions: DIMENSIONS,
    isOfOneScale: true,
    responses: scored('CSAT'),
  },
  {
    subject: SUBJECT,
    name: 'CSAT_TOP_BOX_SHARE',
    key: 'csat.topBoxShare',
    title: 'Customer satisfaction, top box',
    unit: 'RATIO',
    direction: 'HIGHER_IS_BETTER',
    formula: `Answers to CSAT surveys with the highest score of the scale ÷ answers with a score: ${ONE_SCALE}.`,
    reason:
      'The top box of survey research. The highest of three answers is chosen more easily than the highest of ten, so scales are kept apart.',
    computed: quotient(ofKind('CSAT', 'top'), ofKind('CSAT', 'scored')),
    dimensions: DIMENSIONS,
    isOfOneScale: true,
    responses: scored('CSAT', { isTop: true }),
  },
  {
    subject: SUBJECT,
    name: 'CSAT_SATISFIED_SHARE',
    key: 'csat.satisfiedShare',
    title: 'Satisfied customers',
    unit: 'RATIO',
    direction: 'HIGHER_IS_BETTER',
    formula:
      'Positive answers to CSAT surveys ÷ answers with a score; positive: (score − min) ÷ (max − min) ≥ 0.75, which is 3 of 3, 4 of 5, 6 of 7 and 8 of 10 and above.',
    reason:
      'The score in per cent as it is commonly told (4 and 5 of five), on 0..1 so that all scales go together; the border is that of reviews.',
    computed: quotient(ofKind('CSAT', 'positive'), ofKind('CSAT', 'scored')),
    dimensions: DIMENSIONS,
    responses: scored('CSAT', { sentiment: 'POSITIVE' }),
  },
  {
    subject: SUBJECT,
    name: 'CES_AVERAGE',
    key: 'ces.average',
    title: 'Customer effort score',
    unit: 'RATING',
    direction: 'HIGHER_IS_BETTER',
    formula: `Σ score ÷ answers with a score to CES surveys, on the scale as it is: ${ONE_SCALE}.`,
    reason: DIXON,
    computed: quotient(ofKind('CES', 'score_sum'), ofKind('CES', 'scored')),
    dimensions: DIMENSIONS,
    isOfOneScale: true,
    responses: scored('CES'),
  },
  {
    subject: SUBJECT,
    name: 'CES_EASY_SHARE',
    key: 'ces.easyShare',
    title: 'Customers who found it easy',
    unit: 'RATIO',
    direction: 'HIGHER_IS_BETTER',
    formula:
      'Positive answers to CES surveys ÷ answers with a score; positive: (score − min) ÷ (max − min) ≥ 0.75, which is 4 of 5 and 6 of 7 and above.',
    reason: DIXON,
    computed: quotient(ofKind('CES', 'positive'), ofKind('CES', 'scored')),
    dimensions: DIMENSIONS,
    responses: scored('CES', { sentiment: 'POSITIVE' }),
  },
] as const satisfies readonly Measure[];

const participation = [
  {
    subject: SUBJECT,
    name: 'SURVEY_SENT',
    key: 'survey.sent',
    title: 'Surveys sent',
    unit: 'COUNT',
    direction: 'NEUTRAL',
    formula:
      'Invitations to a survey that were sent, on the day when they were; reminders are none.',
    reason: 'As commonly defined.',
    computed: { kind: 'count', numerator: sum('t.sent'), of: sum('t.sent') },
    dimensions: DIMENSIONS,
    responses: null,
  },
  {
    subject: SUBJECT,
    name: 'SURVEY_STARTED',
    key: 'survey.started',
    title: 'Surveys begun',
    unit: 'COUNT',
    direction: 'NEUTRAL',
    formula:
      'Responses, complete or not, on the day when they were begun; those without an invitation too.',
    reason: 'Where nothing was sent, it is what completed answers can be held against.',
    computed: { kind: 'count', numerator: sum('t.started'), of: sum('t.started') },
    dimensions: DIMENSIONS,
    responses: { counted: { by: 'STARTED' }, inNumerator: {} },
  },
  {
    subject: SUBJECT,
    name: 'SURVEY_ANSWERS',
    key: 'survey.answers',
    title: 'Surveys answered',
    unit: 'COUNT',
    direction: 'HIGHER_IS_BETTER',
    formula: 'Completed responses, on the day when they were completed.',
    reason: 'As commonly defined.',
    computed: { kind: 'count', numerator: sum('t.answers'), of: sum('t.answers') },
    dimensions: DIMENSIONS,
    responses: COMPLETED,
  },
  {
    subject: SUBJECT,
    name: 'SURVEY_COMPLETION_RATE',
    key: 'survey.completionRate',
    title: 'Completion rate',
    unit: 'RATIO',
    direction: 'HIGHER_IS_BETTER',
    formula:
      'Of the invitations to a survey sent on a day, those that were answered completely, whenever that was ÷ all of them.',
    reason: 'Over the same invitations above and below the line, it is a share, and never above 1.',
    computed: quotient(sum('t.sent_answered'), sum('t.sent')),
    dimensions: DIMENSIONS,
    responses: null,
  },
] as const satisfies readonly Measure[];

const TIMED: ResponsesBehind = {
  counted: { isTimed: true },
  inNumerator: {},
};

function timeMeasure<const P extends 50 | 90>(percent: P, title: string) {
  return {
    subject: SUBJECT,
    name: `SURVEY_RESPONSE_TIME_P${percent}`,
    key: `survey.responseTime.p${percent}`,
    title,
    unit: 'SECONDS',
    direction: 'LOWER_IS_BETTER',
    formula: `The least time that ${percent} % of the answers took at most, from when the survey was sent (nearest rank); within 2 % of the exact time, and within half a second below one second.`,
    reason: 'Some answer weeks later, which spoils an average.',
    computed: { kind: 'percentile', percent, of: sum('t.timed') },
    dimensions: DIMENSIONS,
    responses: TIMED,
  } as const satisfies Measure;
}

const times = [
  {
    subject: SUBJECT,
    name: 'SURVEY_RESPONSE_TIME_AVERAGE',
    key: 'survey.responseTime.average',
    title: 'Average time to answer',
    unit: 'SECONDS',
    direction: 'LOWER_IS_BETTER',
    formula:
      'Σ (completed − sent) ÷ completed answers to invitations that were sent; those without one are left out.',
    reason: 'As commonly defined.',
    computed: quotient(sum('t.response_ms', 1000), sum('t.timed')),
    dimensions: DIMENSIONS,
    responses: TIMED,
  },
  timeMeasure(50, 'Median time to answer'),
  timeMeasure(90, 'Time to answer, 90th percentile'),
] as const satisfies readonly Measure[];

export const SURVEY_MEASURES = [...nps, ...satisfaction, ...participation, ...times] as const;
