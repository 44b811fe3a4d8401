import DataLoader from 'dataloader';

/**
 * The loaders of one request. A loader belongs to one question (its name says which: noun, key,
 * selected fields and arguments) and batches the keys of all parents into one statement.
 */
export class LoaderRegistry {
  readonly #loaders = new Map<string, DataLoader<string, unknown>>();

  load<T>(
    name: string,
    key: string,
    batch: (keys: readonly string[]) => Promise<ReadonlyMap<string, T>>,
    missing: T,
  ): Promise<T> {
    let loader = this.#loaders.get(name) as DataLoader<string, T> | undefined;
    if (loader === undefined) {
      loader = new DataLoader<string, T>(async (keys) => {
        const found = await batch(keys);
        return keys.map((each) => found.get(each) ?? missing);
      });
      this.#loaders.set(name, loader);
    }
    return loader.load(key);
  }
}
