/** A call after `close`. */
export class DatabaseClosedError extends Error {
  constructor() {
    super('The database is closed');
    this.name = 'DatabaseClosedError';
  }
}

/** The files of an embedded database are there, and it does not start with them. */
export class EmbeddedDatabaseUnusable extends Error {
  readonly code = 'EMBEDDED_DATABASE_UNUSABLE';

  constructor(directory: string, cause: unknown) {
    super(
      `The embedded database in ${directory} cannot be opened: its files are damaged, or of another version. ` +
        'Move that directory away to start with an empty one, or put a copy of it back from before.',
      { cause },
    );
    this.name = 'EmbeddedDatabaseUnusable';
  }
}
