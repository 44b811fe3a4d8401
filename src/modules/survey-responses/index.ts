/** What other modules, the commands and the wiring may use of survey responses. */
export { AcknowledgeAlertPayloadResolver, DetractorAlertResolver } from './alert.resolver.ts';
export { type AlertMeans, alertMailWork } from './alert-mail.work.ts';
export { detractorAlertNoun } from './alert.reads.ts';
export { limitAnswers } from './answer-limits.ts';
export { CustomerScoreResolver, CustomerScoresResolver } from './customer-score.resolver.ts';
export { type Opened, openInvitation } from './opened.reads.ts';
export { RespondentResolver } from './respondent.resolver.ts';
export type { InvitationQuestion } from './respondent.type.ts';
export { respondentView } from './respondent-view.ts';
export {
  answerFor,
  begunBy,
  canStopAsking,
  openFor,
  stopAsking,
  tokenToBegin,
} from './respondents.ts';
export { SurveyResponseEventsResolver } from './response-events.resolver.ts';
export { CustomerResponsesResolver, SurveyResponsesResolver } from './response-lists.resolver.ts';
export { SurveyResponseResolver } from './survey-response.resolver.ts';
export { surveyResponseNoun } from './survey-response.reads.ts';
export { SurveyResponseConnection } from './survey-response.type.ts';
export { type Submission, submitAnswers, type Submitted } from './submit.service.ts';
