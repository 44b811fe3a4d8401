import type { ResolverClass } from '../graphql/schema.ts';
import {
  ApiKeyResolver,
  CreateApiKeyPayloadResolver,
  MemberPayloadResolver,
  MemberResolver,
  RevokeApiKeyPayloadResolver,
  ViewerResolver,
} from './accounts/index.ts';
import { AuditEntryResolver } from './audit/audit-entry.resolver.ts';
import {
  CustomerImportResolver,
  CustomerMutationsResolver,
  CustomerPayloadResolver,
  RecordEventPayloadResolver,
  RecordEventResultResolver,
} from './customers/customer-mutations.resolver.ts';
import { CustomerRiskEventsResolver } from './customers/customer-risk-events.resolver.ts';
import { CustomerEventResolver, CustomerResolver } from './customers/customer.resolver.ts';
import { FeedResolver } from './feed/feed.resolver.ts';
import { StorefrontChangeResolver } from './feed/storefront-change.resolver.ts';
import { ImportsResolver } from './imports/imports.resolver.ts';
import {
  CustomerInvitationsResolver,
  DeleteSurveySchedulePayloadResolver,
  InvitationLinkPayloadResolver,
  InvitationPayloadResolver,
  SurveyInvitationResolver,
  SurveyInvitationsResolver,
  SurveySchedulePayloadResolver,
  SurveyScheduleResolver,
} from './invitations/index.ts';
import {
  LocationGroupResolver,
  LocationImportResolver,
  LocationResolver,
} from './locations/location.resolver.ts';
import {
  DeleteMetricViewPayloadResolver,
  LocationMetricsResolver,
  MetricExportResolver,
  MetricResolver,
  MetricSettingsResolver,
  MetricViewLiveResolver,
  MetricViewPayloadResolver,
  MetricViewResolver,
  UpdateMetricSettingsPayloadResolver,
} from './metrics/index.ts';
import { NodeResolver } from './nodes/node.resolver.ts';
import { ProductResolver } from './products/product.resolver.ts';
import {
  ResponsePayloadResolver,
  ResponseResolver,
  ReviewResponsesResolver,
} from './responses/response.resolver.ts';
import { DeleteReviewResolver } from './reviews/delete-review.resolver.ts';
import { ReviewEventsResolver } from './reviews/review-events.resolver.ts';
import {
  LocationReviewsResolver,
  ProductReviewsResolver,
  ReviewResolver,
} from './reviews/review.resolver.ts';
import {
  AcknowledgeAlertPayloadResolver,
  CustomerResponsesResolver,
  CustomerScoreResolver,
  CustomerScoresResolver,
  DetractorAlertResolver,
  RespondentResolver,
  SurveyResponseEventsResolver,
  SurveyResponseResolver,
  SurveyResponsesResolver,
} from './survey-responses/index.ts';
import { SurveyReadinessResolver } from './invitations/survey-readiness.resolver.ts';
import { SurveyResolver } from './surveys/survey.resolver.ts';
import {
  DeleteSurveyPayloadResolver,
  PublishSurveyPayloadResolver,
  SurveyMutationsResolver,
  SurveyPayloadResolver,
} from './surveys/survey-mutations.resolver.ts';
import {
  ConfirmSenderPayloadResolver,
  SurveySettingsResolver,
  UpdateSurveySettingsPayloadResolver,
} from './surveys/survey-settings.resolver.ts';

/** All resolvers: the schema is what they declare. */
export const resolvers: readonly [ResolverClass, ...ResolverClass[]] = [
  ApiKeyResolver,
  CreateApiKeyPayloadResolver,
  DeleteReviewResolver,
  MemberPayloadResolver,
  MemberResolver,
  RevokeApiKeyPayloadResolver,
  ViewerResolver,
  AuditEntryResolver,
  CustomerEventResolver,
  CustomerImportResolver,
  CustomerMutationsResolver,
  CustomerPayloadResolver,
  CustomerResolver,
  CustomerRiskEventsResolver,
  RecordEventPayloadResolver,
  RecordEventResultResolver,
  FeedResolver,
  StorefrontChangeResolver,
  ImportsResolver,
  CustomerInvitationsResolver,
  DeleteSurveySchedulePayloadResolver,
  InvitationLinkPayloadResolver,
  InvitationPayloadResolver,
  SurveyInvitationResolver,
  SurveyInvitationsResolver,
  SurveySchedulePayloadResolver,
  SurveyScheduleResolver,
  LocationGroupResolver,
  LocationImportResolver,
  LocationResolver,
  LocationMetricsResolver,
  LocationReviewsResolver,
  DeleteMetricViewPayloadResolver,
  MetricExportResolver,
  MetricResolver,
  MetricSettingsResolver,
  MetricViewLiveResolver,
  MetricViewPayloadResolver,
  MetricViewResolver,
  UpdateMetricSettingsPayloadResolver,
  NodeResolver,
  ProductResolver,
  ProductReviewsResolver,
  ResponsePayloadResolver,
  ResponseResolver,
  ReviewEventsResolver,
  ReviewResolver,
  ReviewResponsesResolver,
  SurveyResolver,
  SurveyMutationsResolver,
  SurveyPayloadResolver,
  PublishSurveyPayloadResolver,
  DeleteSurveyPayloadResolver,
  SurveyReadinessResolver,
  AcknowledgeAlertPayloadResolver,
  CustomerResponsesResolver,
  CustomerScoreResolver,
  CustomerScoresResolver,
  DetractorAlertResolver,
  RespondentResolver,
  SurveyResponseEventsResolver,
  SurveyResponseResolver,
  SurveyResponsesResolver,
  SurveySettingsResolver,
  UpdateSurveySettingsPayloadResolver,
  ConfirmSenderPayloadResolver,
];
