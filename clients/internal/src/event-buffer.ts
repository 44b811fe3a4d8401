const DONE = { value: undefined, done: true } as const;

interface Waiter<T> {
  resolve(result: IteratorResult<T, undefined>): void;
  reject(error: Error): void;
}

/** What was received and not read yet: at most `limit`, in order. */
export class EventBuffer<T extends object> {
  readonly #limit: number;
  #events: T[] = [];
  /** Calls of `next` that wait; none while there are events. */
  #waiters: Waiter<T>[] = [];
  #isOver = false;
  #failure: Error | null = null;
  #onRoom: () => void = () => undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** False where there is no room: the event was not taken. */
  push(event: T): boolean {
    if (this.#isOver || this.#events.length >= this.#limit) return false;
    const waiter = this.#waiters.shift();
    if (waiter === undefined) this.#events.push(event);
    else waiter.resolve({ value: event, done: false });
    return true;
  }

  /** The next event; after the last one, what it ended with. */
  next(): Promise<IteratorResult<T, undefined>> {
    const [event] = this.#events.splice(0, 1);
    if (event !== undefined) {
      if (this.#hasRoom) this.#onRoom();
      return Promise.resolve({ value: event, done: false });
    }
    if (this.#failure !== null) {
      const error = this.#failure;
      this.#failure = null;
      return Promise.reject(error);
    }
    if (this.#isOver) return Promise.resolve(DONE);
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
  }

  /** Resolves once half of it is read, or it is over: filling it again is worth a connection then. */
  room(): Promise<void> {
    if (this.#isOver || this.#hasRoom) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onRoom = resolve;
    });
  }

  /** Ends at once; what was not read is dropped. */
  end(): void {
    this.#events = [];
    this.#failure = null;
    this.#finish();
  }

  /** Ends with the error, after what was received before it. */
  fail(error: Error): void {
    if (this.#isOver) return;
    const [first] = this.#waiters.splice(0, 1);
    if (first === undefined) this.#failure = error;
    else first.reject(error);
    this.#finish();
  }

  get #hasRoom(): boolean {
    return this.#events.length <= this.#limit / 2;
  }

  #finish(): void {
    this.#isOver = true;
    for (const waiter of this.#waiters.splice(0)) waiter.resolve(DONE);
    this.#onRoom();
  }
}
