/** What other modules and the commands may use of the rollups of surveys. */
export { recountSurveys } from './survey-recount.ts';
export { touchSurveyRollup, type TouchedRows } from './survey-rollup.ts';
export {
  rebuildSurveyRollups,
  type SurveyRollupDifference,
  type SurveyRollupStep,
  verifySurveyRollups,
} from './survey-rollup-audit.ts';
export { highestOf, NOTHING, scaleOfVersion } from './survey-rollup-facts.ts';
