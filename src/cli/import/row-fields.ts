/** What can be imported: each kind has its mutation. */
export const ROW_KINDS = ['reviews', 'locations', 'products', 'customers'] as const;
export type RowKind = (typeof ROW_KINDS)[number];

/** How the text of a CSV cell becomes the value of a field. */
type CellForm = 'text' | 'number' | 'boolean' | 'list' | 'path';

interface Field {
  readonly form: CellForm;
  /** Names of columns that are taken for this field without `--map`; only letters and digits, in lower case. */
  readonly columns: readonly string[];
}

const text = (...columns: string[]): Field => ({ form: 'text', columns });
const yesOrNo = (...columns: string[]): Field => ({ form: 'boolean', columns });

/** The fields of a row, by the path that `--map` names, beside the columns that are known for them. */
export const ROW_FIELDS: Readonly<Record<RowKind, Readonly<Record<string, Field>>>> = {
  reviews: {
    source: text('source', 'site', 'reviewsite', 'platform', 'reviewsource'),
    externalId: text('externalid', 'id', 'reviewid', 'reviewkey'),
    locationExternalId: text(
      'locationexternalid',
      'locationid',
      'storecode',
      'storeid',
      'branchid',
    ),
    locationName: text('locationname', 'location', 'store', 'storename', 'branch', 'place'),
    productExternalId: text('productexternalid', 'productid', 'sku'),
    ratingScale: text('ratingscale', 'scale'),
    rating: { form: 'number', columns: ['rating', 'stars', 'starrating', 'reviewrating'] },
    title: text('title', 'headline', 'subject', 'reviewtitle'),
    text: text('text', 'review', 'comment', 'reviewtext', 'reviewbody', 'body', 'content'),
    language: text('language', 'lang', 'locale', 'reviewlanguage'),
    authorName: text('authorname', 'author', 'reviewer', 'reviewername', 'customername'),
    authoredAt: text(
      ...['authoredat', 'date', 'reviewdate', 'createdat', 'created', 'createtime', 'datecreated'],
      ...['time', 'timestamp', 'postedat', 'submittedat'],
    ),
    url: text('url', 'link', 'reviewurl', 'permalink'),
    'response.body': text('responsebody', 'response', 'reply', 'ownerresponse', 'businessresponse'),
    'response.publishedAt': text('responsepublishedat', 'responsedate', 'replydate'),
  },
  locations: {
    externalId: text('externalid', 'id', 'locationid', 'storecode', 'storeid', 'code'),
    name: text('name', 'locationname', 'storename', 'title', 'businessname'),
    timeZone: text('timezone', 'tz'),
    locale: text('locale', 'language', 'lang'),
    tags: { form: 'list', columns: ['tags', 'labels'] },
    groupPath: { form: 'path', columns: ['grouppath', 'group'] },
    phone: text('phone', 'phonenumber', 'telephone', 'primaryphone'),
    'address.street': text('addressstreet', 'street', 'address', 'addressline1'),
    'address.postalCode': text('addresspostalcode', 'postalcode', 'postcode', 'zip', 'zipcode'),
    'address.city': text('addresscity', 'city', 'town', 'locality'),
    'address.region': text('addressregion', 'region', 'state', 'province'),
    'address.country': text('addresscountry', 'country', 'countrycode'),
  },
  products: {
    externalId: text('externalid', 'id', 'productid', 'sku', 'code'),
    name: text('name', 'productname', 'title'),
    gtin: text('gtin', 'ean', 'upc', 'gtin13', 'barcode'),
    url: text('url', 'link', 'productlink'),
  },
  customers: {
    externalId: text('externalid', 'id', 'customerid', 'contactid', 'userid', 'accountid'),
    name: text('name', 'customername', 'fullname', 'contactname', 'displayname'),
    email: text('email', 'emailaddress', 'mail'),
    phone: text('phone', 'phonenumber', 'telephone', 'mobile', 'mobilephone'),
    locale: text('locale', 'language', 'lang'),
    timeZone: text('timezone', 'tz'),
    signedUpAt: text('signedupat', 'signupdate', 'signup', 'registeredat', 'customersince'),
    churnedAt: text('churnedat', 'churndate', 'cancelledat', 'canceledat'),
    'consents.email': yesOrNo('consentsemail', 'emailconsent', 'emailoptin', 'consent', 'optin'),
    'consents.link': yesOrNo('consentslink'),
    'consents.inApp': yesOrNo('consentsinapp'),
    'consents.webhook': yesOrNo('consentswebhook', 'smsconsent', 'smsoptin'),
    'consents.source': text('consentssource', 'consentsource'),
  },
};

/** Without these no row can be taken; for `source` an option can stand in. */
export const REQUIRED_FIELDS: Readonly<Record<RowKind, readonly string[]>> = {
  reviews: ['source', 'externalId', 'authoredAt'],
  locations: ['externalId'],
  products: ['externalId', 'name'],
  customers: ['externalId'],
};

/** The value of a cell; null for an empty one. What does not fit stays text, for the check of rows. */
export function cellValue(form: CellForm, cell: string): unknown {
  const trimmed = cell.trim();
  if (trimmed === '') return null;
  switch (form) {
    case 'text':
      return cell;
    case 'number':
      return toNumber(trimmed);
    case 'boolean':
      return YES.test(trimmed) ? true : NO.test(trimmed) ? false : cell;
    case 'list':
      return parts(trimmed, ';');
    case 'path':
      return parts(trimmed, '>');
  }
}

const YES = /^(?:true|yes|y|1)$/i;
const NO = /^(?:false|no|n|0)$/i;

/** `4`, `4.5`, `4,5` as half of the world writes it, and `4/5`. */
function toNumber(text: string): unknown {
  const [, number] = /^(\d+(?:[.,]\d+)?)(?:\s*\/\s*\d+)?$/.exec(text) ?? [];
  return number === undefined ? text : Number(number.replace(',', '.'));
}

function parts(text: string, separator: string): string[] {
  return text
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
