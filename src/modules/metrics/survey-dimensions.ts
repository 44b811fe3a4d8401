import type { Dimension } from './dimensions.ts';

/** By what numbers of surveys can be split, beside their location and its groups. */
const SURVEY = {
  name: 'SURVEY',
  title: 'Survey',
  description: 'All versions of a survey together.',
  sql: 't.survey_id',
  isSegmented: false,
} as const satisfies Dimension;

const SURVEY_VERSION = {
  name: 'SURVEY_VERSION',
  title: 'Version of a survey',
  description: 'As it was published: what it asked does not change under its answers.',
  sql: `(t.survey_id || ' ' || t.version)`,
  isSegmented: false,
} as const satisfies Dimension;

const CHANNEL = {
  name: 'CHANNEL',
  title: 'Channel',
  description: 'Over what the survey was sent, or found.',
  sql: 't.channel',
  isSegmented: false,
} as const satisfies Dimension;

const TOUCHPOINT = {
  name: 'TOUCHPOINT',
  title: 'Touchpoint',
  description: 'What the survey is about, in the words of the business; null where it has none.',
  sql: 't.touchpoint',
  isSegmented: false,
} as const satisfies Dimension;

const QUESTION_COUNT = {
  name: 'QUESTION_COUNT',
  title: 'Number of questions',
  description: 'How many questions the version has, whether all of them are asked or not.',
  sql: 't.question_count',
  isSegmented: false,
} as const satisfies Dimension;

const SURVEY_SCALE = {
  name: 'SURVEY_SCALE',
  title: 'Scale of a survey',
  description: 'The scale that the score is on; null where the version asks for no score.',
  sql: 't.scale',
  isSegmented: false,
} as const satisfies Dimension;

export const SURVEY_DIMENSIONS = [
  SURVEY,
  SURVEY_VERSION,
  CHANNEL,
  TOUCHPOINT,
  QUESTION_COUNT,
  SURVEY_SCALE,
] as const;
