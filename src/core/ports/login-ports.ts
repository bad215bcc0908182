import type { LoginFacts, StoredProof } from '../access/login.ts'

export interface LoginFactsQuestion {
  readonly uid: string
  readonly clientId: string
  readonly storedProof: StoredProof
}

/** Reads what a login needs, at the moment it is asked. */
export interface LoginFactsSource {
  ask(question: LoginFactsQuestion): Promise<LoginFacts>
}

/** Reads a user's argon2id hash (PHC string) and its version. */
export interface PasswordHashes {
  find(uid: string): Promise<{ readonly hash: string; readonly version: string } | undefined>
}

/** Binds a client id that nobody owns yet to the user who has just proved who they are. */
export interface DeviceRegistration {
  /**
   * Where the user has `devicesMax` devices, the oldest self-registered one with no session to lose
   * makes room; where none can, the answer is `full`. Safe against two logins at once.
   */
  register(device: {
    readonly uid: string
    readonly clientId: string
    readonly devicesMax: number
  }): Promise<'registered' | 'own' | 'foreign' | 'revoked' | 'full' | 'unknown-user'>
}

/** Makes a user whom a trusted token names. A deleted uid stays deleted. */
export interface UserProvisioning {
  provision(uid: string): Promise<'active' | 'disabled' | 'deleted'>
}
