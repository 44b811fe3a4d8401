import { importPayloadType, importResultType } from '../../graphql/import-payload.ts';

export const ReviewImportResult = importResultType('Review');
export const ImportReviewsPayload = importPayloadType('Review', ReviewImportResult);
