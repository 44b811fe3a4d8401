import { Migration } from '@mikro-orm/migrations';

/** Products get events, and reviews of a product say in theirs which one it is. */
export class Migration0002EventsOfProducts extends Migration {
  override up(): void {
    this.addSql('alter table feed_event add column product_id uuid');
  }
}
