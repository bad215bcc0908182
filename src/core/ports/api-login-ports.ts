/** Whom a token says that it is for. Nothing of it is proved. */
export interface TokenSubject {
  readonly uid: string
  /** The device that it names; undefined where it is good for all of the user's. */
  readonly clientId: string | undefined
}

export interface DeviceOwners {
  /** Undefined where there is no such device. */
  ownerOf(clientId: string): Promise<string | undefined>
}
