import { importPayloadType, importResultType } from '../../graphql/import-payload.ts';

export const CustomerImportResult = importResultType('Customer');
export const ImportCustomersPayload = importPayloadType('Customer', CustomerImportResult);
