/** Why something was not delivered, and whether trying again may help. */
export class DeliveryError extends Error {
  /** False: the receiver will never take it, as it is. */
  readonly isTransient: boolean;

  constructor(message: string, isTransient: boolean, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DeliveryError';
    this.isTransient = isTransient;
  }
}
