// `node postgresql-answers.mjs <url>`: prints the version of the PostgreSQL there; exit code 1 where
// none answers within five seconds.
import pg from 'pg';

const [url] = process.argv.slice(2);
const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
try {
  await client.connect();
  const { rows } = await client.query('select version()');
  console.log(rows[0].version);
} catch (error) {
  console.log(`${new URL(url).host}: ${error.message}`);
  process.exitCode = 1;
} finally {
  await client.end();
}
