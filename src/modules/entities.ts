import { ApiKeyEntity } from './accounts/api-key.entity.ts';
import { MemberEntity } from './accounts/member.entity.ts';
import { OrganizationEntity } from './accounts/organization.entity.ts';
import { AuditEntryEntity } from './audit/audit-entry.entity.ts';
import { CustomerConsentEntity } from './customers/consent.entity.ts';
import { CustomerEventEntity } from './customers/customer-event.entity.ts';
import { CustomerEntity } from './customers/customer.entity.ts';
import { InvitationEntity } from './invitations/invitation.entity.ts';
import { SurveyScheduleEntity } from './invitations/survey-schedule.entity.ts';
import { LocationGroupEntity } from './locations/location-group.entity.ts';
import { LocationEntity } from './locations/location.entity.ts';
import { SourceProfileEntity } from './locations/source-profile.entity.ts';
import { MetricSettingsEntity } from './metrics/metric-settings.entity.ts';
import { MetricViewEntity } from './metrics/metric-view.entity.ts';
import { ProductEntity } from './products/product.entity.ts';
import { ResponseRevisionEntity } from './responses/response-revision.entity.ts';
import { ResponseEntity } from './responses/response.entity.ts';
import { ReviewRollupEntity } from './reviews/review-rollup.entity.ts';
import { ReviewVersionEntity } from './reviews/review-version.entity.ts';
import { ReviewEntity } from './reviews/review.entity.ts';
import { AlertMailEntity } from './survey-responses/alert-mail.entity.ts';
import { DetractorAlertEntity } from './survey-responses/detractor-alert.entity.ts';
import { SurveyAnswerEntity } from './survey-responses/survey-answer.entity.ts';
import { SurveyResponseEntity } from './survey-responses/survey-response.entity.ts';
import { SurveySettingsEntity } from './surveys/survey-settings.entity.ts';
import { SurveyVersionEntity } from './surveys/survey-version.entity.ts';
import { SurveyEntity } from './surveys/survey.entity.ts';

/** Every entity, for `openDatabase({ entities })`. */
export const entities = [
  OrganizationEntity,
  MemberEntity,
  ApiKeyEntity,
  LocationGroupEntity,
  LocationEntity,
  SourceProfileEntity,
  ProductEntity,
  ReviewEntity,
  ReviewVersionEntity,
  ReviewRollupEntity,
  ResponseEntity,
  ResponseRevisionEntity,
  MetricViewEntity,
  MetricSettingsEntity,
  CustomerEntity,
  CustomerConsentEntity,
  CustomerEventEntity,
  AuditEntryEntity,
  SurveyEntity,
  SurveyVersionEntity,
  SurveySettingsEntity,
  SurveyScheduleEntity,
  InvitationEntity,
  SurveyResponseEntity,
  SurveyAnswerEntity,
  DetractorAlertEntity,
  AlertMailEntity,
];
