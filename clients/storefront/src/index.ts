export { createStorefrontClient, type StorefrontOptions } from './client.ts';
export * from './generated/operations.ts';
export {
  openSurvey,
  type SurveyAnswer,
  type SurveyOptions,
  type SurveyQuestion,
  type SurveySession,
} from './survey.ts';
export type { Key } from '../../core/src/connection.ts';
export type { RequestDocument, ResultOf, VariablesOf } from '../../core/src/document.ts';
export {
  AntiphonError,
  type AnswerError,
  GraphQLRequestError,
  HttpError,
  NetworkError,
  RateLimitedError,
  TimeoutError,
} from '../../core/src/errors.ts';
export type { RequestClient, RequestOptions } from '../../core/src/request-client.ts';
export type { RetryOptions } from '../../core/src/retry.ts';
