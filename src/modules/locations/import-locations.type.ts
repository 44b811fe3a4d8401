import { importPayloadType, importResultType } from '../../graphql/import-payload.ts';

export const LocationImportResult = importResultType('Location');
export const ImportLocationsPayload = importPayloadType('Location', LocationImportResult);
