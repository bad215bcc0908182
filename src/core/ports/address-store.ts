import type { Address } from '../directory/address.ts'
import type { Slice } from '../directory/page.ts'

export interface AddressStore {
  /**
   * A token that the same device or user has already keeps its address, registered anew; one of
   * anybody else's is taken from them, and is an address of its own.
   */
  insert(address: Omit<Address, 'id' | 'registeredAt' | 'createdAt'>): Promise<Address>
  /** Of a device, or of a user apart from their devices. */
  count(owner: { readonly uid: string; readonly clientId: string | undefined }): Promise<number>
  /** A user's addresses, those of their devices as well, ordered by id. */
  list(uid: string, slice: Slice): Promise<readonly Address[]>
  find(id: string): Promise<Address | undefined>
  /** Keeps everyone else from changing it while the transaction runs. */
  lock(id: string): Promise<Address | undefined>
  remove(id: string): Promise<boolean>
  /** Only where it is the user's, or a device's of theirs. */
  removeOwn(uid: string, id: string): Promise<boolean>
  /** Whether another user has the same token at the same provider. */
  isOfAnother(address: Pick<Address, 'uid' | 'provider' | 'token'>): Promise<boolean>
}
