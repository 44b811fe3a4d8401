import { Migration } from '@mikro-orm/migrations';

/** Events no longer refer to their organization by themselves. */
export class Migration0009EventsProveNothingTwice extends Migration {
  override up(): void {
    // An event is written with a number of its organization's counter, by the statement that takes it,
    // and the counter refers to the organization. To prove that again for each event took two fifths of
    // what it costs to write it.
    this.addSql('alter table feed_event drop constraint feed_event_organization_id_fkey');
  }
}
