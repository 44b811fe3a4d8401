/**
 * What the generated rows are made of, as SQL functions in the schema `bench`. Everything depends on
 * the row's number alone, so that the same sizes give the same rows everywhere.
 */
const SENTENCES = [
  'The coffee was hot and the staff remembered my name.',
  'We waited forty minutes although we had booked a table.',
  'Parking is easy after six, and it is free on Sundays.',
  'The room was clean, quiet and had a view of the river.',
  'My order arrived cold and one of the dishes was missing.',
  'Prices have gone up since last year, but so has the quality.',
  'The assistant explained every option without any pressure.',
  'I returned a pair of shoes and had the money back in two days.',
  'Music was far too loud for a conversation.',
  'A lovely place for a family lunch, with toys for the little ones.',
  'Nobody answered the phone for three days in a row.',
  'The repair was done while I waited, and it still works.',
  'Fresh bread in the morning, and the best croissants in town.',
  'The toilets were dirty and there was no soap.',
  'They found a table for us on a busy evening: thank you!',
  'Delivery was promised for Tuesday and came on Friday.',
  'Friendly people, fair prices, nothing to complain about.',
  'The lift was out of order and we had to climb to the fifth floor.',
  'I had an allergic reaction although I had asked about nuts.',
  'Everything was exactly as shown in the pictures.',
  'The waiting area is small, but the doctor took her time.',
  'It took three attempts until the invoice was right.',
  'The garden is a dream in the summer months.',
  'Service was slow at first and very attentive later.',
];

const FIRST_NAMES = ['Anna', 'Bram', 'Chloé', 'David', 'Elif', 'Femke', 'Giulia', 'Hiro', 'Inês'];
const CITIES = ['Amsterdam', 'Berlin', 'Lyon', 'Porto', 'Milano', 'Osaka', 'Gent', 'Sevilla'];

const list = (texts: readonly string[]) =>
  `array[${texts.map((text) => `'${text.replaceAll("'", "''")}'`).join(', ')}]`;

/** Begins three years before this moment, which is the same for everybody. */
const DATASET_END = '2025-12-31T00:00:00Z';
const DATASET_DAYS = 1_095;

export const FUNCTIONS: readonly string[] = [
  'create schema bench',
  // 0 ≤ u < 1: the k-th random number of row n.
  `create function bench.u(n bigint, k bigint) returns float8 language sql immutable parallel safe
   return (hashint8extended(n, k) & 1048575)::float8 / 1048576`,
  `create function bench.pick(items text[], u float8) returns text language sql immutable parallel safe
   return items[1 + floor(u * cardinality(items))::int]`,
  // A UUIDv7 of a moment.
  `create function bench.uuid(at timestamptz, seed text) returns uuid language sql immutable parallel safe
   return (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(md5(seed), 1, 3)
     || 'a' || substr(md5(seed), 4, 15))::uuid`,
  // One to six sentences, 40 to 400 characters.
  `create function bench.sentences(n bigint) returns text language sql immutable parallel safe
   return left((
     select string_agg(bench.pick(${list(SENTENCES)}, bench.u(n, 100 + i)), ' ' order by i)
     from generate_series(1, 1 + floor(bench.u(n, 99) * 6)::int) i
   ), 400)`,
  `create function bench.person(u float8) returns text language sql immutable parallel safe
   return bench.pick(${list(FIRST_NAMES)}, u) || ' ' || chr(65 + (u * 1000)::int % 26) || '.'`,
  `create function bench.city(u float8) returns text language sql immutable parallel safe
   return bench.pick(${list(CITIES)}, u)`,
  // Evenly over three years, and no two rows of one organization at the same millisecond.
  `create function bench.authored(n bigint, of_total bigint) returns timestamptz language sql immutable parallel safe
   return date_trunc('milliseconds', timestamptz '${DATASET_END}'
     - interval '${DATASET_DAYS} days' * (1 - (n - 1 + bench.u(n, 1)) / of_total))`,
];
