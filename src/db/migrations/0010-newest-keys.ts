import { Migration } from '@mikro-orm/migrations';

/** A page of keys is read from an index: who makes a key for each deployment has thousands, most of them revoked. */
export class Migration0010NewestKeys extends Migration {
  override up(): void {
    this.addSql('create index api_key_newest on api_key (organization_id, created_at, id)');
  }
}
