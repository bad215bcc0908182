/**
 * Why Herald can't start or go on, in one sentence that says what to do about it. It is meant for
 * whoever runs Herald, so it is printed as it stands and never holds a secret.
 */
export class StartFault extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StartFault'
  }
}
