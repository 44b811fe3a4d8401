import type { Noun } from '../../db/read/noun.ts';
import type { IdType } from '../../graphql/ids.ts';
import { apiKeyNoun, memberNoun } from '../accounts/index.ts';
import { auditEntryNoun } from '../audit/index.ts';
import { customerEventNoun, customerNoun } from '../customers/index.ts';
import { invitationNoun, scheduleNoun } from '../invitations/index.ts';
import { locationGroupNoun, locationNoun } from '../locations/index.ts';
import { metricViewNoun } from '../metrics/index.ts';
import { productNoun } from '../products/index.ts';
import { responseNoun } from '../responses/index.ts';
import { reviewNoun } from '../reviews/index.ts';
import { detractorAlertNoun, surveyResponseNoun } from '../survey-responses/index.ts';
import { surveyNoun, surveyVersionNoun } from '../surveys/index.ts';

/** The nouns that `node` fetches, by the type of their ids. */
export const nounsById: Readonly<Partial<Record<IdType, Noun>>> = {
  ApiKey: apiKeyNoun,
  AuditEntry: auditEntryNoun,
  Customer: customerNoun,
  CustomerEvent: customerEventNoun,
  DetractorAlert: detractorAlertNoun,
  Location: locationNoun,
  LocationGroup: locationGroupNoun,
  Member: memberNoun,
  MetricView: metricViewNoun,
  Product: productNoun,
  Response: responseNoun,
  Review: reviewNoun,
  Survey: surveyNoun,
  SurveyResponse: surveyResponseNoun,
  SurveyVersion: surveyVersionNoun,
  SurveyInvitation: invitationNoun,
  SurveySchedule: scheduleNoun,
};
