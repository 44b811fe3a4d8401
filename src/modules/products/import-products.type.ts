import { importPayloadType, importResultType } from '../../graphql/import-payload.ts';

export const ImportProductsPayload = importPayloadType('Product', importResultType('Product'));
